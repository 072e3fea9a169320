"""Addresses of the people room."""

from django.urls import path

from plainview.base.people.views import accounts, acts, me, officers, roster

app_name = "people"
urlpatterns = [
    path("", accounts.people, name="people"),
    path("accounts.csv", accounts.export, name="accounts_csv"),
    path("accounts/new/", accounts.new, name="account_new"),
    path("accounts/<uuid:pk>/", accounts.account, name="account"),
    path("accounts/<uuid:pk>/<slug:act>/", acts.act, name="account_act"),
    path("me/", me.me, name="me"),
    path("me/end-sessions/", me.end_other_sessions, name="end_sessions"),
    path("active/", me.active, name="active"),
    path("roster/", roster.units, name="roster"),
    path("roster.csv", roster.export, name="roster_csv"),
    path("units/<int:pk>/", roster.unit, name="unit"),
    path("officers/", officers.officers, name="officers"),
    path("officers/<int:pk>/", officers.officer, name="officer"),
]
