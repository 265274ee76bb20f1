"""What is said of each thing to machines: API, data files, feeds and linked data all take it from here.

What was taken down stays as a tombstone: its code, dates, status, kind and reason, and neither title nor content.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from mingbai.carriers.models import Posting
from mingbai.carriers.queries import Situation, Standing, last_day_on_show, with_postings
from mingbai.carriers.statuses import version_status
from mingbai.catalogues.models import Item
from mingbai.catalogues.queries import catalogue_value, item_value
from mingbai.communities.models import Community
from mingbai.disclosures.models import Attachment, Version, Withdrawal
from mingbai.disclosures.queries import content_on, visible_versions
from mingbai.followups.counting import tallies
from mingbai.followups.queries import Followed, Following, publications
from mingbai.obligations.queries import profile_of
from mingbai.onrequest.queries import Told
from mingbai.outgoing.addresses import address
from mingbai.rules.days import SHANGHAI, legal_day
from mingbai.rules.findings import Finding, find
from mingbai.rules.timelimit import render
from mingbai.rules.workdays import WorkCalendar, days_from

Fact = dict[str, Any]
PUBLIC_ITEM = "disclosure__obligation__occurrence__item"
NEIGHBOURS = ("replaces", "replaced_by")
AT_A_TIME = 200


def told(community: Community) -> QuerySet[Version]:
    """The versions that anyone may see, with all that a fact says of them but the contents of files."""
    related = [f"{other}__{PUBLIC_ITEM}" for other in NEIGHBOURS]
    versions = visible_versions(community).select_related("community", "withdrawal", *related)
    versions = versions.defer(*(f"{other}__content_data" for other in NEIGHBOURS))
    return with_postings(versions).order_by("-published_at", "-pk")


def withdrawal_of(version: Version) -> Withdrawal | None:
    """The withdrawal that two people have made; None while it is only proposed."""
    withdrawal = getattr(version, "withdrawal", None)
    return withdrawal if withdrawal is not None and withdrawal.confirmed_at is not None else None


def title_of(version: Version) -> str:
    """The title; of what was taken down only the item's name, since a title may say too much as well."""
    if withdrawal_of(version) is None:
        return version.title
    return f"{version.disclosure.obligation.occurrence.item.name}（内容已撤下）"


def blocks_of(version: Version, today: date) -> tuple[Fact, ...]:
    """The content as it may be shown on ``today``; none of what was taken down."""
    if withdrawal_of(version) is not None:
        return ()
    return content_on(version, last_day_on_show(version.postings.all()), today).blocks


def version_fact(version: Version, today: date, base: str) -> Fact:
    item = version.disclosure.obligation.occurrence.item
    withdrawal = withdrawal_of(version)
    return {
        "code": version.code,
        "item": item.code,
        "number": version.number,
        "kind": version.kind,
        "reason": version.reason,
        "emergency_reason": version.emergency_reason,
        "title": title_of(version),
        "index_number": version.index_number,
        "dated_on": version.dated_on,
        "published_on": version.published_on,
        "published_at": version.published_at.astimezone(SHANGHAI),
        "digest": version.digest,
        "status": version_status(version, list(version.postings.all()), today).kind,
        "replaces": _code(version.replaces),
        "replaced_by": _code(getattr(version, "replaced_by", None)),
        "names_left_on": legal_day(version.reduced_at) if version.reduced_at is not None else None,
        "withdrawn_on": _day(withdrawal.confirmed_at) if withdrawal is not None else None,
        "withdrawal_kind": withdrawal.kind if withdrawal is not None else None,
        "withdrawal_reason": withdrawal.reason if withdrawal is not None else None,
        "url": address(base, "version", version.community.slug, version.code),
        "carriers": [carrier_fact(posting) for posting in version.postings.all()],
    }


def files_of() -> QuerySet[Attachment]:
    """Attachments without their bytes."""
    return Attachment.objects.defer("data").order_by("pk")


def whole_version(version: Version, attachments: Sequence[Attachment], today: date, base: str) -> Fact:
    """A version with its content and its files; ``attachments`` without their bytes."""
    slug, gone = version.community.slug, withdrawal_of(version) is not None
    files = [
        {
            "name": file.name,
            "media_type": file.media_type,
            "size": file.size,
            "sha256": file.sha256,
            "url": address(base, "attachment", slug, version.code, file.name),
        }
        for file in attachments
        if not gone
    ]
    blocks = list(blocks_of(version, today))
    return {**version_fact(version, today, base), "blocks": blocks, "attachments": files}


def whole_versions(community: Community, today: date, base: str) -> Iterator[Fact]:
    """Every version with its content, newest first, a few hundred in memory at a time."""
    versions = told(community).prefetch_related(Prefetch("attachments", files_of()))
    for version in versions.iterator(chunk_size=AT_A_TIME):
        yield whole_version(version, list(version.attachments.all()), today, base)


def carrier_fact(posting: Posting) -> Fact:
    return {
        "carrier": posting.carrier.name,
        "carrier_kind": posting.carrier.kind,
        "from_on": posting.from_on,
        "until_on": posting.until_on,
        "ended_on": posting.ended_on,
        "ended_as": posting.ended_as or None,
        "legal_floor_days": posting.legal_floor_days,
    }


def posting_fact(posting: Posting) -> Fact:
    version = posting.version
    item = version.disclosure.obligation.occurrence.item
    return {**carrier_fact(posting), "version": version.code, "item": item.code, "title": title_of(version)}


def postings_told(community: Community) -> QuerySet[Posting]:
    """Where what anyone may see hangs or hung, newest first."""
    visible = visible_versions(community).order_by()
    return (
        Posting.objects.filter(community=community, version__in=visible)
        .select_related("carrier", "version__withdrawal", f"version__{PUBLIC_ITEM}")
        .defer("version__content_data")
        .order_by("-from_on", "-pk")
    )


def hanging(postings: QuerySet[Posting], on: date) -> QuerySet[Posting]:
    """Those that hang, or hung, on a day."""
    postings = postings.filter(Q(until_on=None) | Q(until_on__gte=on), from_on__lte=on)
    return postings.filter(Q(ended_on=None) | Q(ended_on__gte=on))


def item_fact(item: Item, community: Community, base: str) -> Fact:
    return {
        "code": item.code,
        **item_value(item).to_json(),
        "is_public": item.is_public,
        "url": address(base, "item", community.slug, item.code),
    }


def item_row(item: Item, community: Community, base: str) -> Fact:
    """The item as a row of a spreadsheet."""
    fact = item_fact(item, community, base)
    return {**fact, "time_limit": item.time_limit_text, "rules": [render(duty.value) for duty in item.duties.all()]}


def obligation_fact(standing: Standing, community: Community, base: str) -> Fact:
    return {
        "id": standing.pk,
        "item": standing.item.code,
        "what": standing.what,
        "trigger_on": standing.on,
        "due_on": standing.due_on,
        "certain": standing.certain,
        "state": standing.state,
        "met_on": standing.met_on,
        "missing_carriers": list(standing.missing),
        "versions": [version.code for version in standing.public_versions],
        "url": address(base, "why", community.slug, standing.pk),
    }


def decision_fact(one: Followed, base: str) -> Fact:
    """A decision; one whose entry was wrong is a tombstone. Who sees to a step, and what an entry said before it was
    changed, stand on the page only."""
    decision, is_void = one.decision, one.decision.voided_at is not None
    return {
        "year": decision.year,
        "number": decision.number,
        "title": None if is_void else decision.title,
        "met_on": decision.met_on,
        "decided_by": decision.decided_by,
        "item": decision.obligation.occurrence.item.code,
        "state": one.state,
        "voided_on": _day(decision.voided_at),
        "void_reason": decision.void_reason,
        "obligation": decision.obligation_id,
        "versions": _telling(one.standing),
        "url": address(base, "decision", decision.community.slug, decision.year, decision.number),
        "steps": [] if is_void else [step_fact(each) for each in one.steps],
    }


def step_fact(one: Following) -> Fact:
    names = ("position", "what", "planned_on", "done_on", "result", "dropped_on", "drop_reason")
    return {
        **{name: getattr(one.step, name) for name in names},
        "state": one.state,
        "obligation": one.step.obligation_id,
        "versions": _telling(one.standing),
    }


def _telling(standing: Standing | None) -> list[str]:
    return [code for code, _, _ in publications(standing)] if standing is not None else []


def application_facts(community: Community) -> Iterator[Fact]:
    """How many applications of each kind are where, without small groups."""
    for year, kinds in tallies(community):
        for one in kinds:
            for place, cell in one.cells:
                count = cell if isinstance(cell, int) else None
                yield {"year": year, "kind": one.kind, "total": one.total, "place": place, "count": count}


def request_fact(one: Told, base: str) -> Fact:
    """A request as the page tells it: what was asked is nobody else's, and an answer only where it was published."""
    asked, answer = one.request, one.answer
    published = answer if answer is not None and answer.published_on is not None else None
    return {
        **{name: getattr(asked, name) for name in ("year", "number", "received_on", "due_on")},
        **{name: getattr(asked, name) for name in ("extended_to", "extended_reason")},
        "state": one.state,
        "answered_on": one.answered_on,
        "outcome": answer.outcome if answer is not None else None,
        **{name: getattr(published, name, None) for name in ("published_on", "title", "text", "reason", "turn_to")},
        "corrected_on": answer.on if answer is not None and one.corrected else None,
        "correction_reason": answer.correction_reason if answer is not None else "",
        "withdrawn_on": one.withdrawn[-1].withdrawn_on if one.withdrawn else None,
        "withdrawal_reason": one.withdrawn[-1].withdrawn_reason if one.withdrawn else "",
        "url": address(base, "requests", asked.community.slug),
    }


def community_fact(community: Community, base: str) -> Fact:
    return {
        **{name: getattr(community, name) for name in ("slug", "name", "body", "contact")},
        "subdistrict": str(community.subdistrict or ""),
        "url": address(base, "home", community.slug),
    }


def findings_on(situation: Situation, community: Community, today: date) -> list[Finding]:
    """What is to be said of the catalogue in force; nothing where none is."""
    if situation.catalogue is None:
        return []
    return find(catalogue_value(situation.catalogue), profile_of(community), today)


def year_fact(calendar: WorkCalendar, year: int) -> Fact:
    """Every day of a year. Raises OutOfCalendar."""
    table = calendar.table(year)
    days = [
        {
            "on": day,
            "kind": calendar.kind(day),
            "name": calendar.name(day),
            "source": calendar.source(day),
            "projected": not calendar.is_official(day),
        }
        for day in days_from(date(year, 1, 1), date(year, 12, 31))
    ]
    return {"year": year, "source": table.source, "projected": not table.official, "days": days}


def _code(version: Version | None) -> str | None:
    """The code of a neighbour, if anyone may see that one too."""
    if version is None:
        return None
    occurrence = version.disclosure.obligation.occurrence
    return version.code if occurrence.item.is_public and occurrence.voided_at is None else None


def _day(at: datetime | None) -> date | None:
    return legal_day(at) if at is not None else None
