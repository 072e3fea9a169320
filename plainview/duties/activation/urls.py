"""Addresses of the activation room."""

from django.urls import path

from plainview.duties.activation.views import clocks, desks, dispatch, figures, samples

app_name = "activation"
urlpatterns = [
    path("", figures.overview, name="overview"),
    path("mine/", desks.mine, name="mine"),
    path("week/", desks.week, name="week"),
    path("dispatches/", figures.dispatches, name="dispatches"),
    path("dispatches.csv", figures.export, name="export"),
    path("others/", figures.others, name="others"),
    path("dispatch/<int:pk>/", dispatch.dispatch, name="dispatch"),
    path("dispatch/<int:pk>/reason", dispatch.reason, name="reason"),
    path("sample/", samples.sample, name="sample"),
    path("sample.csv", samples.export, name="sample_export"),
    path("clocks/", clocks.clocks, name="clocks"),
    path("clocks/confirm/<str:serial>", clocks.confirm_clock, name="confirm_clock"),
    path("clocks/withdraw/<int:pk>", clocks.withdraw_clock, name="withdraw_clock"),
]
