"""Addresses of the custody room."""

from django.urls import URLPattern

app_name = "custody"
urlpatterns: list[URLPattern] = []
