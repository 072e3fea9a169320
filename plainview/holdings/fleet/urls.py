"""Addresses of the fleet room."""

from django.urls import URLPattern

app_name = "fleet"
urlpatterns: list[URLPattern] = []
