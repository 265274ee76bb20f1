"""Whether what hangs on the board is what the site shows: derived from the register, and proved from the digests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from operator import itemgetter

from django.db.models import Exists, OuterRef, Q

from mingbai.carriers.models import Posting
from mingbai.carriers.queries import last_day_on_show, with_postings
from mingbai.carriers.sheets import sheet_of_version
from mingbai.catalogues.models import Carrier, Item
from mingbai.catalogues.queries import items_of
from mingbai.communities.keeping import kept
from mingbai.communities.models import Community
from mingbai.communities.queries import revision_of
from mingbai.disclosures.actions import bundle_of
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import content_on
from mingbai.rules.canonical import salted_digest
from mingbai.rules.days import chinese_date
from mingbai.rules.state import Shown


class Trouble(StrEnum):
    """What may be said of a version on one carrier. LATE is a fact that nothing can mend: listed, but no difference."""

    OLD = "old"
    MISSING = "missing"
    ENDED_EARLY = "ended_early"
    STILL_UP = "still_up"
    LATE = "late"


TROUBLES = {
    Trouble.OLD: "挂的还是旧版",
    Trouble.MISSING: "还没有张贴",
    Trouble.ENDED_EARLY: "没到期就撤下了",
    Trouble.STILL_UP: "期满没有撤下",
    Trouble.LATE: "张贴晚了",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One version on one carrier. ``code``: what the site shows; ``public``: whether anyone may see that."""

    trouble: Trouble
    carrier: str
    code: str
    title: str
    sentence: str
    public: bool

    @property
    def differs(self) -> bool:
        return self.trouble is not Trouble.LATE


def findings_of(community: Community, today: date) -> tuple[Finding, ...]:
    """Every version whose carriers differ on ``today``, the gravest first. A handful of queries, whatever there is."""
    return _findings(community.pk, revision_of(community), today)


@dataclass(frozen=True, slots=True)
class _Told:
    """A version as far as its carriers go; ``successor``: code, title and day of the one in its place."""

    code: str
    title: str
    published_on: date
    kind: str
    due_on: date | None
    successor: tuple[str, str, date] | None
    shown: tuple[Shown, ...]


@kept(maxsize=32)
def _findings(community_id: int, revision: int, today: date) -> tuple[Finding, ...]:
    order = list(Trouble)
    found = [
        finding for item, version in _versions(community_id, today) for finding in _of_version(item, version, today)
    ]
    old = {(finding.code, finding.carrier) for finding in found if finding.trouble is Trouble.OLD}
    # Where an older version hangs, that the newer one is missing is the same thing.
    told = [f for f in found if f.trouble is not Trouble.MISSING or (f.code, f.carrier) not in old]
    return tuple(sorted(told, key=lambda finding: order.index(finding.trouble)))


def _versions(community_id: int, today: date) -> Iterator[tuple[Item, _Told]]:
    """Every version of which something may be to say, newest first: one query, and one for each catalogue that isn't
    kept. Withdrawn ones are settled; so are those that hung where they should and are over."""
    postings = Posting.objects.filter(version=OuterRef("pk"), ended_on=None)
    still = postings.filter(Q(carrier__kind=Carrier.Kind.PAPER_BOARD) | Q(until_on=None) | Q(until_on__gte=today))
    hung = Posting.objects.filter(version=OuterRef(OuterRef("pk")), carrier=OuterRef("pk"))
    named = Carrier.objects.filter(items=OuterRef("disclosure__obligation__occurrence__item"))
    lacking = named.exclude(Exists(hung.exclude(ended_as=Posting.Ended.EARLY)))
    rows = (
        Version.objects.filter(community=community_id, disclosure__obligation__occurrence__voided_at=None)
        .filter(Exists(still) | (Q(replaced_by=None) & Exists(lacking)), withdrawal=None)
        .order_by("-published_at", "-pk", "postings__from_on", "postings__pk")
        .values_list(
            "pk",
            "disclosure__obligation__occurrence__item__catalogue",
            "disclosure__obligation__occurrence__item",
            "code",
            "title",
            "published_on",
            "kind",
            "disclosure__obligation__due_on",
            "replaced_by__code",
            "replaced_by__title",
            "replaced_by__published_on",
            "postings__carrier__name",
            "postings__from_on",
            "postings__until_on",
            "postings__ended_on",
            "postings__ended_as",
        )
    )
    items: dict[int, dict[int, Item]] = {}
    for _, group in groupby(rows, key=itemgetter(0)):
        lines = list(group)
        _, catalogue, item, code, title, published_on, kind, due_on, new, new_title, new_on = lines[0][:11]
        shown = tuple(
            Shown(carrier, from_on, until_on, ended_on, ended_as == Posting.Ended.REPLACED)
            for *_, carrier, from_on, until_on, ended_on, ended_as in lines
            if carrier is not None
        )
        if catalogue not in items:
            items[catalogue] = {one.pk: one for one in items_of(catalogue)}
        successor = (new, new_title, new_on) if new is not None else None
        yield items[catalogue][item], _Told(code, title, published_on, kind, due_on, successor, shown)


def _of_version(item: Item, version: _Told, today: date) -> Iterator[Finding]:
    code, title, _ = version.successor or (version.code, version.title, None)
    for carrier in item.carriers.all():
        shown = [one for one in version.shown if one.carrier == carrier.name]
        told = _replaced(version, shown) if version.successor else _current(version, carrier, shown, today)
        if told is not None:
            yield Finding(told[0], carrier.name, code, title, told[1], item.is_public)


def _replaced(version: _Told, shown: list[Shown]) -> tuple[Trouble, str] | None:
    if version.successor is None or not any(one.ended_on is None for one in shown):
        return None
    code, _, on = version.successor
    return (
        Trouble.OLD,
        f"网上{chinese_date(on)}已换成新版（短码 {code}），这里登记的还是旧版（短码 {version.code}）。",
    )


def _current(version: _Told, carrier: Carrier, shown: list[Shown], today: date) -> tuple[Trouble, str] | None:
    due = version.due_on
    counted = [one for one in shown if one.counts]
    if not shown:
        by = f"，最迟{chinese_date(due)}" if due is not None else ""
        return Trouble.MISSING, f"{chinese_date(version.published_on)}在网上发布，这里还没有{by}。"
    if not counted:
        last = max(one.ended_on for one in shown if one.ended_on is not None)
        return Trouble.ENDED_EARLY, f"{chinese_date(last)}没到期就撤下或丢失了，要重新张贴。"
    over = [one.until_on for one in counted if one.ended_on is None and one.until_on and one.until_on < today]
    if over and carrier.kind == Carrier.Kind.PAPER_BOARD:
        return Trouble.STILL_UP, f"公示到{chinese_date(over[0])}为止，还没有登记撤下。"
    first = min(one.from_on for one in counted)
    on_show = any(one.ended_on is None and (one.until_on is None or one.until_on >= today) for one in counted)
    if on_show and due is not None and first > due and version.kind == Version.Kind.FIRST:
        return Trouble.LATE, f"{chinese_date(first)}张贴，晚了{(first - due).days}天，公示到的日期也随着往后移。"
    return None


@dataclass(frozen=True, slots=True)
class Proof:
    """What recomputing one version found: the places where it isn't what its digest says."""

    code: str
    title: str
    wrong: tuple[str, ...]


def prove(community: Community, today: date) -> Iterator[Proof]:
    """Recompute the digest of every version that still says all it said, and lay its sheet beside its page.

    Reads every text and every attachment of the community: for the night, not for a page.
    """
    versions = with_postings(
        Version.objects.filter(community=community)
        .select_related("community", "withdrawal", "disclosure__obligation__occurrence__item")
        .select_related("disclosure__obligation__occurrence__duty")
        .order_by("pk")
    )
    for version in versions.iterator(chunk_size=200):
        yield Proof(version.code, version.title, tuple(_wrong(version, today)))


def _wrong(version: Version, today: date) -> Iterator[str]:
    files = list(version.attachments.all())
    if any(hashlib.sha256(bytes(file.data)).hexdigest() != file.sha256 for file in files):
        yield "附件和登记的摘要不一致"
    if version.reduced_at is None:
        bundle = bundle_of(version.content_data, [(file.name, file.sha256) for file in files])
        if salted_digest(bundle, version.nonce) != version.digest:
            yield "内容和登记的摘要不一致"
    sheet = sheet_of_version(version, today, "")
    page = content_on(version, last_day_on_show(version.postings.all()), today)
    if (sheet.digest, sheet.code) != (version.digest, version.code):
        yield "纸张上的摘要或短码和网页不一致"
    if (sheet.title, list(sheet.blocks)) != (version.title, list(page.blocks)):
        yield "纸张上的内容和网页不一致"
