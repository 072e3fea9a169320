"""Addresses of the custody room, below /log/."""

from django.urls import URLPattern, path, re_path

from plainview.base.custody import files
from plainview.base.custody.views import event, item, log

app_name = "custody"
urlpatterns: list[URLPattern] = [
    path("", log.log, name="log"),
    path("item/<str:handle>/", item.item, name="item"),
    path("event/<uuid:id>/", event.event, name="event"),
    path("event/<uuid:id>/receipt", event.event_receipt, name="receipt"),
    path("event/<uuid:id>/proof", event.event_proof, name="proof"),
    path("checkpoint", files.checkpoint, name="checkpoint"),
    path("vkey", files.vkey, name="vkey"),
    re_path(f"^(?P<path>{files.TILE})$", files.tile, name="tile"),
]
