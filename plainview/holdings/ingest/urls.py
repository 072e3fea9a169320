"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from plainview.holdings.ingest import views

app_name = "ingest"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.upload, name="upload"),
    path("arrivals/", views.arrivals, name="arrivals"),
    path("receipts/<uuid:arrival>.json", views.receipt, name="receipt"),
    path("tus/", views.tus_create, name="tus"),
    path("tus/<uuid:upload>", views.tus_upload, name="tus_upload"),
    path("tus/<uuid:upload>/state", views.upload_state, name="upload_state"),
]
