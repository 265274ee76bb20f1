"""Which tables pages are made from, and their rows boiled down to one text for each version and obligation.

A page is rendered again when its fingerprint changes, so nothing that a page shows may be missing. ``TABLES`` says of
every table of ours how it counts; a test holds it complete. Too much in a fingerprint costs a rendering, too little
leaves an old page standing: where in doubt, it is in.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import DateField, DateTimeField, Model, QuerySet

from mingbai.communities.models import Community, Event
from mingbai.obligations.models import Obligation

# WIDE: its rows count for every page of the community. VERSION and OBLIGATION: they count for the pages of the one
# that they hang on. FIXED: they never change once they are there, or a row that counts names them. UNSEEN: no page for
# residents shows any of it; where an act on it can still change what is said of an obligation, the path leads there.
WIDE, VERSION, OBLIGATION, FIXED, UNSEEN = "wide", "version", "obligation", "fixed", "unseen"

# Table → how it counts, and the path to what it hangs on (WIDE: to the community; None: the whole site's).
TABLES: dict[str, tuple[str, str | None]] = {
    "communities.Community": (WIDE, "pk"),
    "communities.Event": (FIXED, None),  # the number of the last one is the revision
    "communities.Kinship": (UNSEEN, None),
    "communities.Role": (UNSEEN, None),
    "communities.Subdistrict": (WIDE, None),
    "communities.Supervisor": (UNSEEN, None),
    "communities.User": (UNSEEN, None),
    "catalogues.Carrier": (WIDE, "community"),
    "catalogues.CatalogueVersion": (WIDE, "community"),
    "catalogues.Duty": (FIXED, None),
    "catalogues.Element": (FIXED, None),
    "catalogues.Item": (FIXED, None),
    "obligations.EarlierAnswer": (OBLIGATION, "obligation"),
    "obligations.Made": (UNSEEN, None),
    "obligations.Obligation": (OBLIGATION, "pk"),
    "obligations.Occurrence": (OBLIGATION, "obligation"),
    "obligations.WorkingYear": (WIDE, None),
    "disclosures.Attachment": (VERSION, "version"),
    "disclosures.ColumnMemory": (UNSEEN, None),
    "disclosures.Disclosure": (OBLIGATION, "obligation"),
    "disclosures.Draft": (UNSEEN, "obligation"),  # whether a version is reviewed is asked of is_reviewed
    "disclosures.DraftFile": (UNSEEN, None),
    "disclosures.Impact": (UNSEEN, None),
    "disclosures.ItemForm": (UNSEEN, None),
    "disclosures.NamesHeld": (UNSEEN, None),
    "disclosures.Review": (UNSEEN, "draft__obligation"),
    "disclosures.Version": (VERSION, "pk"),
    "disclosures.Withdrawal": (VERSION, "version"),
    "disclosures.SearchEntry": (UNSEEN, None),
    "carriers.Posting": (VERSION, "version"),
    "carriers.Board": (WIDE, "community"),
    "carriers.Hold": (OBLIGATION, "version__disclosure__obligation"),
    "carriers.Hanging": (VERSION, "posting__version"),
    "carriers.Photo": (VERSION, "posting__version"),
    "carriers.Sighting": (VERSION, "version"),  # no act: what was seen shows with the next day's run
    # What was asked about one version stands with every version of the same disclosure.
    "residents.Feedback": (OBLIGATION, "version__disclosure__obligation"),
    "residents.Answer": (OBLIGATION, "feedback__version__disclosure__obligation"),
    "supervision.Digest": (UNSEEN, None),
    "supervision.Figures": (UNSEEN, None),
    "supervision.Pending": (UNSEEN, None),
    "supervision.Reach": (UNSEEN, None),
    "consultations.Consultation": (VERSION, "version"),
    "consultations.Opinion": (UNSEEN, None),
    "consultations.Question": (UNSEEN, None),
    "consultations.Reply": (UNSEEN, None),
    # The page of a version leads to its decisions by their numbers. All else of them shows on pages that every act and
    # every day render again.
    "followups.Application": (UNSEEN, None),
    "followups.Change": (UNSEEN, "decision__obligation"),
    "followups.Decision": (OBLIGATION, "obligation"),
    "followups.Passage": (UNSEEN, None),
    "followups.Step": (OBLIGATION, "obligation"),
    "supervision.Concern": (WIDE, "community"),  # few, and each shows on every version of the same thing
    "supervision.Sample": (UNSEEN, None),  # only on the page of checks, which every act renders again
    # Only on the page of requests, which every act renders again; codes of households are on none.
    "onrequest.Request": (UNSEEN, None),
    "onrequest.RequestAnswer": (UNSEEN, None),
    "onrequest.HouseholdCode": (UNSEEN, None),
    "onrequest.WrongCode": (UNSEEN, None),
    "outgoing.Download": (UNSEEN, None),
    "sealed.Complaint": (UNSEEN, None),
    "sealed.ComplaintReply": (UNSEEN, None),
    "sealed.Envelope": (UNSEEN, None),
    "sealed.SupervisorKey": (UNSEEN, None),
}
# Columns too large to read each time. What stands for them: a digest of the row, or the moment it was last derived,
# reduced or loaded; each table lets them change only together with that.
LEFT_OUT: dict[str, frozenset[str]] = {
    "catalogues.CatalogueVersion": frozenset({"source"}),
    "disclosures.Attachment": frozenset({"data"}),
    "carriers.Photo": frozenset({"data"}),
    "disclosures.Version": frozenset({"content_data", "nonce"}),
    "obligations.EarlierAnswer": frozenset({"schedule_data"}),
    "obligations.Obligation": frozenset({"schedule_data"}),
    "obligations.WorkingYear": frozenset({"table_data", "text"}),
}


TO_OBLIGATION = {VERSION: "disclosure__obligation", OBLIGATION: "pk"}
# An act on these rows can also change what is said of other obligations of the same item: a step that is put right no
# longer tells which one it had led to.
OF_THE_ITEM = frozenset({"followups.Decision", "followups.Step", "followups.Change"})


def fingerprint(*parts: object) -> str:
    return hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()


def raw(queryset: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """The rows as the driver gives them: only compared with one another, so nothing needs to be converted."""
    try:
        sql, params = queryset.query.sql_with_params()
    except EmptyResultSet:  # asked for none of the items
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def wide_rows(community: Community | None) -> list[object]:
    """What every page of a community depends on; ``community`` None: what all pages of the site do."""
    found: list[object] = []
    for label, (how, path) in TABLES.items():
        if how == WIDE and (path is None) == (community is None):
            rows = _model(label)._default_manager.order_by("pk")
            if community is not None:
                rows = rows.filter(**{str(path): community.pk})
            found.append((label, raw(rows.values_list(*(name for name, _ in _columns(label))))))
    return found


class Hanging:
    """The rows that hang on each version (or obligation) of a community, all of them or only those of some
    ``obligations``; and those of them that hold a day which isn't over on ``today``: what they say may be another thing
    tomorrow."""

    def __init__(self, how: str, community: Community, obligations: Collection[int] | None, today: date) -> None:
        self.rows: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        self.running: set[int] = set()
        for label, (counted_as, path) in TABLES.items():
            if counted_as == how and path is not None:
                owner = "" if path == "pk" else f"{path}__"
                chosen: dict[str, Any] = {f"{owner}community": community.pk}
                if obligations is not None:
                    chosen = {f"{owner}{TO_OBLIGATION[how]}__in": obligations}
                rows = _model(label)._default_manager.filter(**chosen)
                self._read(label, path, rows, today.isoformat())

    def _read(self, label: str, path: str, rows: QuerySet[Any], today: str) -> None:
        columns = _columns(label)
        days = [place for place, (_, is_day) in enumerate(columns, 1) if is_day]
        for row in raw(rows.order_by("pk").values_list(path, *(name for name, _ in columns))):
            self.rows[row[0]].append(row)
            if any(row[place] is not None and str(row[place]) >= today for place in days):
                self.running.add(row[0])


class Touched(NamedTuple):
    """What acts were about: obligations, each with the code of its item, those items, and the years on whose pages
    something may be told otherwise."""

    items: frozenset[str]
    obligations: Mapping[int, str]
    years: frozenset[int]


def touched(community: Community, since: int, today: date) -> Touched | None:
    """What the acts after event ``since`` were about; None: it can be anything.

    An act names its subject in its event, and changes nothing that is said of another obligation, but for those of
    ``OF_THE_ITEM`` and on the pages of versions beside its own.
    """
    subjects: dict[str, set[str]] = defaultdict(set)
    for subject in Event.objects.filter(community=community, pk__gt=since).values_list("subject", flat=True).distinct():
        label, _, pk = subject.rpartition(":")
        subjects[label].add(pk)
    listed = {label.lower(): (label, *how) for label, how in TABLES.items()}
    found: set[int] = set()
    for lower, pks in subjects.items():
        label, how, path = listed.get(lower, ("", WIDE, None))
        if how in (WIDE, FIXED):  # what is wide has changed the fingerprint of every page; the rest isn't known
            return None
        if path is not None:
            owner = "" if path == "pk" else f"{path}__"
            to_obligation = f"{owner}disclosure__obligation" if how == VERSION else path
            about = set(_model(label)._default_manager.filter(pk__in=pks).values_list(to_obligation, flat=True))
            if label in OF_THE_ITEM:
                items = Obligation.objects.filter(pk__in=about).values("occurrence__item__code")
                same = Obligation.objects.filter(community=community, occurrence__item__code__in=items)
                about |= set(same.values_list("pk", flat=True))
            found |= about
    return _about(found - {None}, today)


def _about(obligations: Collection[int], today: date) -> Touched:
    """A year's list names what was published in it and what has become of that; a year's report what happened in it,
    and what was still open when it began."""
    if not obligations:
        return Touched(frozenset(), {}, frozenset())
    version = "disclosure__versions"
    days = ("occurrence__on", *(f"{version}{other}__published_on" for other in ("", "__replaces", "__replaced_by")))
    rows = Obligation.objects.filter(pk__in=obligations).values_list("pk", "occurrence__item__code", *days)
    codes, years = {}, {today.year}
    for pk, code, happened, *published in rows:
        codes[pk] = code
        years |= {*range(happened.year, today.year), *(day.year for day in published if day is not None)}
    return Touched(frozenset(codes.values()), codes, frozenset(years))


def unlisted(models: Iterable[type[Model]]) -> set[str]:
    """The tables of ours of which nobody has said yet how they count."""
    return {model._meta.label for model in models if model.__module__.startswith("mingbai.")} - set(TABLES)


def _model(label: str) -> type[Model]:
    return apps.get_model(label)


def _columns(label: str) -> list[tuple[str, bool]]:
    """(name, holds a day) of each column that counts."""
    omitted = LEFT_OUT.get(label, frozenset())
    return [
        (column.attname, isinstance(column, DateField) and not isinstance(column, DateTimeField))
        for column in _model(label)._meta.concrete_fields
        if column.name not in omitted
    ]
