"""Findings on the seed, comparison of two versions, states, and the canonical form."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from mingbai.data.profiles import packaged_profile
from mingbai.data.seed import SEED_CATALOGUE
from mingbai.reading.read import read
from mingbai.rules.canonical import NotCanonical, canonical_json, normalise_code, salted_digest, short_code
from mingbai.rules.catalogue import CarrierKind, Catalogue, carrier_kind, elements_for
from mingbai.rules.comparison import compare, stable_codes
from mingbai.rules.days import NaiveMoment, legal_day
from mingbai.rules.findings import coverage, find
from mingbai.rules.state import Shown, State, met_on, missing_carriers, obligation_state
from tests.conftest import noon

CN = packaged_profile("cn")
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def seed() -> Catalogue:
    return read(SEED_CATALOGUE)


def test_four_items_of_the_seed_fall_below_the_floor(seed: Catalogue) -> None:
    below = [finding.item for finding in find(seed, CN, TODAY) if finding.kind == "display_below_floor"]
    assert below == [6, 7, 19, 23]
    before_the_law = find(seed, CN, date(2025, 12, 31))
    assert not [finding for finding in before_the_law if finding.kind == "display_below_floor"]


def test_a_missing_paper_board_and_what_the_law_wants_besides_are_found(seed: Catalogue) -> None:
    digital = replace(seed.items[0], carriers=("小微权力监督平台",))
    found = find(replace(seed, items=(digital,)), CN, TODAY)
    assert [finding.item for finding in found if finding.kind == "no_paper_carrier"] == [1]
    assert {finding.article for finding in coverage(seed, CN, TODAY)} >= {"《城市居民委员会组织法》第三十七条"}
    with_audit = replace(
        seed, items=(replace(seed.items[0], elements=("审计结果", "评议结果", "选民名单", "筹资情况")),)
    )
    assert coverage(with_audit, CN, TODAY) == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("金安社区公示栏", CarrierKind.PAPER_BOARD),
        ("居务公开栏", CarrierKind.PAPER_BOARD),
        ("小微权力监督平台", CarrierKind.DIGITAL),
        ("电子公示栏", CarrierKind.DIGITAL),
        ("广播", CarrierKind.OTHER),
    ],
)
def test_a_carrier_is_known_by_its_name(name: str, kind: CarrierKind) -> None:
    assert carrier_kind(name) is kind


def test_a_duty_covers_the_elements_that_hold_its_words(seed: Catalogue) -> None:
    meetings = next(item for item in seed.items if item.number == 12)
    assert [elements_for(duty, meetings.elements) for duty in meetings.time_limit.duties] == [(1,), (2,)]
    assert elements_for(seed.items[0].time_limit.duties[0], seed.items[0].elements) == (1, 2)


def test_an_item_keeps_its_code_when_its_number_moves(seed: Catalogue) -> None:
    codes = stable_codes({}, seed)
    assert codes[1] == "01" and codes[24] == "24"
    before = {codes[item.number]: item for item in seed.items}
    moved = [replace(item, number=item.number + 1) for item in seed.items if item.number != 7]
    fresh = replace(seed.items[0], number=1, level2="全新事项", level1="全新", elements=("从未有过的内容甲乙丙丁",))
    after = Catalogue(seed.title, (fresh, *moved))
    renewed = stable_codes(before, after)
    assert renewed[2] == "01" and renewed[25] == "24"
    assert renewed[1] == "25", "a new item never takes a code that was in use"
    difference = compare(seed, after)
    assert [item.number for item in difference.added] == [1]
    assert [item.number for item in difference.removed] == [7]
    assert all(change.fields == ("number",) for change in difference.changed)
    assert compare(seed, seed).is_empty


BOTH = ("公示栏", "平台")
EARLY = date(2026, 3, 2)


def shown(carrier: str, ended_on: date | None = None, *, replaced: bool = False) -> Shown:
    return Shown(carrier, EARLY, date(2026, 3, 17), ended_on, replaced)


@pytest.mark.parametrize(
    ("postings", "met"),
    [
        pytest.param([shown("平台")], None, id="one-carrier-is-not-enough"),
        pytest.param([shown("平台"), shown("公示栏")], EARLY, id="both"),
        pytest.param([shown("平台"), shown("公示栏", date(2026, 3, 5))], None, id="taken-down-early-is-not-shown"),
        pytest.param([shown("平台"), shown("公示栏", date(2026, 3, 5), replaced=True)], EARLY, id="replaced-is-shown"),
        pytest.param([shown("平台"), shown("公示栏", date(2026, 3, 17))], EARLY, id="full-term"),
    ],
)
def test_an_obligation_is_met_when_every_carrier_is(postings: list[Shown], met: date | None) -> None:
    assert met_on(BOTH, postings, TODAY) == met
    assert (missing_carriers(BOTH, postings, TODAY) == ()) == (met is not None)


@pytest.mark.parametrize(
    ("due_on", "met", "prepared", "state"),
    [
        (date(2026, 11, 23), None, False, State.OWED),
        (date(2026, 11, 22), None, False, State.OVERDUE),
        (date(2026, 11, 22), None, True, State.OVERDUE),
        (date(2026, 11, 30), None, True, State.IN_PREPARATION),
        (None, None, False, State.NOT_STATED),
        (None, EARLY, True, State.MET),
        (EARLY, EARLY, True, State.MET),
        (date(2026, 3, 1), EARLY, True, State.MET_LATE),
    ],
)
def test_a_state_follows_from_dates(due_on: date | None, met: date | None, prepared: bool, state: State) -> None:
    assert obligation_state(due_on=due_on, met=met, prepared=prepared, today=TODAY) is state


def test_the_canonical_form_is_one_and_refuses_floats() -> None:
    assert canonical_json({"b": [1, "明"], "a": None}) == '{"a":null,"b":[1,"明"]}'.encode()
    with pytest.raises(NotCanonical):
        canonical_json({"a": 0.1})
    digest = salted_digest(b"x", "00" * 16)
    assert digest != salted_digest(b"x", "01" * 16) and len(digest) == 64
    assert short_code(digest) != short_code(digest, 1) and len(short_code(digest)) == 8
    assert normalise_code(" ab3d-efgh ") == "AB3DEFGH"


def test_a_legal_day_is_a_day_in_shanghai() -> None:
    from datetime import UTC, datetime

    assert legal_day(datetime(2026, 3, 1, 16, 30, tzinfo=UTC)) == date(2026, 3, 2)
    assert legal_day(noon("2026-03-01")) == date(2026, 3, 1)
    with pytest.raises(NaiveMoment):
        legal_day(datetime(2026, 3, 1))  # noqa: DTZ001 — the naive moment is what is tested
