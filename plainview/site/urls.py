"""Every address of the staff site, room by room."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.urls")),
    path("matters/", include("plainview.holdings.evidence.matters.urls")),
    path("activation/", include("plainview.duties.activation.urls")),
    path("review/", include("plainview.duties.review.urls")),
    path("retention/", include("plainview.duties.retention.urls")),
    path("people/", include("plainview.base.people.urls")),
    path("policy/", include("plainview.base.policy.urls")),
    path("log/", include("plainview.base.custody.urls")),
    path("inbox/", include("plainview.base.notices.urls")),
    path("fleet/", include("plainview.holdings.fleet.urls")),
    path("", include("plainview.holdings.evidence.urls")),
    path("books/", include("plainview.duties.retention.books.urls")),
    path("disposals/", include("plainview.duties.retention.disposal.urls")),
    path("ingest/", include("plainview.holdings.ingest.urls")),
]
