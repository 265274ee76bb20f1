"""Thousands of communities in one database: what the subdistrict's page, the sweep and a community's own pages cost.

    DATABASE_URL=postgresql://… python -m bench.communities 3000

One community lives three years by the real acts; then the database copies it, each copy with rows, keys, codes and
digests of its own. That happens in a database made for it on the same server, which is dropped afterwards. What the
copies haven't: the words of the search index (an entry is there, with its scope) and the catalogue's source document.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from bench.rows import Row

COMMUNITIES = 3_000
SUBDISTRICTS = 20
YEARS = 3
COPIED_AT_ONCE = 250
ROUNDS = 15
DATABASE = "mingbai_bench_communities"
# Nothing is ever published of one obligation in so many.
LATE_ONE_IN = 29


def measure(communities: int = int(os.environ.get("BENCH_COMMUNITIES", COMMUNITIES))) -> Iterator[object]:
    """In a process of its own, since settings are read once."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield f"  {'many communities':<44}skipped: DATABASE_URL doesn't name PostgreSQL"
        return
    import psycopg

    place = urlsplit(url)._replace(path=f"/{DATABASE}").geturl()
    with psycopg.connect(url, autocommit=True) as server, tempfile.TemporaryDirectory() as folder:
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        server.execute(f"CREATE DATABASE {DATABASE}")
        try:
            about = {"DATABASE_URL": place, "MINGBAI_DATA_DIR": folder, "MINGBAI_PAGE_STORE": "0"}
            about["DJANGO_SETTINGS_MODULE"] = "mingbai.settings"
            command = [sys.executable, "-m", "bench.communities", "--here", str(communities)]
            with subprocess.Popen(
                command, env={**os.environ, **about}, stdout=subprocess.PIPE, text=True, encoding="utf-8"
            ) as child:
                assert child.stdout is not None
                yield from (line.rstrip("\n") for line in child.stdout)
            assert child.returncode == 0
        finally:
            server.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")


def _here(count: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import setup_test_environment
    from django.utils import timezone

    from mingbai.rules.days import legal_day

    setup_test_environment()
    call_command("migrate", verbosity=0, interactive=False)
    today = legal_day(timezone.now())
    start = time.perf_counter()
    template = live(today)
    _say(Row("one community's three years, by acts", time.perf_counter() - start, None, None))
    _analyse()
    alone = {name: _after_acts(path, template) for name, path in _own_pages(template)}
    start = time.perf_counter()
    copy(template, count - 1)
    _analyse()
    _say(Row(f"copied to {count:,} communities", time.perf_counter() - start, None, None))
    for label, table in (("obligations", "obligations_obligation"), ("postings", "carriers_posting")):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM {table}")
            print(f"  {label:<44}{cursor.fetchone()[0]:>12,}", flush=True)
    for name, path in _own_pages(template):
        _say(Row(f"{name}, alone in the database", alone[name], None, None))
        among = _after_acts(path, template)
        _say(Row(f"{name}, among {count:,}", among, alone[name] / among, 0.8))
    _sweeps(today)
    _overseen(today, template)
    _quarter_end(today)


def _say(row: Row) -> None:
    print(row, flush=True)


def _own_pages(template: Any) -> Iterator[tuple[str, str]]:
    from mingbai.disclosures.models import Version

    code = Version.objects.filter(community=template).order_by("-pk").values_list("code", flat=True)[40]
    yield "a community's home", f"/c/{template.slug}/"
    yield "a version page", f"/c/{template.slug}/v/{code}/"


def _after_acts(path: str, community: Any) -> float:
    """The page after an act of its community, so that nothing is known of it; the median."""
    from django.test import Client

    client, times = Client(), []
    for _ in range(ROUNDS):
        _act(community)
        times.append(_timed(lambda: _got(client, path)))
    return statistics.median(times)


def _got(client: Any, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200 and answer.content, (path, answer.status_code)


def _timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _act(community: Any) -> None:
    from django.utils import timezone

    from mingbai.communities.actions import set_policy

    set_policy(community=community, policy=community.policy, by=None, at=timezone.now())


def _sweeps(today: date) -> None:
    from django.db import connection

    from mingbai.jobs.tick import tick

    def swept(day: date, hour: int) -> float:
        done: list[Any] = []
        seconds = _timed(lambda: done.append(tick(_at(day, hour))))
        assert not done[0].failed, done
        print(f"    {done[0]}", flush=True)
        return seconds

    _say(Row("tick, the first of all", swept(today, 1), None, None))
    _say(Row("tick, nothing new", swept(today, 2), None, None, at_most=60))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO communities_event (community_id, at, role, act, subject, digest) "
            "SELECT community_id, now(), 'system', 'version_published', 'disclosures.version:' || MAX(id), '' "
            "FROM disclosures_version GROUP BY community_id"
        )
    _say(Row("tick, every community has published", swept(today, 3), None, None, at_most=60))


def _overseen(today: date, template: Any) -> None:
    from django.test import Client

    from mingbai.communities.models import User
    from mingbai.supervision.models import Figures

    client = Client()
    client.force_login(User.objects.get(username="street-0"), backend="django.contrib.auth.backends.ModelBackend")
    page, past = "/oversight/street-0/", f"/oversight/street-0/?on={today - timedelta(days=40)}"
    again = [_timed(lambda: _got(client, page)) for _ in range(ROUNDS)]
    _say(Row("oversight page, again", statistics.median(again), None, None, at_most=0.3))
    acted = []
    for _ in range(ROUNDS):
        _act(template)
        acted.append(_timed(lambda: _got(client, page)))
    _say(Row("oversight page, first after an act", statistics.median(acted), None, None, at_most=0.3))
    yesterday = f"{page}?on={today - timedelta(days=1)}"
    kept = [_timed(lambda: _got(client, yesterday)) for _ in range(ROUNDS)]
    _say(Row("oversight page of yesterday, kept by the night", statistics.median(kept), None, None, at_most=0.3))
    Figures.objects.filter(community__subdistrict__slug="street-0").delete()
    _say(Row("oversight page, nothing counted before", _timed(lambda: _got(client, page)), None, None))
    _say(Row("oversight page of a past day, first", _timed(lambda: _got(client, past)), None, None))
    known = [_timed(lambda: _got(client, past)) for _ in range(ROUNDS)]
    _say(Row("oversight page of a past day, again", statistics.median(known), None, None, at_most=0.3))


def _quarter_end(today: date) -> None:
    """The next night on which every community owes something."""
    from mingbai.jobs.tick import tick

    month = today.month + (-today.month) % 3
    end = date(today.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    done: list[Any] = []
    seconds = _timed(lambda: done.append(tick(_at(end, 1))))
    print(f"    {done[0]}", flush=True)
    _say(Row("tick, a quarter ends everywhere", seconds, None, None, at_most=60))


def live(today: date) -> Any:
    """One community's three years, by the same acts as its people's: something happens with each item each quarter, is
    published three days later, hangs on the board a day after that, and is taken down when its time is over."""
    from mingbai.carriers.actions import publish, put_up, take_down
    from mingbai.carriers.models import Posting
    from mingbai.carriers.photos import let_names_leave
    from mingbai.carriers.queries import names_to_leave, sheets_to_take_down
    from mingbai.catalogues.models import Carrier, Duty
    from mingbai.communities.actions import appoint_supervisor, found_subdistrict, grant_role
    from mingbai.communities.models import Role, User
    from mingbai.obligations.actions import make_occurrences, record_occurrence
    from mingbai.obligations.models import Obligation
    from mingbai.supervision.actions import set_reach

    first = today.replace(day=1) - timedelta(days=365 * YEARS)
    community = _founded(first)
    for number in range(SUBDISTRICTS):
        at = _at(first)
        street = found_subdistrict(slug=f"street-{number}", name=f"测速街道{number}", by=None, at=at)
        person = User.objects.create_user(f"street-{number}", display_name="监督员", password_changed_at=at)
        appoint_supervisor(subdistrict=street, user=person, by=None, at=at)
        set_reach(user=person, email="street@example.org", address="", at=at)
        if number == 0:
            community.subdistrict = street
            community.save(update_fields=["subdistrict"])
    clerk = User.objects.create_user("clerk", display_name="专干", password_changed_at=_at(first))
    grant_role(community=community, user=clerk, kind=Role.Kind.CLERK, by=None, at=_at(first))
    set_reach(user=clerk, email="clerk@example.org", address="", at=_at(first))
    duties = list(
        Duty.objects.filter(
            item__catalogue__community=community, trigger__in=("change", "formation", "formation_or_change")
        )
        .select_related("item__catalogue")
        .order_by("pk")
    )
    board = community.carriers.get(kind=Carrier.Kind.PAPER_BOARD)
    happen = [
        (first + timedelta(days=91 * quarter + 3 * place), duty)
        for quarter in range(4 * YEARS)
        for place, duty in enumerate(duties, 1)
    ]
    told, late = 0, set()
    for on, duty in happen:
        if on + timedelta(days=4) > today:
            continue
        record_occurrence(community=community, duty=duty, on=on, what="测速事由", by=clerk, at=_at(on))
        make_occurrences(community=community, through=on, at=_at(on))
        owed = Obligation.objects.filter(community=community, disclosure=None).exclude(pk__in=late)
        for obligation in owed.order_by("pk"):
            told += 1
            if told % LATE_ONE_IN == 0:
                late.add(obligation.pk)
                continue
            day = on + timedelta(days=3)
            version = publish(
                obligation=obligation,
                content=_content(obligation, names=told % 15 == 1),
                dated_on=day,
                by=clerk,
                at=_at(day),
            )
            if obligation.occurrence.item.carriers.filter(pk=board.pk).exists():
                up = day + timedelta(days=1)
                put_up(version=version, carrier=board, on=up, by=clerk, at=_at(up))
        for posting in sheets_to_take_down(community, on):
            if posting.until_on is not None:
                take_down(posting=posting, on=posting.until_on, by=clerk, at=_at(on))
    make_occurrences(community=community, through=today, at=_at(today, 0))
    for version in names_to_leave(today):
        let_names_leave(version=version, by=None, at=_at(today, 0))
    assert Posting.objects.filter(community=community).count() > 100
    return community


def _founded(on: date) -> Any:
    from mingbai.catalogues.actions import adopt_catalogue
    from mingbai.communities.actions import found_community
    from mingbai.data.seed import SEED_CATALOGUE
    from mingbai.reading.read import read

    community = found_community(slug="c0", name="第0社区", body="第0社区居民委员会", by=None, at=_at(on))
    source = {"source_name": SEED_CATALOGUE.name, "source": SEED_CATALOGUE.read_bytes()}
    adopt_catalogue(community=community, catalogue=read(SEED_CATALOGUE), **source, by=None, on=on, at=_at(on))
    return community


def _content(obligation: Any, *, names: bool) -> dict[str, Any]:
    from mingbai.disclosures.queries import elements_of

    blocks: list[dict[str, Any]] = [
        {"element": element, "heading": text[:40], "kind": "paragraphs", "paragraphs": ["已经办理，情况如上。"]}
        for element, text in elements_of(obligation).items()
    ]
    if names:
        blocks[0] |= {
            "kind": "person_list",
            "caption": None,
            "columns": [{"label": "姓名", "type": "name"}, {"label": "楼栋", "type": "text"}],
            "rows": [["张*", "3号楼"], ["李*", "5号楼"]],
            "total": None,
            "ground": "依照《个人信息保护法》第十三条公开。",
        }
        del blocks[0]["paragraphs"]
    return {"title": f"{obligation.occurrence.item.name}（{obligation.occurrence.on}）", "blocks": blocks}


def _at(day: date, hour: int = 12) -> datetime:
    from mingbai.rules.days import SHANGHAI

    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def _analyse() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def copy(template: Any, copies: int) -> None:
    """The template's rows again, ``copies`` times: one INSERT … SELECT a table. A key of the k-th copy is the original
    plus k times the span of the template's keys, so every reference follows by the same sum."""
    from django.apps import apps
    from django.db import connection

    through = apps.get_model("catalogues", "Item").carriers.through
    models = [through if label == "through" else apps.get_model(label) for label in COPIED]
    spans: dict[Any, str] = {}
    with connection.cursor() as cursor:
        # Every reference of a copy is right where the template's was; asking of each again would take most of the time.
        cursor.execute("SET session_replication_role = replica; SET synchronous_commit = off")
        cursor.execute("CREATE TEMPORARY TABLE template (name text, last bigint)")
        for model in models:
            cursor.execute(
                f"INSERT INTO template SELECT '{model._meta.db_table}', MAX({model._meta.pk.column}) "
                f"FROM {model._meta.db_table}"
            )
            key, table = model._meta.pk.column, model._meta.db_table
            if model._meta.pk.remote_field is None:
                cursor.execute(f"SELECT MAX({key}) - MIN({key}) + 1 FROM {table} t WHERE {_whose(model)}")
                spans[model] = str(cursor.fetchone()[0])
        for first in range(1, copies + 1, COPIED_AT_ONCE):
            copying = f"generate_series({first}, {min(first + COPIED_AT_ONCE - 1, copies)}) k"
            for model in models:
                columns = {field.column: _again(model, field, spans) for field in model._meta.concrete_fields}
                names, table = ", ".join(f'"{column}"' for column in columns), model._meta.db_table
                values = ", ".join(columns.values())
                cursor.execute(
                    f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} t, {copying} WHERE {_whose(model)}"
                )
        cursor.execute("RESET session_replication_role; RESET synchronous_commit")
        for model in spans:
            table = model._meta.db_table
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM {table}))")


# What a community consists of, each table after those that it refers to.
COPIED = (
    *("communities.User", "communities.Community", "communities.Role", "supervision.Reach", "catalogues.Carrier"),
    *("catalogues.CatalogueVersion", "catalogues.Item", "through", "catalogues.Element", "catalogues.Duty"),
    *("obligations.Occurrence", "obligations.Obligation", "disclosures.Disclosure", "disclosures.Version"),
    *("disclosures.NamesHeld", "disclosures.SearchEntry", "carriers.Posting", "communities.Event", "obligations.Made"),
)


def _whose(model: Any) -> str:
    """Which rows are the template's: all that there are before the first copy, but for the platform's own."""
    clerk = "(SELECT id FROM communities_user WHERE username = 'clerk')"
    columns = {field.column for field in model._meta.concrete_fields}
    label = model._meta.label
    if label == "communities.User":
        return "t.username = 'clerk'"
    if label == "communities.Community":
        return "t.slug = 'c0'"
    if label == "supervision.Reach":
        return f"t.user_id = {clerk}"
    if "community_id" in columns:
        return "t.community_id = (SELECT id FROM communities_community WHERE slug = 'c0')"
    return f"t.{model._meta.pk.column} <= (SELECT last FROM template WHERE name = '{model._meta.db_table}')"


def _again(model: Any, field: Any, spans: dict[Any, str]) -> str:
    """The value of a column in the k-th copy."""
    from mingbai.rules.canonical import CODE_ALPHABET, CODE_LENGTH

    was, name = f't."{field.column}"', f"{model._meta.label}.{field.name}"
    digest = "encode(sha256((t.digest || '-' || k)::bytea), 'hex')"
    if name == "disclosures.Version.code":
        # An odd factor reaches every number below 32⁸ once.
        number = f"(((t.id + k::bigint * {spans[model]}) * 2654435761) & {32**CODE_LENGTH - 1})"
        letters = (f"substr('{CODE_ALPHABET}', (({number} >> {5 * n}) & 31)::int + 1, 1)" for n in range(CODE_LENGTH))
        return " || ".join(letters)
    if name == "communities.Event.subject":
        label, key = "split_part(t.subject, ':', 1)", "split_part(t.subject, ':', 2)::bigint"
        shifts = " ".join(f"WHEN '{one._meta.label_lower}' THEN {span}" for one, span in spans.items())
        return f"{label} || ':' || ({key} + k * CASE {label} {shifts} ELSE 0 END)"
    event = next(span for one, span in spans.items() if one._meta.label == "communities.Event")
    others = {
        "communities.User.username": "t.username || '-' || k",
        "communities.Community.slug": "'c' || k",
        "communities.Community.name": "'第' || k || '社区'",
        "communities.Community.body": "'第' || k || '社区居民委员会'",
        "communities.Community.subdistrict": f"t.subdistrict_id + k % {SUBDISTRICTS}",
        "communities.Role.calendar_token": "md5(t.calendar_token || k)",
        "communities.Event.digest": f"CASE t.digest WHEN '' THEN '' ELSE {digest} END",
        "catalogues.CatalogueVersion.source": "''::bytea",
        "disclosures.Version.digest": digest,
        "disclosures.Version.nonce": "CASE t.nonce WHEN '' THEN '' ELSE md5(t.nonce || k) END",
        "disclosures.Version.index_number": "'C' || k || substr(t.index_number, 3)",
        "disclosures.SearchEntry.scope": "regexp_replace(t.scope, '^c[0-9]+', 'c' || "
        "(SELECT id FROM communities_community WHERE slug = 'c' || k))",
        "disclosures.SearchEntry.text": "''",
        "disclosures.SearchEntry.grams": "''",
        "obligations.Made.event": f"t.event + k * {event}",
    }
    if name in others:
        return others[name]
    of = model if field.primary_key and field.remote_field is None else field.related_model
    if of in spans:
        return f"{was} + k::bigint * {spans[of]}"
    return was


if __name__ == "__main__":
    if "--here" in sys.argv:
        _here(int(sys.argv[-1]))
    else:
        Row.show("many communities", measure(*map(int, sys.argv[1:2])))
