"""Every read of this app: the calendar in force, the profile, the obligations of a community."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from mingbai.catalogues.models import CatalogueVersion, Duty
from mingbai.communities.keeping import kept
from mingbai.communities.models import Community, Event
from mingbai.communities.revisions import SILENT
from mingbai.data.calendars import packaged_calendar
from mingbai.data.profiles import packaged_profile
from mingbai.obligations.models import Obligation, WorkingYear
from mingbai.rules.profiles import Profile
from mingbai.rules.schedule import Schedule, schedule
from mingbai.rules.workdays import WorkCalendar

ONE_DAY = timedelta(days=1)
# Everyday acts that can't make the calendar owe anything that it didn't owe before. Every other one is looked into.
UNMOVED = SILENT | {
    "draft_started",
    "feedback_answered",
    "feedback_received",
    "obligation_derived_again",
    "occurrence_made",
    "occurrence_recorded",
    "posted",
    "taken_down",
    "version_published",
}

# Of a community: whether anything has happened since the calendar was looked at, but for acts that can't matter.
MOVED = Exists(Event.objects.filter(community=OuterRef("pk"), pk__gt=OuterRef("made__event")).exclude(act__in=UNMOVED))


def may_owe_more(today: date) -> QuerySet[Community]:
    """Communities of which the calendar may have to make something by ``today``: where anything happened since it was
    looked at last (but for acts that can't matter), a month has ended since (every period ends with one), or a
    catalogue has come into force."""
    adopted = CatalogueVersion.objects.filter(
        community=OuterRef("pk"), superseded_on=None, adopted_on__gt=OuterRef("made__through"), adopted_on__lte=today
    )
    over = today if (today + ONE_DAY).day == 1 else today.replace(day=1) - ONE_DAY
    stale = Q(made=None) | Q(made__through__lt=over) | MOVED | Exists(adopted)
    return Community.objects.filter(stale).order_by("pk")


def current_calendar() -> WorkCalendar:
    """The packaged years, replaced by every notice loaded since. One small query; the table itself is kept."""
    last = WorkingYear.objects.aggregate(last=Max("pk"))["last"]
    return packaged_calendar() if last is None else _calendar_through(last)


@kept(maxsize=2)
def _calendar_through(last: int) -> WorkCalendar:
    calendar = packaged_calendar()
    for loaded in WorkingYear.objects.filter(pk__lte=last).order_by("pk"):
        calendar = calendar.with_table(loaded.table)
    return calendar


def profile_of(community: Community) -> Profile:
    return packaged_profile(community.profile_code)


def obligation_of(community: Community, pk: int) -> Obligation | None:
    """One thing that the community owes or owed, with what happened and the duty; voided ones are not found."""
    return (
        Obligation.objects.filter(community=community, occurrence__voided_at=None, pk=pk)
        .select_related("occurrence__item", "occurrence__duty")
        .first()
    )


def owed_by_item(community: Community, code: str) -> QuerySet[Obligation]:
    """What an item made due, under whatever catalogue, the last that happened first."""
    owed = Obligation.objects.filter(
        occurrence__item__catalogue__community=community, occurrence__item__code=code, occurrence__voided_at=None
    )
    return owed.order_by("-occurrence__on", "-pk")


def example_of(community: Community, today: date) -> Obligation | None:
    """An obligation by which counting can be explained: of the latest counted in working days, the one whose days were
    most out of the ordinary."""
    obligations = Obligation.objects.filter(
        community=community,
        occurrence__voided_at=None,
        occurrence__item__is_public=True,
        occurrence__on__lte=today,
        occurrence__duty__due__unit="working_day",
    ).exclude(due_on=None)
    # Their keys first: rows that carry their explanations are slow to sort.
    newest = list(obligations.order_by("-occurrence__on", "-pk").values_list("pk", flat=True)[:30])
    latest = Obligation.objects.filter(pk__in=newest).select_related("occurrence__item")
    latest = latest.order_by("-occurrence__on", "-pk")
    return max(latest, key=lambda one: sum(len(step.days) for step in one.schedule.steps), default=None)


def preview(community: Community, duty: Duty, on: date) -> Schedule:
    """What recording an occurrence of ``duty`` on a day would make due, with its explanation."""
    return schedule(duty.value, on, calendar=current_calendar(), profile=profile_of(community), policy=community.policy)


def duty_of(community: Community, pk: int) -> Duty | None:
    """A duty of the catalogue in force."""
    duties = Duty.objects.filter(item__catalogue__community=community, item__catalogue__superseded_on=None, pk=pk)
    return duties.select_related("item__catalogue").first()
