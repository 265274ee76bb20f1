"""The addresses of the site. The public's have no prefix; each other audience has its own."""

from django.contrib import admin
from django.urls import include, path

from mingbai.public.answers import no_such_address
from mingbai.public.api import api

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", api.urls),
    path("api/<path:path>", no_such_address),
    path("desk/", include("mingbai.desk.urls")),
    path("oversight/", include("mingbai.oversight.urls")),
    path("", include("mingbai.public.urls")),
]

handler500 = "mingbai.public.caching.failed"
