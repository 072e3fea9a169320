"""Addresses of the fleet room."""

from django.urls import path

from plainview.holdings.fleet import views

app_name = "fleet"
urlpatterns = [
    path("", views.cameras, name="cameras"),
    path("fleet.csv", views.export, name="fleet_csv"),
    path("cameras/<int:pk>/", views.camera, name="camera"),
    path("cameras/<int:pk>/fault", views.fault, name="fault"),
]
