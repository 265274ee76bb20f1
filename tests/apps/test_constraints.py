"""What must never be false is held by the database itself: each constraint is tried round the ORM's actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from mingbai.carriers.actions import publish, put_up
from mingbai.carriers.boards import Layout, set_up_board
from mingbai.carriers.hanging import Place
from mingbai.carriers.models import Board, Hanging, Sighting
from mingbai.carriers.sightings import count_scan
from mingbai.catalogues.models import Carrier, CatalogueVersion, Duty, Element, Item
from mingbai.communities.models import Event, Role
from mingbai.disclosures.actions import Upload
from mingbai.disclosures.models import Attachment, Version
from mingbai.obligations.models import Obligation, Occurrence
from tests.conftest import Cast, names_list, noon, paragraphs


@pytest.fixture
def hung(cast: Cast, version: Version) -> Hanging:
    """A sheet in the second of two slots, seen once."""
    carrier = Carrier.objects.get(community=cast.community, kind="paper_board")
    at = noon("2026-02-12")
    board = set_up_board(carrier=carrier, layout=Layout("门口", 1, 2), by=cast.clerk, at=at)
    put_up(version=version, carrier=carrier, on=at.date(), by=cast.clerk, at=at, places=[Place(board, (2,))])
    count_scan(version=version, on=at.date())
    return Hanging.objects.get()


BOARDS_REFUSED = [
    pytest.param("UPDATE carriers_board SET rows = 0", id="a-board-has-rows"),
    pytest.param("UPDATE carriers_board SET columns = 25", id="and-not-too-many-columns"),
    pytest.param("UPDATE carriers_board SET paper = 'a5'", id="papers-of-a-board"),
    pytest.param("UPDATE carriers_board SET reading_distance_cm = 10", id="readers-stand-somewhere"),
    pytest.param("UPDATE carriers_hanging SET slot = 1", id="a-hanging-never-moves"),
    pytest.param("UPDATE carriers_hanging SET from_on = '2026-02-13'", id="nor-its-day"),
    pytest.param("UPDATE carriers_hanging SET ended_on = '2026-02-11'", id="it-ends-after-it-began"),
    pytest.param("DELETE FROM carriers_hanging", id="it-is-never-removed"),
    pytest.param("UPDATE carriers_sighting SET count = 0", id="seen-at-least-once"),
]


@pytest.mark.parametrize("sql", BOARDS_REFUSED)
def test_the_database_refuses_of_boards(hung: Hanging, sql: str) -> None:
    with pytest.raises(DatabaseError):
        run(sql)


def test_a_hanging_ends_once(hung: Hanging) -> None:
    run("UPDATE carriers_hanging SET ended_on = '2026-02-20'")
    with pytest.raises(DatabaseError):
        run("UPDATE carriers_hanging SET ended_on = '2026-02-21'")


def test_a_slot_a_board_and_a_day_exist_once(hung: Hanging) -> None:
    for row in (hung, Board.objects.get(), Sighting.objects.get()):
        row.pk = None
        row._state.adding = True
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


def test_what_is_kept_of_a_scan_is_which_sheet_which_day_and_how_often(hung: Hanging) -> None:
    """No address, no device, no moment: there is no column for them."""
    assert {field.name for field in Sighting._meta.get_fields()} == {"id", "version", "on", "count"}


@pytest.fixture
def version(cast: Cast, owe: Callable[..., Obligation]) -> Version:
    return publish(
        obligation=owe(15, "2026-02-10"),
        content=names_list(),
        dated_on=noon("2026-02-11").date(),
        by=cast.clerk,
        at=noon("2026-02-11"),
    )


def run(sql: str, *params: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


REFUSED = [
    pytest.param("UPDATE communities_event SET act = 'x'", id="an-event-is-never-changed"),
    pytest.param("DELETE FROM communities_event", id="an-event-is-never-removed"),
    pytest.param("UPDATE disclosures_version SET title = 'x'", id="a-version-is-never-changed"),
    pytest.param("UPDATE disclosures_version SET content_data = '{}'", id="its-content-neither"),
    pytest.param("DELETE FROM disclosures_version", id="a-version-is-never-removed"),
    pytest.param(
        "UPDATE disclosures_version SET reduced_at = published_at, nonce = '', digest = content_data",
        id="reduction-keeps-the-digest",
    ),
    pytest.param("UPDATE disclosures_version SET reduced_at = published_at", id="the-nonce-leaves-with-the-names"),
    pytest.param("UPDATE obligations_occurrence SET kind = 'rumour'", id="kinds-of-occurrence"),
    pytest.param("UPDATE obligations_occurrence SET void_reason = 'x'", id="void-has-moment-and-reason"),
    pytest.param("UPDATE communities_role SET kind = 'king'", id="kinds-of-role"),
    pytest.param("UPDATE catalogues_carrier SET kind = 'air'", id="kinds-of-carrier"),
    pytest.param("UPDATE catalogues_duty SET \"trigger\" = 'whim'", id="kinds-of-trigger"),
    pytest.param("UPDATE catalogues_catalogueversion SET superseded_on = '2025-01-01'", id="superseded-after-adopted"),
    pytest.param("UPDATE carriers_posting SET until_on = '2020-01-01'", id="until-not-before-from"),
    pytest.param("UPDATE carriers_posting SET ended_on = '2020-01-01', ended_as = 'early'", id="end-not-before-from"),
    pytest.param("UPDATE carriers_posting SET ended_on = from_on", id="an-end-has-its-kind"),
]


@pytest.mark.parametrize("sql", REFUSED)
def test_the_database_refuses(version: Version, sql: str) -> None:
    with pytest.raises(DatabaseError):
        run(sql)


def test_a_version_may_be_reduced_once_and_only_once(version: Version) -> None:
    run("UPDATE disclosures_version SET reduced_at = published_at, nonce = '', content_data = '{}'")
    with pytest.raises(DatabaseError):
        run("UPDATE disclosures_version SET content_data = '[]'")


def test_what_exists_once_exists_once(cast: Cast, version: Version) -> None:
    occurrence = Occurrence.objects.create(
        community=cast.community,
        item=Item.objects.get(number=6),
        duty=Duty.objects.get(item__number=6),
        kind="period",
        on="2026-03-31",
        what="期末",
        recorded_at=noon("2026-03-31"),
    )
    posting = version.postings.get()
    doubles = [
        occurrence,
        posting,
        version,
        Role.objects.first(),
        Carrier.objects.first(),
        CatalogueVersion.objects.first(),
        Item.objects.first(),
        Element.objects.first(),
        Duty.objects.first(),
    ]
    for row in doubles:
        assert row is not None
        row.pk = None
        row._state.adding = True
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


def test_an_attachment_is_never_changed_or_removed(cast: Cast, owe: Callable[..., Obligation]) -> None:
    file = Upload("a.pdf", "application/pdf", b"%PDF-")
    content = paragraphs(1)
    content["blocks"][0] = {
        "element": 1,
        "heading": "附件",
        "kind": "attachment",
        "files": [{"name": file.name, "sha256": file.sha256, "size": 5}],
    }
    publish(
        obligation=owe(8, "2026-03-02"),
        content=content,
        dated_on=noon("2026-03-02").date(),
        by=cast.clerk,
        at=noon("2026-03-02"),
        files=[file],
    )
    assert Attachment.objects.count() == 1
    for sql in ("UPDATE disclosures_attachment SET name = 'b'", "DELETE FROM disclosures_attachment"):
        with pytest.raises(DatabaseError):
            run(sql)


def test_an_event_names_its_act_and_a_digest_is_a_digest(cast: Cast) -> None:
    for act, digest in (("", ""), ("x", "not-hex")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Event.objects.create(
                community=cast.community, at=noon("2026-01-01"), role="x", act=act, subject="x", digest=digest
            )


def test_sqlite_keeps_what_it_acknowledged(db: None) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a setting of SQLite")
    with connection.cursor() as cursor:
        for pragma, value in (("synchronous", 2), ("foreign_keys", 1)):
            cursor.execute(f"PRAGMA {pragma}")
            assert cursor.fetchone()[0] == value
