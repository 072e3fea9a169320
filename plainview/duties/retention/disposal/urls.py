"""Addresses of disposals, below /disposals/."""

from django.urls import URLPattern, path

from plainview.duties.retention.disposal.views import act, read

app_name = "disposal"
urlpatterns: list[URLPattern] = [
    path("", read.batches, name="batches"),
    path("draft/", act.draft, name="draft"),
    path("early/", act.early, name="early"),
    path("<int:pk>/", read.batch, name="batch"),
    path("<int:pk>/list/", read.lines, name="lines"),
    path("<int:pk>/list.csv", read.lines_csv, name="lines_csv"),
    path("<int:pk>/decide/", act.decide, name="decide"),
    path("<int:pk>/announce/", act.announce, name="announce"),
    path("<int:pk>/approve/", act.approve, name="approve"),
    path("<int:pk>/withdraw/", act.withdraw, name="withdraw"),
    path("<int:pk>/destroy/", act.destroy, name="destroy"),
    path("<int:pk>/certificate/", read.certificate, name="certificate"),
    path("<int:pk>/certificate.json", read.certificate_json, name="certificate_json"),
    path("<int:pk>/certificate.pdf", read.certificate_pdf, name="certificate_pdf"),
]
