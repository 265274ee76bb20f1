"""The residents' addresses: no login, no cookie."""

from django.urls import path

from mingbai.public import files, lists, onboard, tables, views

urlpatterns = [
    path("", views.front, name="front"),
    path("s/<str:code>/", views.sheet_status, name="sheet_status"),
    path("c/<slug:slug>/", views.home, name="home"),
    path("c/<slug:slug>/catalogue/", views.catalogue, name="catalogue"),
    path("c/<slug:slug>/owed/", views.owed, name="owed"),
    path("c/<slug:slug>/owed/<int:pk>/", views.why, name="why"),
    path("c/<slug:slug>/items/<str:code>/", views.item, name="item"),
    path("c/<slug:slug>/search/", lists.search, name="search"),
    path("c/<slug:slug>/versions/", lists.versions, name="versions"),
    path("c/<slug:slug>/versions/page/<int:number>/", lists.versions, name="versions_page"),
    path("c/<slug:slug>/versions/<int:year>/", lists.versions, name="versions_of_year"),
    path("c/<slug:slug>/versions/<int:year>/page/<int:number>/", lists.versions, name="versions_of_year_page"),
    path("c/<slug:slug>/v/<str:code>/", views.version, name="version"),
    path("c/<slug:slug>/v/<str:code>/changes/", views.changes, name="changes"),
    path("c/<slug:slug>/v/<str:code>/tables/<int:element>.<str:kind>", tables.table, name="table"),
    path("c/<slug:slug>/words/", views.words, name="words"),
    path("c/<slug:slug>/v/<str:code>/sheet-<str:paper>.pdf", files.sheet_pdf, name="sheet_pdf"),
    path("c/<slug:slug>/v/<str:code>/sheet-<str:paper>.png", files.sheet_png, name="sheet_png"),
    path("c/<slug:slug>/v/<str:code>/leaflet.pdf", files.leaflet, name="leaflet"),
    path("c/<slug:slug>/v/<str:code>/leaflet-a4.pdf", files.leaflet, {"paper": "a4"}, name="leaflet_a4"),
    path("c/<slug:slug>/v/<str:code>/aloud/", files.aloud, name="aloud"),
    path("c/<slug:slug>/v/<str:code>/aloud.pdf", files.aloud_pdf, name="aloud_pdf"),
    path("c/<slug:slug>/v/<str:code>/meeting.ics", files.meeting, name="meeting"),
    path("c/<slug:slug>/carriers/", onboard.carriers, name="carriers"),
    path("c/<slug:slug>/screen/", onboard.screen, name="screen"),
    path("c/<slug:slug>/screen/sw.js", onboard.screen_worker, name="screen_worker"),
    path("c/<slug:slug>/v/<str:code>/photo-<int:pk>.jpg", onboard.photo, name="photo"),
    path("c/<slug:slug>/v/<str:code>/files/<str:name>", files.attachment, name="attachment"),
]
