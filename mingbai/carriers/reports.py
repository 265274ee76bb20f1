"""What a year's report is made from: only what had been recorded by the report's day."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.db.models import Q, QuerySet

from mingbai.carriers.models import Posting
from mingbai.carriers.tally import obligations_of
from mingbai.catalogues.models import Item
from mingbai.catalogues.queries import items_of
from mingbai.communities.keeping import kept
from mingbai.communities.models import Community, Event
from mingbai.communities.queries import revision_of
from mingbai.disclosures.models import Version, Withdrawal
from mingbai.obligations.models import EarlierAnswer, Obligation, Occurrence
from mingbai.rules.days import SHANGHAI, legal_day
from mingbai.rules.report import Counts, Outcome, count, due_as_of, is_reported, outcome_of, report_day, year_of
from mingbai.rules.state import Shown, met_on

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reported:
    """One obligation in a report. ``carried``: of an earlier year; ``voided``: struck out after the report's day."""

    pk: int
    item: Item
    on: date
    what: str
    due_on: date | None
    met_on: date | None
    outcome: Outcome
    carried: bool
    voided: bool

    @property
    def days_late(self) -> int:
        """By how many days it came too late, where it did; for what is still missing see the report's day."""
        return (self.met_on - self.due_on).days if self.met_on and self.due_on else 0


@dataclass(frozen=True, slots=True)
class Acts:
    """How often something was published, changed or taken down in the year."""

    published: int
    corrections: int
    supplements: int
    withdrawals: int
    taken_down_early: int
    absences: int
    postponements: int
    emergencies: int

    @property
    def told(self) -> tuple[tuple[str, int, str], ...]:
        """(name, number, unit) of each, in the order in which page and paper say them."""
        return (
            ("发布", self.published, "份"),
            ("其中更正", self.corrections, "份"),
            ("其中补充", self.supplements, "份"),
            ("其中本期无、不适用", self.absences, "份"),
            ("其中暂缓公开", self.postponements, "份"),
            ("其中未经审核紧急发布", self.emergencies, "份"),
            ("依法撤下", self.withdrawals, "份"),
            ("没到期就不在了", self.taken_down_early, "处张贴"),
        )


@dataclass(frozen=True, slots=True)
class Report:
    year: int
    day: date
    total: Counts
    items: tuple[tuple[Item, Counts], ...]
    late: tuple[Reported, ...]
    carried: int
    acts: Acts

    @property
    def is_running(self) -> bool:
        return self.day < date(self.year, 12, 31)


def years_of(community: Community, today: date) -> list[int]:
    """The years that can be reported, the newest first: since the first catalogue was adopted."""
    first = community.catalogue_versions.order_by("adopted_on").values_list("adopted_on", flat=True).first()
    return [] if first is None else list(range(today.year, first.year - 1, -1))


def report_of(community: Community, year: int, today: date) -> Report:
    """The report of a year as of its last day, or of ``today`` while it runs."""
    return _report(community.pk, revision_of(community), year, report_day(year, today))


@kept(maxsize=8)
def _report(community: int, revision: int, year: int, day: date) -> Report:
    entries = sorted(_entries(community, year, day), key=lambda entry: (entry.item.number, entry.on, entry.pk))
    by_item = tuple(
        (group[-1].item, count([entry.outcome for entry in group]))
        for group in (list(group) for _, group in groupby(entries, key=lambda entry: entry.item.code))
    )
    late = (entry for entry in entries if entry.outcome in (Outcome.DONE_LATE, Outcome.OPEN_OVERDUE))
    return Report(
        year=year,
        day=day,
        total=count([entry.outcome for entry in entries]),
        items=by_item,
        late=tuple(sorted(late, key=lambda entry: (entry.due_on or date.max, entry.pk))),
        carried=sum(entry.carried for entry in entries),
        acts=_acts(community, year, day),
    )


def _after(day: date) -> datetime:
    """The first moment after a legal day."""
    return datetime.combine(day + ONE_DAY, time(), SHANGHAI)


FIELDS = (
    "pk",
    "due_on",
    "occurrence__item__catalogue",
    "occurrence__item",
    "occurrence__on",
    "occurrence__what",
    "occurrence__kind",
    "occurrence__recorded_at",
    "occurrence__voided_at",
)


def _candidates(community: int, year: int, day: date) -> QuerySet[Obligation]:
    """The obligations that can stand in a year's report: what happened or was recorded in it, and of what is older
    whatever hung, was registered as hanging or was struck out later on, or never hung on every carrier."""
    first = date(year, 1, 1)
    begin = datetime.combine(first, time(), SHANGHAI)
    later = Posting.objects.filter(Q(posted_at__gte=begin) | Q(from_on__gte=first), community=community)
    hung_later = Q(pk__in=later.values("version__disclosure__obligation"))
    recent = Q(occurrence__on__gte=first) | Q(occurrence__recorded_at__gte=begin) | Q(occurrence__voided_at__gte=begin)
    never_met = Q(pk__in=[pk for pk, met in obligations_of(community).items() if met.met_on is None])
    owed = Obligation.objects.filter(community=community, occurrence__on__lte=day)
    return owed.filter(recent | hung_later | never_met).order_by("pk")


def _entries(community: int, year: int, day: date) -> Iterable[Reported]:
    rows = list(_candidates(community, year, day).values_list(*FIELDS))
    hung = _hung(community, [row[0] for row in rows])
    shown, shown_then = _shown(hung, day), _shown(hung, date(year - 1, 12, 31))
    earlier = _earlier_answers(community)
    items = {item.pk: item for catalogue in {row[2] for row in rows} for item in items_of(catalogue)}
    carriers = {pk: [carrier.name for carrier in item.carriers.all()] for pk, item in items.items()}
    for pk, due_on, _, item_id, on, what, kind, recorded_at, voided_at in rows:
        first_year = year_of(on, legal_day(recorded_at), by_calendar=kind != Occurrence.Kind.EVENT)
        if first_year > year or on > day or (voided_at is not None and voided_at < _after(day)):
            continue
        item = items[item_id]
        met = met_on(carriers[item_id], shown.get(pk, ()), day)
        met_then = met_on(carriers[item_id], shown_then.get(pk, ()), day) is not None
        if not is_reported(first_year, year, met_by_eve=met_then, met_now=met is not None):
            continue
        due = due_as_of(due_on, earlier.get(pk, ()), day)
        outcome = outcome_of(due, met, day)
        yield Reported(pk, item, on, what, due, met, outcome, first_year < year, voided_at is not None)


@dataclass(frozen=True, slots=True)
class _Hung:
    """One posting with the days on which its beginning and its early end were registered."""

    obligation: int
    shown: Shown
    known_on: date
    end_known_on: date | None


def _hung(community: int, obligations: Collection[int]) -> list[_Hung]:
    ends = Event.objects.filter(community=community, act="taken_down_early").values_list("subject", "at")
    known = {subject: legal_day(at) for subject, at in ends}
    rows = Posting.objects.filter(version__disclosure__obligation__in=obligations)
    rows = rows.exclude(version__kind=Version.Kind.POSTPONEMENT)
    fields = ("pk", "version__disclosure__obligation", "carrier__name", "from_on", "until_on", "ended_on", "ended_as")
    return [
        _Hung(
            obligation=obligation,
            shown=Shown(carrier, from_on, until_on, ended_on, ended_as == Posting.Ended.REPLACED),
            known_on=legal_day(posted_at),
            end_known_on=known.get(f"carriers.posting:{pk}", ended_on),
        )
        for pk, obligation, carrier, from_on, until_on, ended_on, ended_as, posted_at in rows.values_list(
            *fields, "posted_at"
        )
    ]


def _shown(hung: Iterable[_Hung], day: date) -> dict[int, list[Shown]]:
    """Obligation → what had been put up for it and registered by the end of ``day``, with the ends known then."""
    found: dict[int, list[Shown]] = {}
    for one in hung:
        value = one.shown
        if one.known_on > day or value.from_on > day:
            continue
        if value.ended_on is not None and (value.ended_on > day or (one.end_known_on or value.ended_on) > day):
            value = replace(value, ended_on=None)
        found.setdefault(one.obligation, []).append(value)
    return found


def _earlier_answers(community: int) -> dict[int, list[tuple[date, date | None]]]:
    answers = EarlierAnswer.objects.filter(obligation__community=community).order_by("pk")
    found: dict[int, list[tuple[date, date | None]]] = {}
    for obligation, replaced_at, due_on in answers.values_list("obligation", "replaced_at", "due_on"):
        found.setdefault(obligation, []).append((legal_day(replaced_at), due_on))
    return found


def _acts(community: int, year: int, day: date) -> Acts:
    versions = Version.objects.filter(community=community, published_on__year=year, published_on__lte=day)
    told = list(versions.values_list("kind", "emergency_reason"))
    kinds = [kind for kind, _ in told]
    begin, end = datetime(year, 1, 1, tzinfo=SHANGHAI), _after(day)
    in_year = {"at__gte": begin, "at__lt": end}
    # A statement of absence says nothing but that: its first block shows which versions may be one.
    silent = versions.filter(content_data__blocks__0__kind="nothing").exclude(kind=Version.Kind.POSTPONEMENT)
    return Acts(
        published=len(kinds),
        corrections=kinds.count(Version.Kind.CORRECTION),
        supplements=kinds.count(Version.Kind.SUPPLEMENT),
        withdrawals=Withdrawal.objects.filter(
            version__community=community, confirmed_at__gte=begin, confirmed_at__lt=end
        ).count(),
        taken_down_early=Event.objects.filter(community=community, act="taken_down_early", **in_year).count(),
        absences=sum(version.content.is_absence for version in silent.only("content_data")),
        postponements=kinds.count(Version.Kind.POSTPONEMENT),
        emergencies=sum(bool(reason) for _, reason in told),
    )
