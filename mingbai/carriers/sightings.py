"""Seen on the board: scans of a sheet's QR code, counted by day. Who scanned isn't known and can't be found out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date

from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F, Prefetch

from mingbai.carriers.models import Hanging, Photo, Posting, Sighting
from mingbai.carriers.queries import last_day_on_show
from mingbai.communities.prepared import Prepared
from mingbai.disclosures.models import Version, Withdrawal

# How long a page waits for a database that is busy before it goes without the count.
PATIENCE_MS = 200
# What may be known of a sheet beside where it was posted.
EVIDENCE = ("hangings", "photos", "sightings")


def count_scan(*, version: Version, on: date) -> bool:
    """Count one scan of a version's sheet; whether it could be counted.

    Not an act of a person: no event, and the community's revision stays (decision 0026). It never raises for a
    database that is busy or can't be written to.
    """
    try:
        with _impatient(), transaction.atomic():
            return _one_more(version, on)
    except DatabaseError:
        return False


def _one_more(version: Version, on: date) -> bool:
    today = Sighting.objects.filter(version=version, on=on)
    if today.update(count=F("count") + 1):
        return True
    try:
        with transaction.atomic():
            Sighting.objects.create(version=version, on=on)
    except IntegrityError:  # somebody else was the first at the same moment
        return today.update(count=F("count") + 1) > 0
    return True


@contextmanager
def _impatient() -> Iterator[None]:
    """Wait only a little for whoever holds the database, and be patient again afterwards."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{PATIENCE_MS}ms"])
            yield
        return
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(before)}")


def postings_with_evidence(
    version: Version, today: date, *, desk: bool = False, only: Collection[str] = EVIDENCE
) -> list[Posting]:
    """The postings of a version with where they hang, their photographs and the days on which they were seen.

    The public is told of days that are over: so a page stays true until midnight, and of public photographs while
    the display lasts. The desk sees all. ``only``: of the kinds of evidence those that there may be any of.
    """
    photos = Photo.objects.defer("data") if desk else Photo.objects.defer("data").filter(is_public=True)
    parts = {"hangings": Hanging.objects.select_related("board"), "photos": photos}
    wanted = [Prefetch(name, found) for name, found in parts.items() if name in only]
    if wanted:
        postings = list(version.postings.select_related("carrier").prefetch_related(*wanted))
    else:
        postings = _bare_postings(version.pk)
    days = sorted(version.sightings.values_list("on", flat=True)) if "sightings" in only else []
    shown = "photos" in only and (desk or photos_are_shown(version, postings, today))
    for posting in postings:
        posting.places = _places(posting) if "hangings" in only else ""
        if posting.carrier.kind == posting.carrier.Kind.PAPER_BOARD:
            posting.seen = seen_sentence(_within(posting, days, today, through_today=desk))
        posting.seen_photos = list(posting.photos.all()) if shown else ()
    return postings


_bare_postings: Prepared[Posting] = Prepared(
    lambda version: Posting.objects.filter(version=version).select_related("carrier"), numbers=1
)


def photos_are_shown(version: Version, postings: Iterable[Posting], today: date) -> bool:
    """Whether photographs of a version's sheet may be seen by everyone: only while it is on show."""
    withdrawal: Withdrawal | None = getattr(version, "withdrawal", None)
    last = last_day_on_show(postings)
    return (withdrawal is None or withdrawal.confirmed_at is None) and (last is None or last >= today)


def _places(posting: Posting) -> str:
    """社区服务中心门口第3、4格; where it hangs, or hung last."""
    hangings = list(posting.hangings.all())
    if posting.ended_on is None:
        hangings = [hanging for hanging in hangings if hanging.ended_on is None]
    slots: dict[str, list[str]] = {}
    for hanging in hangings:
        slots.setdefault(hanging.board.name, []).append(str(hanging.slot))
    return "，".join(f"{board}第{'、'.join(dict.fromkeys(numbers))}格" for board, numbers in slots.items())


def _within(posting: Posting, days: Iterable[date], today: date, *, through_today: bool) -> list[date]:
    last = posting.ended_on or today
    return [day for day in days if posting.from_on <= day <= last and (through_today or day < today)]


def seen_after(posting: Posting, days: Iterable[date]) -> list[date]:
    """The days after its end on which a sheet was still seen: a hint that it still hangs."""
    return [day for day in days if posting.ended_on is not None and day > posting.ended_on]


def seen_sentence(days: list[date]) -> str:
    """10月14日至20日有5天被扫码看到; an empty text for no day."""
    if not days:
        return ""
    first, last = days[0], days[-1]
    if len(days) == 1:
        return f"{first.month}月{first.day}日被扫码看到"
    end = f"{last.day}日" if (last.year, last.month) == (first.year, first.month) else f"{last.month}月{last.day}日"
    return f"{first.month}月{first.day}日至{end}有{len(days)}天被扫码看到"
