"""Which board sheet belongs to a version or a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from mingbai.carriers.models import Posting
from mingbai.carriers.queries import last_day_on_show
from mingbai.carriers.sheet import Echo, Sheet
from mingbai.carriers.windows import objections_until
from mingbai.catalogues.models import Carrier
from mingbai.disclosures.checks import as_published
from mingbai.disclosures.models import Draft, Version
from mingbai.disclosures.queries import content_on, forms_of
from mingbai.obligations.models import Obligation
from mingbai.obligations.queries import current_calendar, profile_of
from mingbai.rules.adding_up import adds_up
from mingbai.rules.schedule import schedule


def shown_until(postings: Sequence[Posting]) -> date | None:
    """The last day that the rules ask for over all carriers; None: long-term (or never posted)."""
    days = [posting.until_on for posting in postings]
    return None if None in days else max((day for day in days if day is not None), default=None)


def sheet_of_version(version: Version, today: date, base_url: str, echoes: tuple[Echo, ...] = ()) -> Sheet:
    """The version as it goes on paper on ``today``: the same content, dates and code as its page.

    A sheet that isn't posted yet is printed as if it went up today, so that its end stands on it.
    """
    community, occurrence = version.community, version.disclosure.obligation.occurrence
    postings = list(version.postings.select_related("carrier"))
    on_paper = [posting for posting in postings if posting.carrier.kind == Carrier.Kind.PAPER_BOARD]
    if on_paper:
        posted_on, until = min(posting.from_on for posting in on_paper), shown_until(on_paper)
    else:
        posted_on = max(today, version.published_on)
        until = _until_if_posted(version.disclosure.obligation, posted_on)
    blocks = content_on(version, last_day_on_show(postings), today).blocks
    return Sheet(
        community=community.name,
        body=occurrence.item.body or community.body,
        title=version.title,
        item_name=occurrence.item.name,
        index_number=version.index_number,
        version_number=version.number,
        code=version.code,
        url=f"{base_url}/s/{version.code}/?b=1",  # the mark of the paper: a scan of it is counted
        digest=version.digest,
        dated_on=version.dated_on,
        published_on=version.published_on,
        posted_on=posted_on,
        shown_until=until,
        take_down_after=until,
        blocks=blocks,
        contact=community.contact or None,
        remarks=_remarks(version),
        checked=_checked(version.disclosure.obligation, blocks),
        echoes=echoes,
        objections_until=objections_until(version, posted_on, until),
    )


def _checked(obligation: Obligation, blocks: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """What of each table adds up; the forms are read only where there is a table."""
    tables = [block for block in blocks if block["kind"] == "table"]
    forms = forms_of(obligation.community, obligation.occurrence.item) if tables else {}
    return {block["element"]: adds_up(forms.get(block["element"]), block) for block in tables}


def _remarks(version: Version) -> tuple[str, ...]:
    """What kind of version it is, where that has to be said."""
    said = []
    if version.kind != Version.Kind.FIRST:
        said.append(f"{version.kind_name}：{version.reason}")
    if version.emergency_reason:
        said.append(f"未经审核紧急发布：{version.emergency_reason}")
    return tuple(said)


def sheet_of_draft(draft: Draft, today: date, base_url: str) -> Sheet:
    """The sheet that a draft would become if it went up today, marked as a sample."""
    community, occurrence = draft.community, draft.obligation.occurrence
    content = as_published(draft)
    until = _until_if_posted(draft.obligation, max(today, occurrence.on))
    return Sheet(
        community=community.name,
        body=occurrence.item.body or community.body,
        title=content["title"] or "（标题）",
        item_name=occurrence.item.name,
        index_number="审核样张",
        version_number=1,
        code="样张样张样张样张",
        url=f"{base_url}/",
        digest="",
        dated_on=draft.dated_on or today,
        published_on=today,
        posted_on=today,
        shown_until=until,
        take_down_after=until,
        blocks=tuple(content["blocks"]),
        contact=community.contact or None,
        sample=True,
        checked=_checked(draft.obligation, content["blocks"]),
    )


def _until_if_posted(obligation: Obligation, on: date) -> date | None:
    derived = schedule(
        obligation.occurrence.duty.value,
        obligation.occurrence.on,
        calendar=current_calendar(),
        profile=profile_of(obligation.community),
        policy=obligation.community.policy,
        posted_on=on,
    )
    return derived.shown_until
