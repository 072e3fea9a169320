"""Addresses of the review room."""

from django.urls import path

from plainview.duties.review.views import doing, figures

app_name = "review"
urlpatterns = [
    path("", doing.queue, name="queue"),
    path("figures/", figures.overview, name="overview"),
    path("figures.csv", figures.export, name="export"),
    path("<int:pk>/", doing.task, name="task"),
    path("<int:pk>/done", doing.done, name="done"),
    path("<int:pk>/skip", doing.skipped, name="skip"),
]
