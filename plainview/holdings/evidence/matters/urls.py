"""Addresses of matters."""

from django.urls import path

from plainview.holdings.evidence.matters import views

app_name = "matters"
urlpatterns = [
    path("", views.matters, name="list"),
    path("matters.csv", views.export, name="export"),
    path("open/", views.open_new, name="open"),
    path("<int:pk>/", views.matter, name="matter"),
    path("<int:pk>/move", views.move, name="move"),
    path("<int:pk>/correct", views.correct, name="correct"),
    path("<int:pk>/link", views.link, name="link"),
]
