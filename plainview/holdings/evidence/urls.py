"""Addresses of the evidence room."""

from django.urls import URLPattern, URLResolver, path

from plainview.holdings.evidence.api import api
from plainview.holdings.evidence.views import lists, media, quarantine, recording

app_name = "evidence"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", lists.home, name="home"),
    path("recordings/", lists.everything, name="list"),
    path("recordings/mine/", lists.mine, name="mine"),
    path("recordings/export.csv", lists.export, name="export"),
    path("recordings/<uuid:recording_id>/", recording.page, name="recording"),
    path("recordings/<uuid:recording_id>/history/", recording.history, name="history"),
    path("recordings/<uuid:recording_id>/preparation", recording.preparation, name="preparation"),
    path("recordings/<uuid:recording_id>/classes", recording.classes, name="classes"),
    path("recordings/<uuid:recording_id>/call-number", recording.call_number, name="call_number"),
    path("recordings/<uuid:recording_id>/title", recording.title, name="title"),
    path("recordings/<uuid:recording_id>/poster", media.poster, name="poster"),
    path("recordings/<uuid:recording_id>/finished", media.finished, name="finished"),
    path("recordings/<uuid:recording_id>/files/<uuid:file_id>/media", media.original, name="media"),
    path("recordings/<uuid:recording_id>/files/<uuid:file_id>/download", media.download, name="download"),
    path("recordings/<uuid:recording_id>/files/<uuid:file_id>/view", media.viewing_copy, name="view"),
    path("recordings/<uuid:recording_id>/files/<uuid:file_id>/<str:kind>", media.picture, name="picture"),
    path("api/recordings/", api.urls),
    path("quarantine/", quarantine.waiting, name="quarantine"),
    path("quarantine/<uuid:recording_id>/", quarantine.decide, name="decide"),
]
