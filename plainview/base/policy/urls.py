"""Addresses of the policy room."""

from django.urls import URLPattern, path

from plainview.base.policy.views import change, draft, read

app_name = "policy"
urlpatterns: list[URLPattern] = [
    path("", read.in_force, name="in_force"),
    path("versions/", read.versions, name="versions"),
    path("diff/", read.diff, name="diff"),
    path("draft/", draft.draft, name="draft"),
    path("versions/<str:handle>/", read.version, name="version"),
    path("versions/<str:handle>/text/", read.text, name="text"),
    path("versions/<str:handle>/revise/", draft.revise, name="revise"),
    path("versions/<str:handle>/publish/", change.publish, name="publish"),
    path("versions/<str:handle>/comment/", change.comment, name="comment"),
    path("versions/<str:handle>/adopt/", change.adopt, name="adopt"),
    path("versions/<str:handle>/withdraw/", change.withdraw, name="withdraw"),
]
