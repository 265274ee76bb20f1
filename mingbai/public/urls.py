"""The residents' addresses: no login, no cookie."""

from django.urls import path

from mingbai.public import bulk, feeds, files, robots, views

urlpatterns = [
    path("", views.front, name="front"),
    path("s/<str:code>/", views.sheet_status, name="sheet_status"),
    path("c/<slug:slug>/", views.home, name="home"),
    path("c/<slug:slug>/catalogue/", views.catalogue, name="catalogue"),
    path("c/<slug:slug>/owed/", views.owed, name="owed"),
    path("c/<slug:slug>/owed/<int:pk>/", views.why, name="why"),
    path("c/<slug:slug>/items/<str:code>/", views.item, name="item"),
    path("c/<slug:slug>/v/<str:code>/", views.version, name="version"),
    path("c/<slug:slug>/feed.xml", feeds.community_feed, name="feed"),
    path("c/<slug:slug>/items/<str:code>/feed.xml", feeds.item_feed, name="item_feed"),
    path("c/<slug:slug>/meetings.ics", feeds.meetings, name="meetings"),
    path("c/<slug:slug>/sitemap-<int:number>.xml", robots.community_sitemap, name="community_sitemap"),
    path("c/<slug:slug>/data/", bulk.data, name="data"),
    path("c/<slug:slug>/data/dictionary/", bulk.data_dictionary, name="data_dictionary"),
    path("c/<slug:slug>/data/<str:name>", bulk.data_file, name="data_file"),
    path("sitemap.xml", robots.sitemap, name="sitemap"),
    path("robots.txt", robots.robots, name="robots"),
    path("c/<slug:slug>/v/<str:code>/sheet-<str:paper>.pdf", files.sheet_pdf, name="sheet_pdf"),
    path("c/<slug:slug>/v/<str:code>/sheet-<str:paper>.png", files.sheet_png, name="sheet_png"),
    path("c/<slug:slug>/v/<str:code>/meeting.ics", files.meeting, name="meeting"),
    path("c/<slug:slug>/v/<str:code>/files/<str:name>", files.attachment, name="attachment"),
]
