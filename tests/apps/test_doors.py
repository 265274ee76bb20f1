"""Doors: the QR page of a sheet in each of its states, another community's things, things for specific parties."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from django.test import Client

from mingbai.carriers.actions import publish, put_up, take_down
from mingbai.catalogues.models import Item
from mingbai.obligations.models import Obligation
from tests.conftest import Cast, names_list, noon, paragraphs


@pytest.mark.parametrize("status", ["current", "replaced", "over", "taken_down"])
def test_the_qr_page_says_what_the_sheet_is_worth(
    cast: Cast, owe: Callable[..., Obligation], client: Client, status: str
) -> None:
    obligation = owe(22, "2026-09-01")
    version = publish(
        obligation=obligation,
        content=paragraphs(1),
        dated_on=date(2026, 9, 2),
        by=cast.clerk,
        at=noon("2026-09-02"),
    )
    today = "2026-09-05"
    words = {"current": "现行有效", "replaced": "已被新版替换", "over": "公示期已满", "taken_down": "已提前撤下"}
    if status == "replaced":
        publish(
            obligation=obligation,
            content=paragraphs(1),
            dated_on=date(2026, 9, 4),
            by=cast.clerk,
            at=noon("2026-09-04"),
        )
    elif status == "over":
        today = "2026-10-20"
    elif status == "taken_down":
        board = obligation.occurrence.item.carriers.get(kind="paper_board")
        posting = put_up(version=version, carrier=board, on=date(2026, 9, 2), by=cast.clerk, at=noon("2026-09-02"))
        take_down(posting=posting, on=date(2026, 9, 4), by=cast.clerk, at=noon("2026-09-04"), lost=True)
    with time_machine.travel(noon(today), tick=False):
        page = client.get(f"/s/{version.code}/").content.decode()
    assert f"<h1>{words[status]}</h1>" in page
    assert ("看现行的新版" in page) == (status == "replaced")


def test_another_communitys_version_is_404_here(cast: Cast, owe: Callable[..., Obligation], client: Client) -> None:
    version = publish(
        obligation=owe(15, "2026-02-10"),
        content=names_list(),
        dated_on=date(2026, 2, 11),
        by=cast.clerk,
        at=noon("2026-02-11"),
    )
    for path in (
        f"/c/neighbour/v/{version.code}/",
        f"/c/neighbour/v/{version.code}/sheet-a4.pdf",
        f"/api/v1/communities/neighbour/versions/{version.code}",
        f"/c/neighbour/owed/{version.disclosure.obligation_id}/",
    ):
        assert client.get(path).status_code == 404


def test_what_is_for_specific_parties_opens_no_door(cast: Cast, owe: Callable[..., Obligation], client: Client) -> None:
    obligation = owe(15, "2026-02-10")
    version = publish(
        obligation=obligation, content=names_list(), dated_on=date(2026, 2, 11), by=cast.clerk, at=noon("2026-02-11")
    )
    Item.objects.filter(pk=obligation.occurrence.item_id).update(is_public=False)
    with time_machine.travel(noon("2026-02-12"), tick=False):
        for path in (
            f"/c/jinan/v/{version.code}/",
            f"/c/jinan/v/{version.code}/sheet-a4.pdf",
            f"/s/{version.code}/",
            f"/api/v1/communities/jinan/versions/{version.code}",
        ):
            assert client.get(path).status_code == 404
        for path in (
            "/c/jinan/",
            "/c/jinan/catalogue/",
            "/c/jinan/owed/",
            "/c/jinan/items/15/",
            f"/c/jinan/owed/{obligation.pk}/",
            "/api/v1/communities/jinan/obligations",
        ):
            assert version.title not in client.get(path).content.decode()
            assert version.code not in client.get(path).content.decode(), path
