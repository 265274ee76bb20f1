"""The project as it is served, with the bare page added."""

from __future__ import annotations

from django.conf import settings
from django.core.wsgi import get_wsgi_application

settings.ROOT_URLCONF = "bench.bare"
application = get_wsgi_application()
