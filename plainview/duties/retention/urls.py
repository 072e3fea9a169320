"""Addresses of the retention room."""

from django.urls import path

from plainview.duties.retention import views

app_name = "retention"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("recount", views.recount, name="recount"),
    path("going/", views.going, name="going"),
    path("going.csv", views.export, name="export"),
    path("simulate/<str:handle>/", views.simulation, name="simulate"),
]
