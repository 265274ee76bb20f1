"""Objection windows of what was posted, what was objected to while they ran, and what waits for the outcome."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from mingbai.carriers.models import Hold, Posting
from mingbai.communities.models import Community
from mingbai.disclosures.absence import about_of
from mingbai.disclosures.actions import NotPublishable
from mingbai.disclosures.models import Draft, Version
from mingbai.obligations.models import Obligation, Occurrence
from mingbai.obligations.queries import current_calendar
from mingbai.rules.days import chinese_date, legal_day
from mingbai.rules.duties import AtLeast
from mingbai.rules.windows import Window, joined, last_day_of, objection_days

# How many occurrences a form offers to go on from.
OFFERED = 20


def windows_of(obligation: Obligation) -> list[Window]:
    """The days on which people can, or could, object to what was published of an obligation. Each carrier has its own
    from the day of its posting; what leaves the clock running opens none. No query where nothing opens a window."""
    occurrence = obligation.occurrence
    days = _days(occurrence)
    if days is None and not occurrence.opens_window:
        return []
    found: list[Window] = []
    until_of: dict[int, date] = {}
    postings = Posting.objects.filter(version__disclosure__obligation=obligation).order_by("from_on", "pk")
    for posting in postings.exclude(version__kind=Version.Kind.POSTPONEMENT).select_related("version"):
        running = until_of.get(posting.carrier_id)
        if not posting.version.restarts_clock and running is not None and posting.from_on <= running:
            continue
        until = last_day_of(days, posting.from_on, current_calendar()) if days is not None else posting.until_on
        if until is not None:
            until_of[posting.carrier_id] = until
            found.append(Window(posting.from_on, until))
    return joined(found)


def _days(occurrence: Occurrence) -> AtLeast | None:
    """What the catalogue's phrase states. A quarter in which nothing happened leaves nothing to object to."""
    if occurrence.kind == Occurrence.Kind.SILENCE or "公示" not in occurrence.item.time_limit_text:
        return None
    return objection_days(occurrence.item.time_limit_text, occurrence.duty.value.display)


def opens_window(obligation: Obligation) -> bool:
    return obligation.occurrence.opens_window or _days(obligation.occurrence) is not None


def window_on(obligation: Obligation, day: date) -> Window | None:
    """The window that is open on a day."""
    return next((window for window in windows_of(obligation) if window.holds(day)), None)


def objections_until(version: Version, posted_on: date, shown_until: date | None) -> date | None:
    """The last day of the window that paper put up on ``posted_on`` opens or finds open, for the sheet itself, which
    may not hang yet; None: there is no window."""
    obligation = version.disclosure.obligation
    if version.kind == Version.Kind.POSTPONEMENT or not opens_window(obligation):
        return None
    running = window_on(obligation, posted_on)
    known = [running.until_on] if running is not None else []
    if version.restarts_clock:
        days = _days(obligation.occurrence)
        own = last_day_of(days, posted_on, current_calendar()) if days is not None else shown_until
        known += [own] if own is not None else []
    return max(known, default=None)


def last_window(obligation: Obligation, today: date) -> Window | None:
    """The window that is open, or was the last."""
    return next((window for window in reversed(windows_of(obligation)) if window.from_on <= today), None)


def hold(*, version: Version, reference: str, on: date) -> Hold | None:
    """Within an act: what somebody objected to on a day holds the matter up, if the window was open on it."""
    window = window_on(version.disclosure.obligation, on)
    if window is None:
        return None
    return Hold.objects.create(
        version=version, reference=reference, from_on=window.from_on, until_on=window.until_on, received_on=on
    )


def release(held: Hold, *, at: datetime) -> None:
    """Within an act: the outcome is published. A further one changes nothing of when there was one."""
    Hold.objects.filter(pk=held.pk, outcome_at=None).update(outcome_at=at)


def why_not_yet(obligation: Obligation, today: date) -> list[str]:
    """Why what ``obligation`` owes can't be published yet: of each earlier step that people can still object to, or
    whose objections wait for an outcome, one sentence."""
    told = []
    earlier = obligation.continues.filter(occurrence__voided_at=None).select_related(
        "occurrence__item", "occurrence__duty"
    )
    for before in earlier.order_by("pk"):
        waiting = list(Hold.objects.filter(version__disclosure__obligation=before, outcome_at=None))
        title = f"前一步“{before.occurrence.what}”"
        if waiting:
            names = "、".join(str(one) for one in waiting)
            told.append(f"{title}异议期内收到的{names}还没有公布处理结果，请先在“居民意见”里公布处理结果。")
        window = window_on(before, today)
        if window is not None:
            until = chinese_date(window.until_on)
            told.append(f"{title}的异议期到{until}为止，这一天以前居民还可以提异议，请期满后再公开。")
    return told


def why_waits(draft: Draft, today: date) -> list[str]:
    """The same of a draft. What only says that something comes later doesn't go on, nor does what corrects a version
    that said more than this."""
    corrects = draft.corrects
    if corrects is not None and corrects.kind != Version.Kind.POSTPONEMENT:
        return []
    if about_of(draft).kind == Version.Kind.POSTPONEMENT:
        return []
    return why_not_yet(draft.obligation, today)


def refuse(told: list[str]) -> None:
    """Raises NotPublishable with why something can't be published yet."""
    if told:
        raise NotPublishable("现在还不能公开。" + "".join(told) + "等不及期限的，可以先公开“暂缓公开”并说明理由。")


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A matter that went on before the outcome of an objection was published. ``went_on``: to where; ``on``: when."""

    hold: Hold
    went_on: Obligation
    on: date

    @property
    def sentence(self) -> str:
        outcome = "还没有公布"
        if self.hold.outcome_at is not None:
            outcome = f"{chinese_date(legal_day(self.hold.outcome_at))}才公布"
        return (
            f"{self.hold}在异议期内提出，处理结果{outcome}，"
            f"但{chinese_date(self.on)}已经往下办：{self.went_on.occurrence.what}"
        )


def _standing(communities: Collection[Community]) -> QuerySet[Hold]:
    """The holds on what wasn't entered by mistake."""
    return Hold.objects.filter(
        version__community__in=communities, version__disclosure__obligation__occurrence__voided_at=None
    )


def passed_over(communities: Collection[Community]) -> list[PassedOver]:
    """All of them, the last first: by the day on which the next step happened or was published, the earlier one."""
    holds = _standing(communities).filter(version__disclosure__obligation__continued_by__isnull=False)
    found = []
    for one in holds.distinct().select_related("version__disclosure__obligation", "version__community"):
        later = one.version.disclosure.obligation.continued_by.filter(occurrence__voided_at=None)
        for obligation in later.select_related("occurrence__item"):
            on = _went_on(obligation)
            if one.outcome_at is None or legal_day(one.outcome_at) > on:
                found.append(PassedOver(one, obligation, on))
    return sorted(found, key=lambda each: (each.on, each.hold.pk), reverse=True)


def _went_on(obligation: Obligation) -> date:
    told = Version.objects.filter(disclosure__obligation=obligation).exclude(kind=Version.Kind.POSTPONEMENT)
    first = told.order_by("published_on").values_list("published_on", flat=True).first()
    return min(obligation.occurrence.on, first or date.max)


def waiting_after(communities: Collection[Community], today: date) -> list[Hold]:
    """The objections whose window is over and whose outcome isn't published, the first received first."""
    over = _standing(communities).filter(outcome_at=None, until_on__lt=today)
    return list(over.select_related("version").defer("version__content_data").order_by("received_on", "pk"))


def may_continue(community: Community, code: str) -> list[Obligation]:
    """What an occurrence of an item may go on from: earlier ones of the item that people could object to, the last
    first. No query per occurrence."""
    owed = Obligation.objects.filter(
        community=community, occurrence__item__code=code, occurrence__voided_at=None, disclosure__versions__isnull=False
    )
    related = owed.distinct().select_related("occurrence__item", "occurrence__duty").defer("schedule_data")
    newest = related.order_by("-occurrence__on", "-pk")[:OFFERED]
    return [one for one in newest if opens_window(one)]
