"""Whether what hangs on the board is what the site shows: derived from the register, and proved from the digests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from mingbai.carriers.models import Posting
from mingbai.carriers.queries import last_day_on_show, with_postings
from mingbai.carriers.sheets import sheet_of_version
from mingbai.catalogues.models import Carrier
from mingbai.communities.keeping import kept
from mingbai.communities.models import Community
from mingbai.communities.queries import revision_of
from mingbai.disclosures.actions import bundle_of
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import content_on
from mingbai.rules.canonical import salted_digest
from mingbai.rules.days import chinese_date


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


@kept(maxsize=32)
def _findings(community_id: int, revision: int, today: date) -> tuple[Finding, ...]:
    versions = (
        Version.objects.filter(community=community_id, disclosure__obligation__occurrence__voided_at=None)
        .select_related("replaced_by", "disclosure__obligation__occurrence__item")
        .prefetch_related("disclosure__obligation__occurrence__item__carriers")
        .defer("content_data", "replaced_by__content_data")
        .filter(withdrawal=None)
        .order_by("-published_at", "-pk")
    )
    order = list(Trouble)
    found = [finding for version in with_postings(versions) for finding in _of_version(version, today)]
    old = {(finding.code, finding.carrier) for finding in found if finding.trouble is Trouble.OLD}
    # Where an older version hangs, that the newer one is missing is the same thing.
    told = [f for f in found if f.trouble is not Trouble.MISSING or (f.code, f.carrier) not in old]
    return tuple(sorted(told, key=lambda finding: order.index(finding.trouble)))


def _of_version(version: Version, today: date) -> Iterator[Finding]:
    item = version.disclosure.obligation.occurrence.item
    successor: Version | None = getattr(version, "replaced_by", None)
    for carrier in item.carriers.all():
        postings = [posting for posting in version.postings.all() if posting.carrier_id == carrier.pk]
        told = _replaced(version, successor, postings) if successor else _current(version, carrier, postings, today)
        if told is not None:
            shown = successor or version
            yield Finding(told[0], carrier.name, shown.code, shown.title, told[1], item.is_public)


def _replaced(version: Version, successor: Version, postings: list[Posting]) -> tuple[Trouble, str] | None:
    if not any(posting.ended_on is None for posting in postings):
        return None
    return Trouble.OLD, (
        f"网上{chinese_date(successor.published_on)}已换成新版（短码 {successor.code}），"
        f"这里登记的还是旧版（短码 {version.code}）。"
    )


def _current(version: Version, carrier: Carrier, postings: list[Posting], today: date) -> tuple[Trouble, str] | None:
    counted = [posting for posting in postings if posting.shown.counts]
    due = version.disclosure.obligation.due_on
    by = f"，最迟{chinese_date(due)}" if due is not None else ""
    if not postings:
        return Trouble.MISSING, f"{chinese_date(version.published_on)}在网上发布，这里还没有{by}。"
    if not counted:
        last = max(posting.ended_on for posting in postings if posting.ended_on is not None)
        return Trouble.ENDED_EARLY, f"{chinese_date(last)}没到期就撤下或丢失了，要重新张贴。"
    first = min(counted, key=lambda posting: posting.from_on)
    over = next((p for p in counted if p.ended_on is None and p.until_on is not None and p.until_on < today), None)
    if over is not None and over.until_on is not None and carrier.kind == Carrier.Kind.PAPER_BOARD:
        return Trouble.STILL_UP, f"公示到{chinese_date(over.until_on)}为止，还没有登记撤下。"
    on_show = any(p.ended_on is None and (p.until_on is None or p.until_on >= today) for p in counted)
    if on_show and due is not None and first.from_on > due and version.kind == Version.Kind.FIRST:
        late = (first.from_on - due).days
        return Trouble.LATE, f"{chinese_date(first.from_on)}张贴，晚了{late}天，公示到的日期也随着往后移。"
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
