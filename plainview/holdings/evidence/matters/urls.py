"""Addresses of matters."""

from django.urls import path

from plainview.holdings.evidence.matters import changing, views

app_name = "matters"
urlpatterns = [
    path("", views.matters, name="list"),
    path("matters.csv", views.export, name="export"),
    path("open/", changing.open_new, name="open"),
    path("<int:pk>/", views.matter, name="matter"),
    path("<int:pk>/move", changing.move, name="move"),
    path("<int:pk>/correct", changing.correct, name="correct"),
    path("<int:pk>/link", changing.link, name="link"),
    path("<int:pk>/merge", changing.merge, name="merge"),
    path("<int:pk>/untie", changing.untie, name="untie"),
    path("untie/<int:request_id>/agree", changing.agree, name="agree_to_untie"),
    path("untie/<int:request_id>/refuse", changing.refuse, name="refuse_to_untie"),
]
