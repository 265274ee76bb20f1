"""Board and site: every way in which they can differ is found, said and counted; digests are recomputed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mingbai.carriers.actions import confirm_withdrawal, publish, put_up, take_down
from mingbai.carriers.parity import Trouble, findings_of, prove
from mingbai.catalogues.models import Carrier, Item
from mingbai.disclosures.models import Version
from mingbai.disclosures.reviews import propose_withdrawal
from mingbai.jobs.tick import tick
from mingbai.obligations.models import Obligation
from tests.conftest import Cast, names_list, noon, paragraphs


@pytest.fixture
def issue(cast: Cast, owe: Callable[..., Obligation]) -> Callable[..., Version]:
    def made(on: str = "2026-03-02", obligation: Obligation | None = None, number: int = 22) -> Version:
        return publish(
            obligation=obligation or owe(number, on),
            content=names_list() if number == 15 else paragraphs(1),
            dated_on=date.fromisoformat(on),
            by=cast.clerk,
            at=noon(on),
        )

    return made


def up(cast: Cast, version: Version, on: str) -> Any:
    board = Carrier.objects.get(community=cast.community, kind="paper_board")
    return put_up(version=version, carrier=board, on=date.fromisoformat(on), by=cast.clerk, at=noon(on))


def told(cast: Cast, today: str) -> list[tuple[str, str]]:
    return [(f.trouble.value, f.code) for f in findings_of(cast.community, date.fromisoformat(today))]


def test_nothing_is_said_while_both_show_the_same(cast: Cast, issue: Any) -> None:
    version = issue()
    assert told(cast, "2026-03-02") == [("missing", version.code)]
    posting = up(cast, version, "2026-03-02")
    assert told(cast, "2026-03-02") == told(cast, "2026-03-17") == []
    take_down(posting=posting, on=date(2026, 3, 17), by=cast.clerk, at=noon("2026-03-18"))
    assert told(cast, "2026-03-18") == []


def test_an_older_version_on_the_board_is_one_finding_until_the_new_one_hangs(cast: Cast, issue: Any) -> None:
    old = issue()
    up(cast, old, "2026-03-02")
    new = issue("2026-03-06", old.disclosure.obligation)
    (finding,) = findings_of(cast.community, date(2026, 3, 6))
    assert (finding.trouble, finding.code) == (Trouble.OLD, new.code)
    assert old.code in finding.sentence and new.code in finding.sentence and finding.differs
    up(cast, new, "2026-03-07")
    assert told(cast, "2026-03-07") == []


def test_lost_still_up_and_late_are_told_apart(cast: Cast, issue: Any) -> None:
    version = issue()
    posting = up(cast, version, "2026-03-02")
    assert told(cast, "2026-03-18") == [("still_up", version.code)]
    take_down(posting=posting, on=date(2026, 3, 9), by=cast.clerk, at=noon("2026-03-18"), lost=True)
    assert told(cast, "2026-03-18") == [("ended_early", version.code)]
    due = version.disclosure.obligation.due_on
    late = due + timedelta(days=3)
    again = up(cast, version, late.isoformat())
    (finding,) = findings_of(cast.community, late)
    assert (finding.trouble, finding.differs) == (Trouble.LATE, False) and "晚了3天" in finding.sentence
    assert told(cast, again.until_on.isoformat()) == [("late", version.code)]


def test_what_was_withdrawn_by_two_differs_nowhere(cast: Cast, issue: Any) -> None:
    version = issue()
    up(cast, version, "2026-03-02")
    at = noon("2026-03-04")
    proposed = propose_withdrawal(version=version, kind="legal_order", reason="责令", by=cast.clerk, at=at)
    confirm_withdrawal(withdrawal=proposed, by=cast.supervisor, at=at)
    assert told(cast, "2026-03-05") == []


def test_queries_do_not_grow_with_versions(cast: Cast, issue: Any) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            findings_of(cast.community, date(2026, 3, 20))
        return len(captured)

    issue()
    few = queries()
    for day in range(3, 9):
        up(cast, issue(f"2026-03-0{day}"), f"2026-03-0{day}")
    assert queries() <= few + 2 <= 9


def test_the_pages_say_it_in_plain_words_and_hide_what_is_not_public(cast: Cast, issue: Any) -> None:
    version = issue()
    desk, resident = Client(), Client()
    with time_machine.travel(noon("2026-03-03"), tick=False):
        desk.force_login(cast.supervisor, backend="django.contrib.auth.backends.ModelBackend")
        for client, path in ((resident, "/c/jinan/carriers/"), (desk, "/desk/jinan/parity/")):
            page = client.get(path).content.decode()
            assert "1 处对不上" in page and "还没有张贴" in page and version.title in page
        assert "处处对得上" in resident.get("/c/neighbour/carriers/").content.decode()
        Item.objects.filter(pk=version.disclosure.obligation.occurrence.item_id).update(is_public=False)
        tick(noon("2026-03-03"))
        assert version.title not in resident.get("/c/jinan/carriers/").content.decode()
        assert version.title in desk.get("/desk/jinan/parity/").content.decode()


def test_every_version_proves_its_digest_and_its_sheet(cast: Cast, issue: Any) -> None:
    issue()
    issue("2026-03-03", number=15)
    proofs = list(prove(cast.community, date(2026, 3, 3)))
    assert [proof.wrong for proof in proofs] == [(), ()]
    tick(noon("2026-05-01"))  # names have left: the sheet still says what the page says
    assert [proof.wrong for proof in prove(cast.community, date(2026, 5, 2))] == [(), ()]


WRONG = {
    "content": "内容和登记的摘要不一致",
    "digest": "内容和登记的摘要不一致",
    "sheet": "纸张上的内容和网页不一致",
}


@pytest.mark.parametrize("spoil", WRONG)
def test_what_was_changed_round_the_database_is_found(
    cast: Cast, issue: Any, monkeypatch: pytest.MonkeyPatch, spoil: str
) -> None:
    """Somebody with the right to drop a trigger changes a published text: the digest says so."""
    version = issue()
    if spoil == "sheet":
        from dataclasses import replace

        from mingbai.carriers import parity

        real = parity.sheet_of_version
        monkeypatch.setattr(parity, "sheet_of_version", lambda *args: replace(real(*args), blocks=()))
    else:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("DROP TRIGGER disclosures_version_refuses_update ON disclosures_version")
            else:
                cursor.execute("DROP TRIGGER disclosures_version_refuses_update")
        changed = (
            {"content_data": {**paragraphs(1), "blocks": names_list()["blocks"]}}
            if spoil == "content"
            else {"digest": "0" * 64}
        )
        Version.objects.update(**changed)
    (proof,) = prove(cast.community, date(2026, 3, 3))
    assert proof.code == version.code
    assert proof.wrong == (WRONG[spoil],)


def test_the_command_fails_while_something_differs(cast: Cast, issue: Any) -> None:
    version = issue()
    said = StringIO()
    with time_machine.travel(noon("2026-03-03"), tick=False):
        with pytest.raises(CommandError, match="1 处不一致") as raised:
            call_command("parity", "--community", "jinan", stdout=said)
        assert raised.value.returncode == 1 and version.code in said.getvalue() and "核对了 1 版" in said.getvalue()
        up(cast, version, "2026-03-03")
        call_command("parity", stdout=said)
        with pytest.raises(CommandError, match="没有网址名为“nowhere”") as refused:
            call_command("parity", "--community", "nowhere", stdout=said)
        assert refused.value.returncode == 2
