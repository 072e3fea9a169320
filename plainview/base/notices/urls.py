"""Addresses of the notices room."""

from django.urls import path

from plainview.base.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("<int:pk>/", views.notice, name="notice"),
    path("<int:pk>/done/", views.done, name="done"),
]
