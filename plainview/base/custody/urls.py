"""Addresses of the custody room, below /log/."""

from django.urls import URLPattern, path, re_path

from plainview.base.custody import files, views

app_name = "custody"
urlpatterns: list[URLPattern] = [
    path("", views.log, name="log"),
    path("item/<str:handle>/", views.item, name="item"),
    path("event/<uuid:id>/", views.event, name="event"),
    path("event/<uuid:id>/receipt", views.event_receipt, name="receipt"),
    path("event/<uuid:id>/proof", views.event_proof, name="proof"),
    path("checkpoint", files.checkpoint, name="checkpoint"),
    path("vkey", files.vkey, name="vkey"),
    re_path(f"^(?P<path>{files.TILE})$", files.tile, name="tile"),
]
