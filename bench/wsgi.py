"""The project as it is served, with the bare page added. BENCH_KEEP=0: nothing is kept between requests."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from mingbai.communities import keeping

if os.environ.get("BENCH_KEEP") == "0":
    keeping.kept = lambda maxsize: lambda function: function  # type: ignore[assignment]

settings.ROOT_URLCONF = "bench.bare"
application = get_wsgi_application()
