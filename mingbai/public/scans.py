"""What counts as a scan of a paper sheet: the address printed in its QR, opened by somebody, not by a machine."""

from __future__ import annotations

import re
import threading
from datetime import datetime

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from mingbai.carriers.sightings import count_scan
from mingbai.disclosures.queries import visible_version
from mingbai.rules.days import legal_day

# The printed QR ends in ?b=1; an address that is passed on, linked or typed doesn't.
MARKER = "b"
MOST_A_MINUTE = 12
MACHINES = re.compile(r"bot|crawl|spider|preview|slurp|fetch|curl|wget|python|monitor|headless", re.IGNORECASE)


def is_scan(request: HttpRequest) -> bool:
    """Whether a person seems to have opened the printed address: no HEAD, no prefetch, no robot that says so."""
    wanted = f"{request.headers.get('Sec-Purpose', '')} {request.headers.get('Purpose', '')}"
    wanted += request.headers.get("X-Moz", "")
    return (
        request.method == "GET"
        and request.GET.get(MARKER) == "1"
        and "prefetch" not in wanted.lower()
        and not MACHINES.search(request.headers.get("User-Agent", ""))
    )


class Cap:
    """At most so many scans of one sheet a minute, per process: a loop isn't a crowd before the board."""

    def __init__(self, most: int = MOST_A_MINUTE) -> None:
        self.most = most
        self.minute: datetime | None = None
        self.counts: dict[int, int] = {}
        self.lock = threading.Lock()

    def allows(self, version: int, at: datetime) -> bool:
        minute = at.replace(second=0, microsecond=0)
        with self.lock:
            if minute != self.minute:
                self.minute, self.counts = minute, {}
            self.counts[version] = self.counts.get(version, 0) + 1
            return self.counts[version] <= self.most


cap = Cap()


def scanned(request: HttpRequest, code: str, at: datetime) -> HttpResponse:
    """Count the scan, if it is one, and lead to the address that may be passed on without counting.

    Counting is best effort: whatever the database does, the person gets to the page.
    """
    try:
        version = visible_version(code) if is_scan(request) else None
        if version is not None and cap.allows(version.pk, at):
            count_scan(version=version, on=legal_day(at))
    except DatabaseError:
        pass
    response = redirect("sheet_status", code=code)
    response.headers["Cache-Control"] = "no-store"
    return response
