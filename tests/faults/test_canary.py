"""A complaint to a real server, as it is documented to run; then every byte that is left anywhere is looked through."""

from __future__ import annotations

import base64
import http.client
import json
import os
import re
import shutil
import socketserver
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image

from bench.serving import free_port
from bench.web import nginx
from mingbai.jobs.demo import PASSWORD
from tests.conftest import picture

pytestmark = pytest.mark.canary
NEEDS_NGINX = pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx isn't installed")
ROOT = Path(__file__).parents[2]
PHRASE = "竹篮 灯塔 毛笔 七月 石榴 火车"
# Linux answers on all of 127.0.0.0/8, so a request can come from an address that nothing else here has.
REPORTER, RESIDENT = "127.77.13.42", "127.77.13.43"
CANARIES = {
    "words": "蓝鲸四十二号门面房",
    "further words": "还有白鹭第九间库房",
    "the answer": "灰雁已经核实退租",
    "file name": "canary-lapwing-7713.jpg",
    "exif": "canary-egret-camera-7713",
    "address": REPORTER,
    "forwarded address": "203.0.113.77",
    "browser": "CanaryBrowser/77.13",
    "passphrase": PHRASE,
}


class Server(NamedTuple):
    port: int
    log: Path


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's year, and the clerk is reminded by e-mail."""
    folder = tmp_path_factory.mktemp("canary")
    manage(folder, "demo", "--no-serve")
    manage(
        folder,
        "shell",
        "-c",
        "from mingbai.communities.models import User; from mingbai.supervision.actions import set_reach\n"
        "from mingbai.supervision.models import Digest; from django.utils import timezone\n"
        "set_reach(user=User.objects.get(username='clerk'), email='clerk@example.org', address='', at=timezone.now())\n"
        "Digest.objects.all().delete()",
    )
    return folder


def environment(data: Path, **more: str) -> dict[str, str]:
    env = {**os.environ, "MINGBAI_DATA_DIR": str(data), "TMPDIR": str(data), "PYTHONWARNINGS": "ignore", **more}
    env.pop("DATABASE_URL", None)
    return env


def manage(data: Path, *command: str, **more: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "mingbai", *command], cwd=ROOT, env=environment(data, **more), check=True,
        capture_output=True,
    )  # fmt: skip


@contextmanager
def serving(data: Path, *more: str) -> Iterator[Server]:
    """The command of docs/operating.md, with everything that it says in one file."""
    (documented,) = re.findall(r"-m (granian .*)", (ROOT / "docs/operating.md").read_text(encoding="utf-8"))
    port, log = free_port(), data / "server.log"
    command = documented.replace("--port 8000", f"--port {port}").split()
    with log.open("wb") as written:
        server = subprocess.Popen(
            [sys.executable, "-m", *command[:-1], *more, command[-1]],
            cwd=ROOT, env=environment(data), stdout=written, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            for _ in range(300):
                try:
                    ask(port, RESIDENT, "/c/jinan/")
                    break
                except OSError:
                    time.sleep(0.2)
            yield Server(port, log)
        finally:
            server.terminate()
            server.wait(timeout=20)


class Answer(NamedTuple):
    status: int
    text: str
    cookies: dict[str, str]


def ask(
    port: int, come_from: str, path: str, fields: dict[str, str] | None = None, *,
    cookies: dict[str, str] | None = None, files: tuple[tuple[str, bytes], ...] = (),
) -> Answer:  # fmt: skip
    """One request over a socket of its own, from an own address; with ``fields`` a POST, as browsers send it."""
    headers = {"Host": "localhost"}
    if come_from == REPORTER:
        forwarded = CANARIES["forwarded address"]
        headers |= {"User-Agent": CANARIES["browser"], "X-Forwarded-For": forwarded, "X-Real-IP": forwarded}
        headers |= {"Forwarded": f"for={forwarded}"}
    if cookies:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    body = None
    if fields is not None:
        mark = uuid.uuid4().hex
        headers["Content-Type"] = f"multipart/form-data; boundary={mark}"
        parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
        parts += [f'name="pictures"; filename="{name}"\r\nContent-Type: image/jpeg\r\n\r\n'.encode() + held
                  for name, held in files]  # fmt: skip
        body = b"".join(f"--{mark}\r\nContent-Disposition: form-data; ".encode() + part + b"\r\n" for part in parts)
        body += f"--{mark}--\r\n".encode()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=(come_from, 0))
    with closing(connection):
        connection.request("GET" if fields is None else "POST", path, body, headers)
        answer = connection.getresponse()
        told = dict(re.findall(r"^(\w+)=([^;]*)", one)[0] for one in answer.headers.get_all("Set-Cookie", []))
        return Answer(answer.status, answer.read().decode(), {**(cookies or {}), **told})


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


class Supervisor:
    """The subdistrict's supervisor, signed in."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, dict[str, str]()
        self.send("/desk/login/", {"username": "street", "password": PASSWORD})

    def get(self, path: str) -> str:
        answer = ask(self.port, RESIDENT, path, cookies=self.cookies)
        self.cookies = answer.cookies
        assert answer.status == 200, path
        return answer.text

    def send(self, path: str, fields: dict[str, str]) -> str:
        page = self.get(path)
        again = {name: hidden(page, name) for name in ("csrfmiddlewaretoken", "instead_of") if f'"{name}"' in page}
        answer = ask(self.port, RESIDENT, path, {**again, **fields}, cookies=self.cookies)
        self.cookies = answer.cookies
        assert answer.status in {200, 302}, answer.text
        return answer.text


def photograph() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = exif[0x0110] = CANARIES["exif"]
    taken = picture("JPEG", (2_400, 1_800), exif=exif, comment=CANARIES["exif"].encode())
    # Large enough that a server would like to put it into a file; what follows a picture isn't looked at.
    return taken + CANARIES["exif"].encode() * 200_000


def complain(port: int) -> str:
    """What a reporter does, mistakes included; the receipt code."""
    door = "/report-to/anhe/"
    page = ask(port, REPORTER, door).text
    fields = {"token": hidden(page, "token"), "about": "金安社区", "text": CANARIES["words"]}
    name = CANARIES["file name"]
    for wrong, files in (({"about": "?"}, ()), ({}, ((name, b"broken" + CANARIES["exif"].encode()),))):
        assert ask(port, REPORTER, door, {**fields, **wrong}, files=files).status == 422
    assert ask(port, REPORTER, "/report-to/nowhere/", fields).status == 404
    answer = ask(port, REPORTER, f"/da{door}", fields, files=((name, photograph()),))
    assert answer.status == 201 and not answer.cookies
    found = re.search(r'class="code big receipt">(.*?)</p>', answer.text, re.DOTALL)
    assert found is not None
    receipt = re.sub(r"\D", "", found[1])
    follow = f"{door}receipt/"
    assert ask(port, REPORTER, follow, {"receipt": receipt[::-1]}).status == 422
    page = ask(port, REPORTER, follow, {"receipt": receipt}).text
    more = {"receipt": receipt, "token": hidden(page, "token"), "text": CANARIES["further words"], "add": "yes"}
    assert ask(port, REPORTER, follow, more).status == 200
    return receipt


def control(port: int, words: str) -> None:
    """A question to the committee, which is kept in clear."""
    page = ask(port, RESIDENT, "/c/jinan/ask/").text
    time.sleep(2.5)
    fields = {"token": hidden(page, "token"), "kind": "question", "text": words}
    assert ask(port, RESIDENT, "/c/jinan/ask/", fields).status == 201


class Mail(socketserver.StreamRequestHandler):
    """As little of SMTP as it takes to be sent a message."""

    received: list[bytes] = []

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while (line := self.rfile.readline()).strip().upper() not in {b"", b"QUIT"}:
            self.received.append(line)
            if line.strip().upper() == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                while (line := self.rfile.readline()).rstrip() != b".":
                    self.received.append(line)
            self.wfile.write(b"250 ok\r\n")
        self.wfile.write(b"221 bye\r\n")


def night(data: Path, folder: Path) -> None:
    """What runs every night: the sweep with its reminders, and the site as files."""
    with socketserver.TCPServer(("127.0.0.1", 0), Mail) as post:
        threading.Thread(target=post.serve_forever, daemon=True).start()
        host, port = post.server_address[0], str(post.server_address[1])
        sender = "mingbai@example.org"
        manage(data, "tick", MINGBAI_SMTP_HOST=str(host), MINGBAI_SMTP_PORT=port, MINGBAI_MAIL_FROM=sender)
        post.shutdown()
    manage(data, "export", str(folder / "export"), "--sheets", "none")


def everything_left(data: Path, folder: Path) -> dict[str, bytes]:
    """Every file, with a fresh backup among them; every row as text; every session as it reads; what was mailed."""
    backup = folder / f"backup-{uuid.uuid4().hex}.sqlite3"
    with closing(sqlite3.connect(data / "mingbai.sqlite3")) as live, closing(sqlite3.connect(backup)) as copy:
        live.backup(copy)
        rows = "\n".join(live.iterdump()).encode()
        sessions = [session(text) for (text,) in live.execute("SELECT session_data FROM django_session")]
    files = {str(path): path.read_bytes() for root in (data, folder) for path in root.rglob("*") if path.is_file()}
    return {**files, "rows": rows, "sessions": b"\n".join(sessions), "mail": b"".join(Mail.received)}


def session(kept: str) -> bytes:
    """A row of the table of sessions: base64, with a dot before it where it is compressed, then its signature."""
    told = base64.b64decode(kept.removeprefix(".").split(":")[0] + "===", "-_")
    return zlib.decompress(told) if kept.startswith(".") else told


def written(canary: str) -> tuple[bytes, ...]:
    """The ways in which a text may stand in a file: as it is, escaped for JSON, in UTF-16."""
    return canary.encode(), json.dumps(canary)[1:-1].encode(), canary.encode("utf-16-le"), canary.encode("utf-16-be")


def found(canary: str, left: dict[str, bytes]) -> list[str]:
    return [name for name, held in left.items() if any(form in held for form in written(canary))]


@contextmanager
def front(server: Server, folder: Path, *, proxy: bool) -> Iterator[int]:
    """The port that people ask: the server's own, or that of nginx before it, with a log and nowhere to put a file."""
    if not proxy:
        yield server.port
        return
    with nginx(folder, folder, folder, server.port, access_log=str(folder / "access.log")) as (port, _):
        (folder / "bodies").rmdir()
        (folder / "bodies").touch()
        yield port


@pytest.mark.parametrize(
    ("more", "proxy"),
    [
        pytest.param((), False, id="as documented"),
        pytest.param(("--access-log",), False, id="with an access log"),
        pytest.param((), True, id="behind nginx", marks=NEEDS_NGINX),
    ],
)
def test_a_complaint_leaves_nothing_outside_its_envelopes(
    data: Path, tmp_path: Path, more: tuple[str, ...], proxy: bool
) -> None:
    known = f"控制文字{uuid.uuid4().hex[:8]}"
    with serving(data, *more) as server, front(server, tmp_path, proxy=proxy) as port:
        supervisor = Supervisor(port)
        supervisor.send("/oversight/anhe/keys/", {"passphrase": PHRASE, "again": PHRASE})
        before = listed(supervisor)
        receipt = complain(port)
        control(port, known)
        (pk,) = listed(supervisor) - before
        opened = supervisor.send(f"/oversight/anhe/complaints/{pk}/", {"passphrase": PHRASE})
        answer = {"text": CANARIES["the answer"], "nonce": hidden(opened, "nonce")}
        supervisor.send(f"/oversight/anhe/complaints/{pk}/", answer)
        answered = ask(port, REPORTER, "/report-to/anhe/receipt/", {"receipt": receipt}).text
        while_serving = everything_left(data, tmp_path)
        night(data, tmp_path)
    left = everything_left(data, tmp_path)

    assert CANARIES["words"] in opened and CANARIES["further words"] in opened and CANARIES["the answer"] in answered
    (picture_sent,) = re.findall(r"data:image/jpeg;base64,([^\"]+)", opened)
    for stage in (while_serving, left):
        places = " ".join(found(known, stage))
        assert "backup" in places and "rows" in places, "what is kept in clear is found in both"
        for what, canary in {**CANARIES, "receipt": receipt, "picture": picture_sent[:400]}.items():
            assert found(canary, stage) == [], what
        assert not [name for name, held in stage.items() if base64.b64decode(picture_sent)[-400:] in held]
    assert any(name.endswith("mingbai.sqlite3-wal") for name in while_serving)
    assert any("/pages/" in name for name in while_serving) and any("/export/c/jinan/" in name for name in left)
    assert b"Subject" in left["mail"] and b"_auth_user_id" in left["sessions"]
    logs = server.log.read_bytes()
    if proxy:
        logs += (tmp_path / "access.log").read_bytes() + (tmp_path / "nginx.log").read_bytes()
    assert b"report-to" not in logs
    if more or proxy:
        assert RESIDENT.encode() in logs and b"/c/jinan/ask/" in logs, "the access log does work"


def listed(supervisor: Supervisor) -> set[str]:
    return set(re.findall(r"/complaints/([-0-9a-f]{36})/", supervisor.get("/oversight/anhe/complaints/")))


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    for number, form in enumerate(written(CANARIES["words"])):
        (tmp_path / str(number)).write_bytes(b"\0\xff" + form + b"\n")
    left = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert len(found(CANARIES["words"], left)) == 4 and not found(CANARIES["the answer"], left)
