"""What has to go up: listed, printed as one PDF, registered with one tap, all or none."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client

from mingbai.carriers.actions import NotPostable, publish, put_up_all
from mingbai.carriers.models import Posting
from mingbai.carriers.queries import sheets_to_put_up
from mingbai.catalogues.models import Carrier
from mingbai.communities.models import Event
from mingbai.disclosures.models import Version
from tests.apps.test_sheet import text_of
from tests.conftest import Cast, noon, paragraphs

PAGE = "/desk/jinan/sheets/"


@pytest.fixture
def three(cast: Cast, owe: Any) -> list[Version]:
    return [
        publish(
            obligation=owe(22, day),
            content=paragraphs(1, title=f"第{place}份决定"),
            dated_on=date.fromisoformat(day),
            by=cast.clerk,
            at=noon(day),
        )
        for place, day in enumerate(("2026-03-02", "2026-03-03", "2026-03-04"), 1)
    ]


@pytest.fixture
def desk(cast: Cast) -> Any:
    client = Client()
    client.force_login(cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
    with time_machine.travel(noon("2026-03-05"), tick=False):
        yield client


def values(cast: Cast) -> list[str]:
    return [f"{version.code}-{carrier.pk}" for version, carrier in sheets_to_put_up(cast.community)]


def test_everything_that_is_missing_is_listed_and_ticked(desk: Client, cast: Cast, three: list[Version]) -> None:
    page = desk.get(PAGE).content.decode()
    assert all(f'value="{value}" checked' in page for value in values(cast)) and len(values(cast)) == 3
    assert "最远看清 210 厘米" in page
    assert f'href="{PAGE}"' in desk.get("/desk/jinan/").content.decode()


def test_the_ticked_ones_come_as_one_pdf_and_nothing_is_registered(
    desk: Client, cast: Cast, three: list[Version]
) -> None:
    events = Event.objects.count()
    asked = {"sheet": values(cast)[1:], "paper": "a4-landscape", "distance": "60"}
    response = desk.post(PAGE + "print/", asked)
    assert response["Content-Type"] == "application/pdf"
    pages = text_of(response.content)
    assert [f"第{n}份决定" in "".join(pages) for n in (1, 2, 3)] == [False, True, True]
    assert sum("第1页共" in text for text in pages) == 2, "each counts its own pages"
    assert "公示至2026年3月20日" in pages[0]
    assert Event.objects.count() == events and not Posting.objects.filter(carrier__kind="paper_board").exists()


def test_one_tap_registers_all_of_them(desk: Client, cast: Cast, three: list[Version]) -> None:
    page = desk.post(PAGE + "put-up/", {"sheet": values(cast)}, follow=True).content.decode()
    assert "已登记 3 张" in page and "没有要张贴的纸张" in page
    hung = Posting.objects.filter(carrier__kind="paper_board")
    assert [posting.from_on for posting in hung] == [date(2026, 3, 5)] * 3
    assert {posting.posted_by for posting in hung} == {cast.clerk}
    assert Event.objects.filter(act="posted", at=noon("2026-03-05")).count() == 3
    again = desk.post(PAGE + "put-up/", {"sheet": [f"{three[0].code}-{hung[0].carrier_id}"]})
    assert again.status_code == 422 and Posting.objects.filter(carrier__kind="paper_board").count() == 3


def test_all_or_none(cast: Cast, three: list[Version]) -> None:
    sheets = sheets_to_put_up(cast.community)
    with pytest.raises(NotPostable, match="第1份决定"):
        put_up_all(sheets=[*sheets, sheets[0]], on=date(2026, 3, 5), by=cast.clerk, at=noon("2026-03-05"))
    assert not Posting.objects.filter(carrier__kind="paper_board").exists()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"paper": "a3", "distance": "100"}, "至少勾选一张"),
        ({"sheet": "ALL", "paper": "a5", "distance": "100"}, "没有这种纸张"),
        ({"sheet": "ALL", "paper": "a3", "distance": "10"}, "40 到 500"),
        ({"sheet": ["x", "22222222-1"], "paper": "a3"}, "至少勾选一张"),
    ],
)
def test_what_cannot_be_printed_is_said(
    desk: Client, cast: Cast, three: list[Version], asked: dict[str, Any], told: str
) -> None:
    if asked.get("sheet") == "ALL":
        asked = {**asked, "sheet": values(cast)}
    response = desk.post(PAGE + "print/", asked)
    assert response.status_code == 422 and told in response.content.decode()


def test_a_sheet_that_the_font_cannot_show_is_named(desk: Client, cast: Cast, owe: Any, three: list[Version]) -> None:
    publish(
        obligation=owe(22, "2026-03-04"),
        content=paragraphs(1, title="笑脸\U0001f600"),
        dated_on=date(2026, 3, 4),
        by=cast.clerk,
        at=noon("2026-03-04"),
    )
    response = desk.post(PAGE + "print/", {"sheet": values(cast), "paper": "a3", "distance": "100"})
    assert response.status_code == 422 and "《笑脸" in response.content.decode()


def test_the_boards_own_paper_and_distance_are_chosen(desk: Client, cast: Cast, three: list[Version]) -> None:
    board = {"name": "南门", "rows": 2, "columns": 3, "paper": "a2", "landscape": "1", "reading_distance_cm": 150}
    carrier = Carrier.objects.get(community=cast.community, kind="paper_board")
    assert desk.post("/desk/jinan/board/new/", {**board, "carrier": carrier.pk}).status_code == 302
    page = desk.get(PAGE).content.decode()
    assert 'value="a2-landscape" checked' in page and 'value="150"' in page and "“南门”登记的是 150 厘米" in page
    assert 'value="a4" checked' in desk.post(PAGE + "print/", {"paper": "a4", "distance": "60"}).content.decode()
