"""What nginx with the documented configuration hands on to the application, and how."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from bench.web import nginx
from mingbai.rules.days import SHANGHAI

pytestmark = pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx isn't installed")


class Echo(BaseHTTPRequestHandler):
    """An application that says what it was asked."""

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        said = f"{self.command} {self.path} ".encode() + body
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_POST = do_PUT = do_GET

    def log_message(self, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """nginx before the echo, with one finished page and one finished feed of today."""
    tmp_path.chmod(0o755)
    day = tmp_path / "pages/jinan/1.0.abc" / datetime.now(SHANGHAI).date().isoformat()
    for file in ("c/jinan/index.html", "c/jinan/v/ABCDEFGH/index.html", "da/c/jinan/index.html", "c/jinan/feed.atom"):
        (day / file).parent.mkdir(parents=True, exist_ok=True)
        (day / file).write_text(f"kept {file}", encoding="utf-8")
    (tmp_path / "pages/jinan/current").symlink_to("1.0.abc")
    echo = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    Thread(target=echo.serve_forever, daemon=True).start()
    try:
        with nginx(tmp_path, tmp_path / "pages", tmp_path, echo.server_port) as (front, _):
            yield front
    finally:
        echo.shutdown()
        echo.server_close()


def ask(port: int, method: str, path: str, body: str | None = None) -> tuple[int, str]:
    with closing(HTTPConnection("127.0.0.1", port)) as connected:
        connected.request(method, path, body)
        with connected.getresponse() as answer:
            return answer.status, answer.read().decode()


def test_what_is_finished_is_answered_from_its_file(port: int) -> None:
    assert ask(port, "GET", "/c/jinan/") == (200, "kept c/jinan/index.html")
    assert ask(port, "GET", "/c/jinan/v/ABCDEFGH/") == (200, "kept c/jinan/v/ABCDEFGH/index.html")
    assert ask(port, "GET", "/da/c/jinan/") == (200, "kept da/c/jinan/index.html")
    assert ask(port, "GET", "/c/jinan/feed.atom") == (200, "kept c/jinan/feed.atom")
    assert ask(port, "HEAD", "/c/jinan/") == (200, "")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/c/jinan/owed/", None),
        ("GET", "/c/jinan/?page=2", None),
        ("GET", "/c/jinan/search/?q=%E4%BA%95%E7%9B%96&year=2026", None),
        ("GET", "/c/jinan/v/ABCDEFGH", None),  # there is a folder of that name
        ("GET", "/c/jinan/v/ABCDEFGH/a%20b%2Fc.pdf", None),
        ("GET", "/c/nowhere/", None),
        ("GET", "/c/jinan/calendar.ics", None),
        ("POST", "/c/jinan/", "text=%E5%A5%BD"),
        ("POST", "/c/jinan/ask/", "text=%E5%A5%BD"),
        ("GET", "/desk/", None),
    ],
)
def test_everything_else_reaches_the_application_as_it_was_asked(
    port: int, method: str, path: str, body: str | None
) -> None:
    assert ask(port, method, path, body) == (200, f"{method} {path} {body or ''}")


@pytest.mark.parametrize("path", ["/c/jinan/../../etc/passwd", "/c/jinan/.lock", "/c/jinan/current/", "/c/../jinan/"])
def test_nothing_else_of_the_store_is_served(port: int, path: str) -> None:
    status, said = ask(port, "GET", path)
    assert "kept" not in said and (status >= 400 or said.startswith("GET "))
