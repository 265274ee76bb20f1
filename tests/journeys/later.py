"""The demo's site some days later: its clock runs on from there, and the nightly sweep has caught up.

python -m tests.journeys.later DAYS PORT
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import time_machine

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mingbai.settings")


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Handler(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the test says what went wrong."""


def main(days: int, port: int) -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(days=days), tick=True):
        from mingbai.wsgi import application

        # isort: split
        from django.utils import timezone

        from mingbai.jobs.tick import tick

        tick(timezone.now())
        server = Server(("127.0.0.1", port), Handler)
        server.set_app(application)
        server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
