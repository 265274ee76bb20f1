"""The subdistrict's addresses: behind the gate, and each behind its supervisors."""

from django.urls import path

from mingbai.oversight import catalogues, complaints, ordering, views

urlpatterns = [
    path("", views.front, name="oversight"),
    path("<slug:slug>/", views.overview, name="oversight_overview"),
    path("<slug:slug>/list/", views.listing, name="oversight_list"),
    path("<slug:slug>/order/", ordering.order, name="oversight_order"),
    path("<slug:slug>/catalogues/", catalogues.catalogues, name="oversight_catalogues"),
    path("<slug:slug>/catalogues/new/", catalogues.new, name="oversight_catalogue_new"),
    path("<slug:slug>/keys/", complaints.keys, name="oversight_keys"),
    path("<slug:slug>/complaints/", complaints.listing, name="oversight_complaints"),
    path("<slug:slug>/complaints/<uuid:pk>/", complaints.one, name="oversight_complaint"),
]
