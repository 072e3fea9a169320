"""Addresses of the evidence room."""

from django.urls import URLPattern, URLResolver, path

from plainview.holdings.evidence.api import api
from plainview.holdings.evidence.calls import views as calls
from plainview.holdings.evidence.feeds import views as feeds
from plainview.holdings.evidence.feeds.api import addresses as feeds_api
from plainview.holdings.evidence.matters.api import api as matters_api
from plainview.holdings.evidence.views import lists, media, places, quarantine, recording, second, untagged

app_name = "evidence"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", lists.home, name="home"),
    path("recordings/", lists.everything, name="list"),
    path("recordings/mine/", lists.mine, name="mine"),
    path("recordings/untagged/", untagged.piles, name="untagged"),
    path("recordings/classes/", untagged.bulk, name="bulk"),
    path("recordings/classes/<int:change_id>/", untagged.bulk_done, name="bulk_done"),
    path("recordings/classes/<int:change_id>/undo", untagged.bulk_undo, name="bulk_undo"),
    path("recordings/export.csv", lists.export, name="export"),
    path("recordings/<uuid:recording_id>/", recording.page, name="recording"),
    path("recordings/<uuid:recording_id>/history/", recording.history, name="history"),
    path("recordings/<uuid:recording_id>/preparation", recording.preparation, name="preparation"),
    path("recordings/<uuid:recording_id>/classes", recording.classes, name="classes"),
    path("recordings/<uuid:recording_id>/call-number", recording.call_number, name="call_number"),
    path("recordings/<uuid:recording_id>/title", recording.title, name="title"),
    path("recordings/<uuid:recording_id>/hold", second.hold, name="hold"),
    path("recordings/<uuid:recording_id>/places", places.mark, name="mark_place"),
    path("recordings/<uuid:recording_id>/places/<int:place_id>/withdraw", places.withdraw, name="withdraw_place"),
    path("second/", second.waiting, name="second"),
    path("second/holds/<int:hold_id>/ask", second.ask, name="ask_to_lift"),
    path("second/holds/<int:hold_id>/lift", second.agree, name="lift"),
    path("second/holds/<int:hold_id>/keep", second.keep, name="keep_hold"),
    path("second/classes/<int:request_id>/agree", second.agree_class, name="agree_class"),
    path("second/classes/<int:request_id>/refuse", second.refuse_class, name="refuse_class"),
    path("recordings/<uuid:recording_id>/poster", media.poster, name="poster"),
    path("recordings/<uuid:recording_id>/finished", media.finished, name="finished"),
    path("recordings/<uuid:recording_id>/files/<uuid:file_id>/media", media.original, name="media"),
    path("recordings/<uuid:recording_id>/files/<uuid:file_id>/download", media.download, name="download"),
    path("recordings/<uuid:recording_id>/files/<uuid:file_id>/view", media.viewing_copy, name="view"),
    path("recordings/<uuid:recording_id>/files/<uuid:file_id>/<str:kind>", media.picture, name="picture"),
    path("api/recordings/", api.urls),
    path("api/matters/", matters_api.urls),
    path("api/feeds/", feeds_api()),
    path("calls/", calls.calls, name="calls"),
    path("calls/<int:pk>/", calls.call, name="call"),
    path("tables/", feeds.tables, name="tables"),
    path("tables/hand-in", feeds.hand, name="hand_in"),
    path("tables/handed-in/<int:pk>/again", feeds.again, name="hand_in_again"),
    path("tables/<int:pk>/", feeds.table, name="table"),
    path("tables/<int:pk>/parked.csv", feeds.parked_csv, name="parked_csv"),
    path("tables/<int:pk>/mend", feeds.mend, name="mend_table"),
    path("tables/rows/<int:pk>/", feeds.row, name="parked_row"),
    path("tables/rows/<int:pk>/correct", feeds.correct, name="correct_row"),
    path("tables/rows/<int:pk>/aside", feeds.aside, name="row_aside"),
    path("tables/keys", feeds.new_key, name="new_feed_key"),
    path("tables/keys/<int:pk>/revoke", feeds.end_key, name="end_feed_key"),
    path("quarantine/", quarantine.waiting, name="quarantine"),
    path("quarantine/<uuid:recording_id>/", quarantine.decide, name="decide"),
]
