"""The subdistrict's addresses: behind the gate, and each behind its supervisors."""

from django.urls import path

from mingbai.oversight import views

urlpatterns = [
    path("", views.front, name="oversight"),
    path("<slug:slug>/", views.overview, name="oversight_overview"),
    path("<slug:slug>/list/", views.listing, name="oversight_list"),
]
