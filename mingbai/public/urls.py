"""The residents' addresses: no login, no cookie."""

from django.urls import path

from mingbai.public import files, guide, reports, views

urlpatterns = [
    path("", views.front, name="front"),
    path("s/<str:code>/", views.sheet_status, name="sheet_status"),
    path("c/<slug:slug>/", views.home, name="home"),
    path("c/<slug:slug>/catalogue/", views.catalogue, name="catalogue"),
    path("c/<slug:slug>/owed/", views.owed, name="owed"),
    path("c/<slug:slug>/owed/<int:pk>/", views.why, name="why"),
    path("c/<slug:slug>/items/<str:code>/", views.item, name="item"),
    path("c/<slug:slug>/v/<str:code>/", views.version, name="version"),
    path("c/<slug:slug>/v/<str:code>/sheet-<str:paper>.pdf", files.sheet_pdf, name="sheet_pdf"),
    path("c/<slug:slug>/v/<str:code>/sheet-<str:paper>.png", files.sheet_png, name="sheet_png"),
    path("c/<slug:slug>/v/<str:code>/meeting.ics", files.meeting, name="meeting"),
    path("c/<slug:slug>/v/<str:code>/files/<str:name>", files.attachment, name="attachment"),
    path("c/<slug:slug>/guide/", guide.guide, name="guide"),
    path("c/<slug:slug>/rules/", guide.rules, name="rules"),
    path("c/<slug:slug>/contact/", guide.contact, name="contact"),
    path("c/<slug:slug>/report/<int:year>/", reports.report, name="report"),
    path("c/<slug:slug>/report/<int:year>.csv", reports.report_csv, name="report_csv"),
]
