"""The page store over WSGI: what is answered without the database, and what makes a page be over."""

from __future__ import annotations

import ast
import io
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.web import nginx
from mingbai.carriers.actions import confirm_withdrawal, publish, put_up, take_down
from mingbai.carriers.queries import open_obligations
from mingbai.communities.actions import grant_role, set_policy
from mingbai.communities.models import Role
from mingbai.communities.queries import public_revision
from mingbai.communities.revisions import SILENT, Revision, announce, announced, sweep_all
from mingbai.disclosures.drafts import abandon_draft, save_draft, start_draft
from mingbai.disclosures.models import Version
from mingbai.disclosures.reviews import propose_withdrawal
from mingbai.obligations.actions import load_notice
from mingbai.obligations.models import Obligation
from mingbai.onrequest.households import make_codes
from mingbai.public import views
from mingbai.public.answering import StoredFirst, security_headers, stored_first
from mingbai.public.caching import CACHE_CONTROL
from mingbai.public.store import TYPES, Page, address_of, find, keep
from mingbai.rules.days import SHANGHAI
from mingbai.rules.profiles import Policy
from tests.apps import restricted
from tests.apps.test_acts import NOTICE_2027
from tests.conftest import Cast, names_list, noon, paragraphs

NOW = noon("2026-09-10")
ROOT = Path(__file__).parents[2] / "mingbai"


@dataclass
class Answer:
    status: str
    headers: dict[str, str]
    body: bytes
    queries: int


class Site:
    """The site as a server calls it, Django behind the store."""

    def __init__(self, django: Any = None) -> None:
        self.application = StoredFirst(django or WSGIHandler())

    def get(self, path: str, method: str = "GET", **extra: str) -> Answer:
        path, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "HTTP_HOST": "localhost",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            **extra,
        }
        started: list[Any] = []
        with CaptureQueriesContext(connection) as queries:
            answer = self.application(environ, lambda status, headers: started.extend((status, dict(headers))))
            body = b"".join(answer)
            getattr(answer, "close", lambda: None)()
        return Answer(started[0], started[1], body, len(queries))


@pytest.fixture
def db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database with everything really committed, put back after the test.

    SQLite's append-only triggers refuse a flush, so a copy is brought back; its numbers go on, so that nothing that a
    process has kept of an earlier test fits.
    """
    with django_db_blocker.unblock():
        connection.ensure_connection()
        if connection.vendor != "sqlite":
            yield
            call_command("flush", verbosity=0, interactive=False, reset_sequences=False)
            return
        with closing(sqlite3.connect(":memory:")) as copy:
            connection.connection.backup(copy)
            yield
            with connection.cursor() as cursor:
                used = cursor.execute("SELECT MAX(seq) FROM sqlite_sequence").fetchone()[0] or 0
            copy.backup(connection.connection)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM sqlite_sequence")
            cursor.execute(
                "INSERT INTO sqlite_sequence SELECT name, %s FROM sqlite_master WHERE sql LIKE '%%AUTOINCREMENT%%'",
                [used],
            )


@pytest.fixture
def pages(settings: Any, tmp_path: Path) -> Path:
    settings.PAGES = tmp_path / "pages"
    return tmp_path / "pages"


@pytest.fixture
def now() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as travel:
        yield travel


@pytest.fixture
def site(pages: Path, cast: Cast, now: Any) -> Site:
    """Everything committed, as on a real site; both communities' home pages are in the store."""
    site = Site()
    for slug in ("jinan", "neighbour"):
        assert site.get(f"/c/{slug}/").status == "200 OK"
        assert site.get(f"/c/{slug}/").queries == 0
    return site


def issue(cast: Cast, obligation: Obligation, content: Any = None, at: datetime = NOW) -> Version:
    text = content or paragraphs(1)
    return publish(obligation=obligation, content=text, dated_on=date(2026, 9, 2), by=cast.clerk, at=at)


# --- what is answered from the store ---


def test_a_repeat_needs_no_query_and_is_the_same_answer(site: Site, cast: Cast, owe: Callable[..., Obligation]) -> None:
    version = issue(cast, owe(22, "2026-09-01"))
    for path in (
        "/c/jinan/",
        "/c/jinan/catalogue/",
        "/c/jinan/owed/",
        "/c/jinan/items/22/",
        f"/c/jinan/owed/{version.disclosure.obligation_id}/",
        f"/c/jinan/v/{version.code}/",
    ):
        first, second = site.get(path), site.get(path)
        assert first.status == second.status == "200 OK" and first.queries > 0
        assert second.queries == 0
        assert (second.body, second.headers) == (first.body, first.headers)
        assert "Set-Cookie" not in first.headers and "Vary" not in first.headers
        assert site.get(path, "HEAD").headers == first.headers and site.get(path, "HEAD").body == b""


def test_what_a_households_code_opens_never_comes_into_the_store(site: Site, cast: Cast, pages: Path) -> None:
    restricted.adopt_restricted(cast.community, cast.director)
    number = restricted.FOR_HOUSEHOLDS
    content, files = restricted.saying()
    version = restricted.issue(cast.community, number, f"{NOW:%F}", content, files, cast.clerk)
    (slip,) = make_codes(
        community=cast.community,
        labels=["3号楼2单元501"],
        item_codes=[f"{number:02d}"],
        nonce="n",
        replace=False,
        by=cast.clerk,
        at=NOW,
    )
    for mode in ("", "/da"):
        opened = Client().post(f"{mode}/c/jinan/mine/", {"code": slip.code})
        assert restricted.MARK in opened.content.decode()
        assert restricted.MARK not in site.get(f"{mode}/c/jinan/mine/").body.decode()
    for path in ("", "mine/", f"items/{number:02d}/", "owed/", "requests/", "versions/"):
        site.get(f"/c/jinan/{path}")
    kept = [path for path in pages.rglob("*") if path.is_file()]
    assert kept and not any("mine" in path.parts for path in kept)
    said = b"".join(path.read_bytes() for path in kept)
    assert restricted.MARK.encode() not in said and version.code.encode() not in said


def test_another_process_finds_the_same_page_on_the_disk(site: Site) -> None:
    first = site.get("/c/jinan/")
    again = Site().get("/c/jinan/")
    assert (again.queries, again.body, again.headers) == (0, first.body, first.headers)


@pytest.mark.parametrize("source", ["store", "django"])
def test_validators_answer_304(site: Site, settings: Any, source: str) -> None:
    first = site.get("/c/jinan/")
    if source == "django":
        settings.PAGES = None
    known = site.get("/c/jinan/", HTTP_IF_NONE_MATCH=f'"other", W/{first.headers["ETag"]}')
    assert known.status == "304 Not Modified" and known.body == b""
    assert known.queries == (0 if source == "store" else 1), "a page that is known isn't rendered"
    assert known.headers["ETag"] == first.headers["ETag"]
    assert site.get("/c/jinan/", HTTP_IF_NONE_MATCH='"other"').status == "200 OK"


def test_if_modified_since_counts_only_without_a_tag(site: Site) -> None:
    modified = site.get("/c/jinan/").headers["Last-Modified"]
    assert site.get("/c/jinan/", HTTP_IF_MODIFIED_SINCE=modified).status == "304 Not Modified"
    assert site.get("/c/jinan/", HTTP_IF_MODIFIED_SINCE="Wed, 09 Sep 2026 00:00:00 GMT").status == "200 OK"
    both = site.get("/c/jinan/", HTTP_IF_MODIFIED_SINCE=modified, HTTP_IF_NONE_MATCH='"other"')
    assert both.status == "200 OK"


def test_a_search_has_its_own_tag_and_is_not_kept(site: Site) -> None:
    one, other = site.get("/c/jinan/?q=a"), site.get("/c/jinan/?q=b")
    assert len({one.headers["ETag"], other.headers["ETag"], site.get("/c/jinan/").headers["ETag"]}) == 3
    assert site.get("/c/jinan/?q=a").queries > 0


def test_only_a_host_of_ours_is_answered(site: Site) -> None:
    assert site.get("/c/jinan/", HTTP_HOST="evil.example").status == "400 Bad Request"


def test_in_production_http_moves_to_https(site: Site, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 3600
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    site = Site()
    assert site.get("/c/jinan/").headers["Location"] == "https://localhost/c/jinan/"
    first = site.get("/c/jinan/", HTTP_X_FORWARDED_PROTO="https")
    second = site.get("/c/jinan/", HTTP_X_FORWARDED_PROTO="https")
    assert second.queries == 0 and second.headers == first.headers
    assert second.headers["Strict-Transport-Security"] == "max-age=3600"
    assert site.get("/c/jinan/").headers["Location"] == "https://localhost/c/jinan/", "the page at hand is for https"


def test_pages_of_one_host_are_not_shown_on_another(site: Site, settings: Any, pages: Path) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "other"]
    assert site.get("/c/jinan/", HTTP_HOST="other").queries > 0
    settings.PUBLIC_URL = "https://example.org"
    site = Site()
    site.get("/c/jinan/", HTTP_HOST="other")
    assert site.get("/c/jinan/").queries == 0, "with a public address no page depends on the host"


# --- what makes a page be over ---


def test_a_stored_page_is_what_the_database_says_through_the_life_of_a_version(
    site: Site, cast: Cast, owe: Callable[..., Obligation]
) -> None:
    obligation = owe(15, "2026-09-01")
    version = issue(cast, obligation, names_list())
    board = obligation.occurrence.item.carriers.get(kind="paper_board")
    posting: list[Any] = []
    acts: list[Callable[[], Any]] = [
        lambda: posting.append(
            put_up(version=version, carrier=board, on=date(2026, 9, 10), by=cast.clerk, at=NOW, evidence="东门")
        ),
        lambda: take_down(posting=posting[0], on=date(2026, 9, 10), by=cast.clerk, at=NOW, lost=True),
        lambda: confirm_withdrawal(
            withdrawal=propose_withdrawal(version=version, kind="personal_data", reason="多了", by=cast.clerk, at=NOW),
            by=cast.director,
            at=NOW,
        ),
        lambda: issue(cast, obligation, paragraphs(1, title="新的一版")),
    ]
    path = f"/c/jinan/v/{version.code}/"
    seen = [site.get(path).body]
    for act in acts:
        assert site.get(path).queries == 0
        act()
        fresh = site.get(path)
        assert fresh.queries > 0 and fresh.body not in seen
        seen.append(fresh.body)
        assert site.get(path).body == fresh.body
    assert "张*" in seen[0].decode() and "张*" not in seen[3].decode()


@pytest.mark.parametrize("act", ["publish", "policy", "role", "occurrence"])
def test_an_act_moves_its_own_community_and_no_other(
    site: Site, cast: Cast, owe: Callable[..., Obligation], act: str
) -> None:
    if act == "publish":
        issue(cast, owe(22, "2026-09-01"))
    elif act == "policy":
        set_policy(community=cast.community, policy=Policy(light_review=True), by=None, at=NOW)
    elif act == "role":
        grant_role(community=cast.community, user=cast.member, kind=Role.Kind.ADMINISTRATOR, by=None, at=NOW)
    else:
        owe(22, "2026-09-01")
    assert site.get("/c/neighbour/").queries == 0
    assert site.get("/c/jinan/").queries > 0


def test_a_notice_moves_every_community(site: Site) -> None:
    load_notice(text=NOTICE_2027, year=None, open_obligations=open_obligations(NOW.date()), by=None, at=NOW)
    assert site.get("/c/neighbour/").queries > 0
    assert site.get("/c/jinan/").queries > 0
    assert site.get("/c/jinan/").queries == 0


def test_drafts_change_nothing_that_the_public_sees(site: Site, cast: Cast, owe: Callable[..., Obligation]) -> None:
    """But that one has been begun: what is owed is then in preparation."""
    obligation = owe(8, "2026-09-01")
    paths = ["/c/jinan/", "/c/jinan/owed/", "/c/jinan/items/08/", f"/c/jinan/owed/{obligation.pk}/"]
    assert "准备中" not in site.get("/c/jinan/owed/").body.decode()
    draft = start_draft(obligation=obligation, by=cast.clerk, at=NOW)
    before = [site.get(path).body for path in paths]
    assert "准备中" in before[1].decode()
    save_draft(draft=draft, revision=1, by=cast.clerk, at=NOW, title="草稿")
    assert [site.get(path).queries for path in paths] == [0] * 4
    fresh = Client(headers={"host": "localhost"})
    assert [fresh.get(path).content for path in paths] == before
    abandon_draft(draft=draft, by=cast.clerk, at=NOW)
    assert [fresh.get(path).content for path in paths] == before


def test_every_silent_act_is_an_act_that_somebody_records() -> None:
    recorded = {
        node.value
        for path in ROOT.rglob("*.py")
        if path.name != "revisions.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert recorded >= SILENT


def test_midnight_in_shanghai_ends_every_page(site: Site, cast: Cast, owe: Callable[..., Obligation], now: Any) -> None:
    version = issue(cast, owe(15, "2026-09-01"), names_list())
    path = f"/c/jinan/v/{version.code}/"
    assert "张*" in site.get(path).body.decode()
    last = version.postings.get().until_on
    assert last is not None
    now.move_to(noon(last).replace(hour=23, minute=59))
    assert "张*" in site.get(path).body.decode()
    now.move_to(noon(last + timedelta(days=1)).replace(hour=0, minute=0))
    after = site.get(path)
    assert after.queries > 0 and "张*" not in after.body.decode()
    assert site.get(path).queries == 0


def test_a_page_rendered_across_midnight_is_not_kept(site: Site, now: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    now.move_to(NOW.replace(hour=23, minute=59))
    real = views.situation_of

    def slow(*args: Any) -> Any:
        now.move_to(NOW.replace(hour=0, minute=0) + timedelta(days=1))
        return real(*args)

    monkeypatch.setattr(views, "situation_of", slow)
    response = site.get("/c/jinan/catalogue/")
    assert response.status == "200 OK" and "ETag" not in response.headers
    monkeypatch.undo()
    now.move_to(NOW.replace(hour=23, minute=59))
    assert site.get("/c/jinan/catalogue/").queries > 0


def test_a_page_overtaken_by_an_act_is_never_found(
    site: Site, cast: Cast, owe: Callable[..., Obligation], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An act between the reading and the storing of a page: the page is shown once, to whoever asked before it."""
    obligation = owe(22, "2026-09-01")
    real = views.page

    def overtaken(*args: Any, **kwargs: Any) -> Any:
        response = real(*args, **kwargs)
        issue(cast, obligation, paragraphs(1, title="后来居上"))
        return response

    monkeypatch.setattr(views, "page", overtaken)
    assert "后来居上" not in site.get("/c/jinan/").body.decode()
    monkeypatch.undo()
    for fresh in (site, Site()):
        assert "后来居上" in fresh.get("/c/jinan/").body.decode()
    overtaken_page = address_of("/c/jinan/", "@http-localhost/")
    assert overtaken_page is not None
    assert not keep(overtaken_page, Revision(1, 0), NOW.date(), Page(b"old", 0)), "a revision that is over"


def test_an_act_that_is_rolled_back_announces_nothing(site: Site, cast: Cast) -> None:
    before = announced("jinan")
    with pytest.raises(RuntimeError), transaction.atomic():
        set_policy(community=cast.community, policy=Policy(light_review=True), by=None, at=NOW)
        raise RuntimeError
    assert announced("jinan") == before
    assert site.get("/c/jinan/").queries == 0


def test_nothing_is_kept_inside_a_transaction(site: Site, cast: Cast) -> None:
    with transaction.atomic():
        set_policy(community=cast.community, policy=Policy(light_review=True), by=None, at=NOW)
        Site().get("/c/jinan/catalogue/")
        transaction.set_rollback(True)
    assert site.get("/c/jinan/catalogue/").queries > 0


def test_an_announcement_only_goes_forward(site: Site) -> None:
    current = public_revision("jinan")
    assert current is not None
    announce("jinan", current.own - 1)
    announce(None, current.platform)
    assert announced("jinan") == current.folder


@pytest.mark.parametrize("healer", ["start", "page"])
def test_a_lost_announcement_is_healed(site: Site, cast: Cast, pages: Path, healer: str) -> None:
    """A crash between the commit and its announcement, and a copy of the database brought back."""
    link = pages / "jinan" / "current"
    for wrong in (Revision(1, 0), Revision(99_999, 7)):
        link.unlink()
        link.symlink_to(wrong.folder)
        if healer == "start":
            stored_first(WSGIHandler())
        else:
            assert site.get("/c/jinan/catalogue/").status == "200 OK"
        truth = public_revision("jinan")
        assert truth is not None and announced("jinan") == truth.folder


# --- when things are missing ---


@pytest.fixture
def without_database(site: Site) -> Iterator[Site]:
    def away(*args: Any, **kwargs: Any) -> Any:
        raise OperationalError("connection refused")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.db.models.sql.compiler.SQLCompiler.execute_sql", away)
        yield site


def test_the_store_answers_while_the_database_is_down(without_database: Site) -> None:
    assert without_database.get("/c/jinan/").status == "200 OK"
    assert Site().get("/c/jinan/").status == "200 OK"
    assert stored_first(WSGIHandler()), "a process also starts without the database"


@pytest.mark.parametrize("path", ["/c/jinan/owed/", "/c/jinan/?q=1", "/s/ABCDEFGH/", "/"])
def test_what_is_not_stored_says_plainly_that_the_database_is_away(without_database: Site, path: str) -> None:
    answer = without_database.get(path)
    assert answer.status == "503 Service Unavailable" and answer.headers["Retry-After"] == "60"
    assert "暂时打不开" in answer.body.decode() and "Traceback" not in answer.body.decode()
    assert answer.headers["Cache-Control"] == "no-store"


def test_yesterdays_page_is_not_shown_when_the_database_is_down(without_database: Site, now: Any) -> None:
    now.move_to(NOW + timedelta(days=1))
    assert without_database.get("/c/jinan/").status == "503 Service Unavailable"


def test_a_fault_of_ours_is_no_traceback_either(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "situation_of", lambda *args: 1 / 0)
    answer = site.get("/c/jinan/catalogue/")
    assert answer.status == "500 Internal Server Error" and "这一页出错了" in answer.body.decode()


def test_a_folder_that_cannot_be_written_stops_nothing(
    pages: Path, cast: Cast, now: Any, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.rmtree(pages)
    pages.write_text("a file stands where the folder should")
    set_policy(community=cast.community, policy=Policy(light_review=True), by=None, at=NOW)
    site = Site()
    assert [site.get("/c/jinan/").status for _ in range(3)] == ["200 OK"] * 3
    assert len([record for record in caplog.records if "pages aren't kept" in record.message]) <= 1
    assert stored_first(WSGIHandler()) and sweep_all("2026-09-10") == 0


# --- what never gets in ---


@pytest.mark.parametrize(
    "path",
    [
        "/c/../etc/passwd",
        "/c/jinan/../../../x/",
        "/c/jinan/%2e%2e/x/",
        "/c/jinan/.lock",
        "/c/jinan//owed/",
        "/c/jinan/\x00/",
        "/c/jinan/a\\..\\b/",
        "/c/./x/",
        "/c/jinan/" + "a/" * 200,
        "/c/金安/",
        "/c/jinan/v/A/files/名单.pdf",
        "/desk/jinan/",
        "/admin/",
        "/s/ABCDEFGH/",
        "/",
    ],
)
def test_an_address_that_could_lead_out_is_no_address(path: str) -> None:
    assert address_of(path) is None


@pytest.mark.parametrize("path", ["/c/jinan/", "/c/jinan/feed.atom", "/da/c/jinan/v/ABCDEFGH/"])
def test_a_page_lies_below_its_community(pages: Path, path: str) -> None:
    address = address_of(path, "@http-localhost:8000/")
    assert address is not None
    file = address.file("1.0.abc", NOW.date())
    assert file is not None and file.resolve().is_relative_to(pages / "jinan" / "1.0.abc" / "2026-09-10")


def test_what_is_not_a_page_leaves_no_file(site: Site, pages: Path, cast: Cast) -> None:
    before = {path for path in pages.rglob("*") if path.is_file()}
    for path in (
        "/c/nowhere/",
        "/c/jinan/v/ZZZZZZZZ/",
        "/c/jinan/items/99/",
        "/c/jinan",
        "/desk/login/",
        "/c/jinan/?q=1",
    ):
        site.get(path)
    assert {path for path in pages.rglob("*") if path.is_file()} == before
    assert not (pages / "nowhere").exists()


def test_what_is_over_is_removed(site: Site, pages: Path, cast: Cast, owe: Callable[..., Obligation], now: Any) -> None:
    issue(cast, owe(22, "2026-09-01"))
    site.get("/c/jinan/")
    assert len(list((pages / "jinan").rglob("index.html"))) == 1, "an act removes the pages before it"
    now.move_to(NOW + timedelta(days=1))
    site.get("/c/jinan/")
    assert len(list((pages / "jinan").rglob("index.html"))) == 1, "the first page of a day removes those of the eve"
    assert sweep_all("2026-09-11") == 1, "the neighbour's page of the eve"
    address = address_of("/c/jinan/", "@http-localhost/")
    assert address is not None and find(address, date(2026, 9, 11)) is not None


def test_query_counts_of_a_first_hit(site: Site, cast: Cast, owe: Callable[..., Obligation]) -> None:
    """One table for every page of a community: what rendering it costs at a revision that the process knows."""
    version = issue(cast, owe(22, "2026-09-01"))
    site.get("/c/jinan/catalogue/")
    counted = {
        path: site.get(f"{path}?fresh").queries
        for path in (
            "/c/jinan/",
            "/c/jinan/catalogue/",
            "/c/jinan/owed/",
            "/c/jinan/items/22/",
            f"/c/jinan/owed/{version.disclosure.obligation_id}/",
            f"/c/jinan/v/{version.code}/",
        )
    }
    assert list(counted.values()) == [11, 2, 5, 9, 7, 5], counted


# --- a web server in front ---


def test_the_sample_for_nginx_says_the_same_headers_as_the_application(settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000
    text = (ROOT.parent / "docs/nginx.conf").read_text(encoding="utf-8")
    told = dict(re.findall(r'add_header (\S+) "(.*)";', text))
    asked = HttpRequest()
    asked.META["wsgi.url_scheme"] = "https"
    settings.SECURE_PROXY_SSL_HEADER = ("wsgi.url_scheme", "https")
    assert told == {"Cache-Control": CACHE_CONTROL, **dict(security_headers(asked))}
    assert all(media_type.split(";")[0] in text for media_type in TYPES.values())


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx isn't installed")
def test_nginx_with_the_sample_shows_finished_pages_and_only_current_ones(
    site: Site, settings: Any, pages: Path, tmp_path: Path, now: Any
) -> None:
    """The documented configuration, with no application behind it: what isn't in the store is a 502."""
    settings.PUBLIC_URL = "https://example.org"
    now.move_to(time_machine.escape_hatch.datetime.datetime.now(SHANGHAI))
    site = Site()
    body = site.get("/c/jinan/").body
    tmp_path.chmod(0o755)
    with nginx(tmp_path, pages, tmp_path, application=1) as (port, _):
        found = fetch(port, "/c/jinan/")
        assert (found.status, found.body) == ("200", body)
        assert found.headers["Content-Type"] == "text/html; charset=utf-8"
        assert found.headers["X-Frame-Options"] == "DENY"
        assert fetch(port, "/c/jinan/", {"If-None-Match": found.headers["ETag"]}).status == "304"
        for path in ("/c/jinan/?q=1", "/c/jinan/owed/", "/c/jinan/.lock", "/desk/"):
            assert fetch(port, path).status == "502"
        announce("jinan", 99_999)
        assert fetch(port, "/c/jinan/").status == "502", "an act ends the page in the same moment"


def fetch(port: int, path: str, headers: dict[str, str] | None = None) -> Answer:
    with closing(HTTPConnection("127.0.0.1", port)) as connected:
        connected.request("GET", path, headers=headers or {})
        with connected.getresponse() as answer:
            return Answer(str(answer.status), dict(answer.getheaders()), answer.read(), 0)
