"""Addresses of the books, below /books/."""

from django.urls import URLPattern, path

from plainview.duties.retention.books import views

app_name = "books"
urlpatterns: list[URLPattern] = [
    path("", views.books, name="books"),
    path("nights/", views.nights, name="nights"),
    path("nights/<int:pk>/", views.night, name="night"),
    path("alarms/", views.alarms, name="alarms"),
    path("alarms/<int:pk>/", views.alarm, name="alarm"),
    path("alarms/<int:pk>/close/", views.close, name="close"),
    path("letters/<int:pk>/", views.letter, name="letter"),
    path("letters/<int:pk>/text", views.letter_text, name="letter_text"),
]
