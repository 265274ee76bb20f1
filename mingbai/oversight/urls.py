"""The subdistrict's addresses: behind the gate, and each behind its supervisors."""

from django.urls import path

from mingbai.oversight import ordering, views

urlpatterns = [
    path("", views.front, name="oversight"),
    path("<slug:slug>/", views.overview, name="oversight_overview"),
    path("<slug:slug>/list/", views.listing, name="oversight_list"),
    path("<slug:slug>/order/", ordering.order, name="oversight_order"),
]
