"""The WSGI entry point, served by granian: finished pages before Django, everything else by Django."""

import logging
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mingbai.settings")
django_application = get_wsgi_application()

from mingbai.public.answering import stored_first  # noqa: E402 — needs the apps that Django has just loaded
from mingbai.public.unlogged import SecondDoor  # noqa: E402 — as above

logging.getLogger("granian.access").addFilter(SecondDoor())
application = stored_first(django_application)
