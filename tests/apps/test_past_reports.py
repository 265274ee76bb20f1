"""A past year's report under later acts, and whom a community without any disclosure names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.test import Client

from mingbai.carriers.actions import confirm_withdrawal, publish, put_up, take_down
from mingbai.carriers.contacts import contacts_of
from mingbai.carriers.queries import situation_of
from mingbai.carriers.reports import Report, report_of, years_of
from mingbai.catalogues.models import Carrier, Duty
from mingbai.disclosures.models import Version
from mingbai.disclosures.reviews import propose_withdrawal
from mingbai.obligations.actions import record_occurrence, void_occurrence
from mingbai.obligations.models import EarlierAnswer, Obligation
from tests.conftest import Cast, noon, paragraphs


def board(obligation: Obligation) -> Carrier:
    return obligation.occurrence.item.carriers.get(kind=Carrier.Kind.PAPER_BOARD)


def disclose(cast: Cast, obligation: Obligation, on: str, *, on_board: str | None) -> Version:
    version = publish(
        obligation=obligation,
        content=paragraphs(1),
        dated_on=date.fromisoformat(on),
        by=cast.clerk,
        at=noon(on),
    )
    if on_board is not None:
        put_up(
            version=version,
            carrier=board(obligation),
            on=date.fromisoformat(on_board),
            by=cast.clerk,
            at=noon(on_board),
        )
    return version


def said(report: Report) -> Any:
    """Everything that a report tells, but for the mark of what was voided afterwards."""
    late = [(one.pk, one.due_on, one.met_on, one.outcome, one.carried) for one in report.late]
    return report.total, [(item.code, counts) for item, counts in report.items], late, report.carried, report.acts


def test_a_past_years_report_is_not_changed_by_later_acts(cast: Cast, owe: Callable[..., Any]) -> None:
    lost = disclose(cast, owe(22, "2026-12-01"), "2026-12-02", on_board="2026-12-03")
    missing, voided, waiting = owe(22, "2026-11-02"), owe(22, "2026-11-03"), owe(10, "2026-12-21")
    half = owe(22, "2026-12-15")
    only_online = disclose(cast, half, "2026-12-16", on_board=None)
    closed = date(2027, 1, 1)
    before = said(report_of(cast.community, 2026, closed))
    assert before[0].done_in_time == 1 and before[0].open_overdue == 3 and before[0].open_not_due == 1

    # Recorded in the new year: the sheet had been lost in the old one, another one had hung since then.
    take_down(
        posting=lost.postings.get(carrier__kind="paper_board"),
        on=date(2026, 12, 5),
        by=cast.clerk,
        at=noon("2027-01-04"),
        lost=True,
    )
    put_up(version=only_online, carrier=board(half), on=date(2026, 12, 20), by=cast.clerk, at=noon("2027-01-04"))
    disclose(cast, missing, "2027-01-05", on_board="2027-01-05")
    void_occurrence(occurrence=voided.occurrence, reason="记错了", by=cast.clerk, at=noon("2027-01-06"))
    duty = Duty.objects.get(item__catalogue__community=cast.community, item__number=22, position=1)
    record_occurrence(
        community=cast.community, duty=duty, on=date(2026, 12, 28), what="补记", by=cast.clerk, at=noon("2027-01-07")
    )
    EarlierAnswer.objects.create(
        obligation=waiting,
        due_on=waiting.due_on,
        certain=False,
        schedule_data=waiting.schedule_data,
        profile=waiting.profile,
        calendar_version=waiting.calendar_version,
        derived_at=waiting.derived_at,
        replaced_at=noon("2027-01-08"),
    )
    Obligation.objects.filter(pk=waiting.pk).update(due_on=date(2026, 12, 22))

    late = report_of(cast.community, 2026, date(2027, 6, 1))
    assert said(late) == before
    assert [one.voided for one in late.late if one.pk == voided.pk] == [True]

    following = report_of(cast.community, 2027, date(2027, 6, 1))
    told = {one.pk: one for one in following.late}
    assert told[missing.pk].carried and told[missing.pk].met_on == date(2027, 1, 5)
    assert voided.pk not in told, "what was voided in the year is not owed in it"
    assert told[lost.disclosure.obligation_id].met_on is None, "shown too short counts as not shown"
    assert half.pk not in told and following.total.done_in_time == 1, "in time after all, as the note of January says"
    assert following.carried == 4 and following.total.total > following.carried


def test_the_years_run_from_the_first_catalogue(cast: Cast) -> None:
    assert years_of(cast.community, date(2028, 3, 1)) == [2028, 2027, 2026]
    assert years_of(cast.neighbour, date(2028, 3, 1)) == []


def test_a_version_counts_in_the_year_in_which_it_was_published(cast: Cast, owe: Callable[..., Any]) -> None:
    first = disclose(cast, owe(22, "2026-12-28"), "2026-12-29", on_board=None)
    assert report_of(cast.community, 2026, date(2027, 5, 1)).acts.published == 1
    assert report_of(cast.community, 2027, date(2027, 5, 1)).acts.published == 0
    take_down(
        posting=put_up(
            version=first,
            carrier=board(first.disclosure.obligation),
            on=date(2027, 1, 4),
            by=cast.clerk,
            at=noon("2027-01-04"),
        ),
        on=date(2027, 1, 6),
        by=cast.clerk,
        at=noon("2027-01-06"),
        lost=True,
    )
    assert report_of(cast.community, 2026, date(2027, 5, 1)).acts.taken_down_early == 0
    assert report_of(cast.community, 2027, date(2027, 5, 1)).acts.taken_down_early == 1


def test_a_withdrawn_version_no_longer_says_whom_to_call(cast: Cast, owe: Callable[..., Any]) -> None:
    def told(day: str) -> Any:
        on = date.fromisoformat(day)
        return contacts_of(cast.community, situation_of(cast.community, on).items, on)[0]

    assert told("2026-03-01").version is None
    versions = []
    for day in ("2026-03-02", "2026-04-02"):
        content = paragraphs(1, 2, 3, 4, title=f"意见 {day}")
        content["blocks"][3]["paragraphs"] = [f"电话 {day}"]
        versions.append(
            publish(
                obligation=owe(24, day), content=content, dated_on=date.fromisoformat(day), by=cast.clerk, at=noon(day)
            )
        )
    assert told("2026-04-03").block["paragraphs"] == ["电话 2026-04-02"]
    withdrawal = propose_withdrawal(
        version=versions[1], kind="legal_order", reason="号码有误", by=cast.clerk, at=noon("2026-04-03")
    )
    assert told("2026-04-03").version == versions[1], "one person alone takes nothing down"
    confirm_withdrawal(withdrawal=withdrawal, by=cast.director, at=noon("2026-04-03"))
    assert told("2026-04-04").version == versions[0]


def test_a_community_without_a_catalogue_has_no_guide_but_contacts(cast: Cast, client: Client) -> None:
    assert client.get("/c/neighbour/guide/").status_code == 404
    assert client.get("/c/neighbour/report/2026/").status_code == 404
    assert client.get("/c/neighbour/rules/").status_code == 200
    assert "12345" in client.get("/c/neighbour/contact/").content.decode()
