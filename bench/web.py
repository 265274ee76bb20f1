"""nginx with the configuration of docs/nginx.conf, and wrk to count what a server answers."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.serving import free_port, wait_for

DOCS = Path(__file__).parents[1] / "docs"
CONNECTIONS = 16
SECONDS = 4

# Every address in turns, each thread starting somewhere else, so that no page comes twice before all have come.
SCRIPT = """
local requests, at = {}, 0
function init(arguments)
  for line in io.lines("%s") do requests[#requests + 1] = wrk.format("GET", line) end
  at = math.random(#requests)
end
function request() at = at %% #requests + 1; return requests[at] end
"""


def missing_tools() -> list[str]:
    """The programs that this measurement needs and that aren't installed."""
    return [name for name in ("nginx", "wrk") if shutil.which(name) is None]


@contextmanager
def nginx(
    folder: Path, pages: Path, static: Path, application: int, *, access_log: str = "off"
) -> Iterator[tuple[int, int]]:
    """nginx before the application as documented, and beside it with plain files; yields the two ports.

    What it would rather not keep in memory goes to ``folder``/bodies.
    """
    site_port, static_port = free_port(), free_port()
    (folder / "nginx.conf").write_text(
        f"""env TZ=Asia/Shanghai; pcre_jit on;
{"user root;" if Path.home() == Path("/root") else ""}
daemon off; worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 512; }}
http {{
  access_log {access_log}; sendfile on; tcp_nopush on; keepalive_requests 1000000;
  client_body_temp_path {folder}/bodies; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  {documented(pages, static, application, site_port)}
  server {{ listen 127.0.0.1:{static_port}; root {static}; types {{ text/html html; }} charset utf-8; {headers()} }}
}}
"""
    )
    server = subprocess.Popen(["nginx", "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "nginx.log"])
    try:
        wait_for(site_port)
        yield site_port, static_port
    finally:
        server.terminate()
        server.wait(10)


def headers() -> str:
    """The head lines that docs/nginx.conf adds to a page, so that a plain file is answered with the same."""
    return " ".join(re.findall(r"add_header .*;", (DOCS / "nginx.conf").read_text(encoding="utf-8")))


def documented(pages: Path, static: Path, application: int, port: int) -> str:
    """docs/nginx.conf for this machine: other folders and ports, and no certificate."""
    text = (DOCS / "nginx.conf").read_text(encoding="utf-8")
    for old, new in (
        ("/var/lib/mingbai/pages", str(pages)),
        ("/var/lib/mingbai/static/", f"{static}/"),
        ("127.0.0.1:8000", f"127.0.0.1:{application}"),
        ("listen 443 ssl", f"listen 127.0.0.1:{port}"),
        ("gongkai.example.org", "127.0.0.1"),
    ):
        assert old in text, old
        text = text.replace(old, new)
    text = re.sub(r"ssl_certificate.*;", "", text)
    return text[: text.rindex("server {")]


def rate(port: int, paths: Sequence[str], folder: Path, seconds: int = SECONDS) -> float:
    """Requests per second over the addresses in turns, once both workers are warm. Every answer has to be a 200."""
    (folder / "paths").write_text("\n".join(paths) + "\n", encoding="utf-8")
    (folder / "turns.lua").write_text(SCRIPT % (folder / "paths"), encoding="utf-8")
    _wrk(port, folder, 1)
    said = _wrk(port, folder, seconds)
    assert "Non-2xx" not in said, said
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert found is not None, said
    return float(found[1])


def _wrk(port: int, folder: Path, seconds: int) -> str:
    address = f"http://127.0.0.1:{port}/"
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}", "--timeout", "10", "-s", folder / "turns.lua", address]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    time.sleep(0.2)
    return said
