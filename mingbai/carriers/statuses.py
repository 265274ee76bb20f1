"""What may be said of a version on a day: of one, and as the database can choose them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from mingbai.carriers.models import Posting
from mingbai.carriers.sheets import shown_until
from mingbai.disclosures.models import Version

STATUSES = ("current", "replaced", "over", "taken_down", "not_posted")


def with_status(versions: QuerySet[Version], status: str, today: date) -> QuerySet[Version]:
    """Those whose status on ``today`` is ``status``: the same judgement as of one version, made for all at once."""
    postings = Posting.objects.filter(version=OuterRef("pk"))
    withdrawn = Q(withdrawal__confirmed_at__isnull=False)
    replaced = Q(replaced_by__isnull=False)
    posted = Exists(postings)
    early = Exists(postings.filter(ended_as=Posting.Ended.EARLY))
    lasting = Exists(postings.filter(Q(until_on=None) | Q(until_on__gte=today)))
    standing = ~withdrawn & ~replaced
    chosen = {
        "replaced": ~withdrawn & replaced,
        "not_posted": standing & ~Q(posted),
        "taken_down": withdrawn | (standing & Q(early)),
        "over": standing & Q(posted) & ~Q(early) & ~Q(lasting),
        "current": standing & Q(posted) & ~Q(early) & Q(lasting),
    }
    return versions.filter(chosen[status])


def on_carrier(versions: QuerySet[Version], carrier: int) -> QuerySet[Version]:
    """Those that are or were on the carrier with this key."""
    return versions.filter(Exists(Posting.objects.filter(version=OuterRef("pk"), carrier=carrier)))


@dataclass(frozen=True, slots=True)
class Status:
    """What may be said of a version on a day: ``kind`` is current, replaced, over, taken_down or not_posted."""

    kind: str
    label: str
    sentence: str


def version_status(version: Version, postings: Sequence[Posting], today: date) -> Status:
    withdrawal = getattr(version, "withdrawal", None)
    if withdrawal is not None and withdrawal.confirmed_at is not None:
        why = f"{withdrawal.get_kind()}：{withdrawal.reason}"
        return Status("taken_down", "已撤下", f"这一版已经提前撤下（{why}），按规定不算已公开，要重新公开。")
    if getattr(version, "replaced_by", None) is not None:
        return Status("replaced", "已被新版替换", "这一版已经被新的一版替换，请看新版。")
    if not postings:
        return Status("not_posted", "尚未张贴", "这一版还没有在任何载体上张贴。")
    if any(posting.ended_as == Posting.Ended.EARLY for posting in postings):
        return Status("taken_down", "已提前撤下", "这一版没有公示到规定的日期就撤下了，按规定应当重新公示。")
    until = shown_until(postings)
    if until is not None and today > until:
        return Status("over", "公示期已满", "这一版的公示期已经结束，内容仍可在这里查看；如有名单，个人信息已经隐去。")
    return Status("current", "现行有效", "这是现行的一版，内容与本网站一致。")
