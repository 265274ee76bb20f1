"""A granian server of the demo with one bare page beside it, and a client that costs almost nothing."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def demo_server(data_dir: Path, *, keep: bool = True) -> Iterator[int]:
    """The demo, loaded afresh into ``data_dir`` and served with the bare page added; yields the port.

    No finished page is kept. ``keep`` False: the process keeps nothing at all from one request to the next, as if
    everything changed in between.
    """
    environment = {**environment_of(data_dir), "MINGBAI_PAGE_STORE": "0", "BENCH_KEEP": "1" if keep else "0"}
    subprocess.run(
        [sys.executable, "-m", "mingbai", "demo", "--no-serve"], env=environment, check=True, capture_output=True
    )
    with granian("bench.wsgi:application", environment) as port:
        yield port


def environment_of(data_dir: Path) -> dict[str, str]:
    """The settings of a site in ``data_dir`` on SQLite."""
    environment = {**os.environ, "MINGBAI_DATA_DIR": str(data_dir), "DJANGO_SETTINGS_MODULE": "mingbai.settings"}
    environment.pop("DATABASE_URL", None)
    return environment


@contextmanager
def granian(application: str, environment: dict[str, str], workers: int = 1) -> Iterator[int]:
    """A granian server of ``application``; yields its port."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", str(workers), "--blocking-threads", "1", "--log-level", "error", application]
    server = subprocess.Popen(command, env=environment)
    try:
        wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(10)


def wait_for(port: int) -> None:
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server didn't start")


class Client:
    """One kept-alive connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path: str) -> bytes:
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self.socket.recv(65536)
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head[:200]
        length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if b"content-length" in line)
        while len(body) < length:
            body += self.socket.recv(65536)
        return body
