"""The residents' addresses: no login, no cookie."""

from django.urls import path

from mingbai.public import feedback, files, views

urlpatterns = [
    path("", views.front, name="front"),
    path("s/<str:code>/", views.sheet_status, name="sheet_status"),
    path("c/<slug:slug>/", views.home, name="home"),
    path("c/<slug:slug>/catalogue/", views.catalogue, name="catalogue"),
    path("c/<slug:slug>/owed/", views.owed, name="owed"),
    path("c/<slug:slug>/owed/<int:pk>/", views.why, name="why"),
    path("c/<slug:slug>/items/<str:code>/", views.item, name="item"),
    path("c/<slug:slug>/ask/", feedback.ask, name="ask"),
    path("c/<slug:slug>/feedback/", feedback.listing, name="feedback"),
    path("c/<slug:slug>/feedback/<int:year>-<int:number>/", feedback.one, name="feedback_one"),
    path("c/<slug:slug>/receipt/", feedback.receipt, name="receipt"),
    path("c/<slug:slug>/v/<str:code>/", views.version, name="version"),
    path("c/<slug:slug>/v/<str:code>/sheet-<str:paper>.pdf", files.sheet_pdf, name="sheet_pdf"),
    path("c/<slug:slug>/v/<str:code>/sheet-<str:paper>.png", files.sheet_png, name="sheet_png"),
    path("c/<slug:slug>/v/<str:code>/meeting.ics", files.meeting, name="meeting"),
    path("c/<slug:slug>/v/<str:code>/files/<str:name>", files.attachment, name="attachment"),
]
