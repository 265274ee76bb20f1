"""Leaflet and script over HTTP: the same visibility as the page, and what has to leave has left."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client

from mingbai.carriers.actions import publish
from mingbai.disclosures.models import Version
from tests.apps.test_sheet import text_of
from tests.conftest import Cast, names_list, noon, paragraphs

DOORS = ("leaflet.pdf", "leaflet-a4.pdf", "aloud/", "aloud.pdf")


@pytest.fixture
def listed(cast: Cast, owe: Any) -> Version:
    return publish(
        obligation=owe(15, "2026-03-02"),
        content=names_list(),
        dated_on=date(2026, 3, 2),
        by=cast.clerk,
        at=noon("2026-03-03"),
    )


def said(response: Any) -> str:
    if response["Content-Type"] == "application/pdf":
        return "".join(text_of(response.content))
    return str(response.content.decode())


@pytest.mark.parametrize("day", ["2026-03-04", "2026-06-01"])
@pytest.mark.parametrize("door", DOORS)
def test_a_list_of_persons_is_counted_and_summed_before_and_after_its_display(
    client: Client, listed: Version, door: str, day: str
) -> None:
    with time_machine.travel(noon(day), tick=False):
        response = client.get(f"/c/jinan/v/{listed.code}/{door}")
    assert response.status_code == 200 and not response.cookies
    text = said(response)
    assert "张" not in text.replace("纸张", "").replace("这张纸", "")
    assert ("五百元" if "aloud" in door else "500元") in text
    assert ("名单共两人" if "aloud" in door else "名单共2人") in text


@pytest.mark.parametrize("door", DOORS)
def test_what_is_not_public_has_no_leaflet(client: Client, listed: Version, door: str) -> None:
    item = listed.disclosure.obligation.occurrence.item
    type(item).objects.filter(pk=item.pk).update(is_public=False)
    assert client.get(f"/c/jinan/v/{listed.code}/{door}").status_code == 404
    assert client.get(f"/c/neighbour/v/{listed.code}/{door}").status_code == 404


@pytest.mark.parametrize("door", [door for door in DOORS if door.endswith(".pdf")])
def test_what_the_font_cannot_show_is_said_before_printing(client: Client, cast: Cast, owe: Any, door: str) -> None:
    content = paragraphs(1, title="通知\U0001f600")
    version = publish(
        obligation=owe(22, "2026-03-02"),
        content=content,
        dated_on=date(2026, 3, 2),
        by=cast.clerk,
        at=noon("2026-03-03"),
    )
    response = client.get(f"/c/jinan/v/{version.code}/{door}")
    assert response.status_code == 422 and "打印不出来" in response.content.decode()


def test_the_version_page_leads_to_each_of_them(client: Client, listed: Version) -> None:
    page = client.get(f"/c/jinan/v/{listed.code}/").content.decode()
    for door in ("sheet-a4.pdf", "sheet-a3.pdf", *DOORS[:3]):
        assert f'href="{door}"' in page and client.get(f"/c/jinan/v/{listed.code}/{door}").status_code == 200
    for door in ("sheet-a2.pdf", "sheet-a3-landscape.pdf"):  # for boards: the desk prints them
        assert f'href="{door}"' not in page and client.get(f"/c/jinan/v/{listed.code}/{door}").status_code == 200
