"""Searching what has been published: SQLite's FTS5 and PostgreSQL's GIN over the same grams, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from mingbai.communities.models import Community
from mingbai.disclosures.content import MEETING_FIELDS, STATEMENTS, Content
from mingbai.disclosures.models import SearchEntry, Version
from mingbai.disclosures.queries import is_withdrawn_for_privacy, visible_versions
from mingbai.rules.grams import coded, fold, grams_of, pairs_of, runs, terms_of

# Hits are counted up to here; beyond, «more than» says enough.
COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for. ``terms``: all must be there; none: everything. ``item``: its code; ``year``: of publication;
    None: any."""

    terms: tuple[str, ...]
    item: str | None = None
    year: int | None = None

    @classmethod
    def of(cls, text: str, **chosen: Any) -> Query:
        return cls(tuple(terms_of(text)), **chosen)


def pieces_of(content: Content) -> Iterator[str]:
    """Every piece of a content that can be found, in its order: no row of a list of persons."""
    for block in content.blocks:
        yield block["heading"]
        yield from (block.get(name) or "" for name in ("caption", "ground"))
        yield from block.get("paragraphs", [])
        yield from (column["label"] for column in block.get("columns", []))
        if block["kind"] == "table":
            yield from (cell for row in (*block["rows"], block.get("total") or ()) for cell in row)
            yield from (text for note in block.get("notes", ()) for text in (note["text"], note["reason"]))
        elif block["kind"] == "meeting":
            yield from (block[name] for name in MEETING_FIELDS)
            yield from block["topics"]
        elif block["kind"] == "attachment":
            yield from (file["name"] for file in block["files"])
        elif block["kind"] == "nothing":
            yield STATEMENTS[block["statement"]]
            yield block["reason"]


def index_version(version: Version) -> None:
    """Make a version findable by what it says now; called by the act that changes what it says, in its transaction."""
    index_versions([version])


def index_versions(versions: Iterable[Version]) -> None:
    """Write what can be found of each version, in place of what could be found before."""
    SearchEntry.objects.bulk_create(
        [_entry(version) for version in versions],
        update_conflicts=True,
        unique_fields=["version"],
        update_fields=["scope", "text", "grams"],
    )


def _entry(version: Version) -> SearchEntry:
    item = version.disclosure.obligation.occurrence.item
    named = (version.title, item.name, item.level1, item.level2, item.level3, version.index_number, version.code)
    # Names may have left it before: then its text stays in the record, where nobody may see it any more.
    said = () if is_withdrawn_for_privacy(version) else pieces_of(version.content)
    text = fold("\n".join((*named, version.reason, version.emergency_reason, *said))).text
    grams = grams_of(text)
    if connection.vendor == "postgresql":  # arrays know no prefix, so single characters stand there by themselves
        grams = sorted({*grams, *(coded(letter) for run in runs(text) for letter in run)})
    scope = f"c{version.community_id} i{coded(item.code)} y{version.published_on.year}"
    return SearchEntry(version=version, scope=scope, text=text, grams=" ".join(grams))


def unindexed() -> QuerySet[Version]:
    """Versions that can't be found yet, as after an upgrade."""
    return Version.objects.filter(search_entry=None)


def found(community: Community, query: Query) -> QuerySet[Version]:
    """The visible versions of a community in which every term stands, the last issued first.

    Chosen and ordered by the database's own index, so that the first hits are there before the last one is looked at.
    Only grams and letters reach it, as parameters.
    """
    versions = visible_versions(community)
    scope = [f"c{community.pk}"]
    scope += [f"i{coded(query.item)}"] if query.item else []
    scope += [f"y{query.year}"] if query.year else []
    if connection.vendor == "postgresql":
        tokens = [*scope, *(pair for term in query.terms for pair in pairs_of(term))]
        # A term is letters and digits only, so nothing in it means anything to LIKE.
        texts = [f"%{term}%" for term in query.terms]
        return versions.filter(pk__in=RawSQL(IN_ARRAYS, [tokens, texts])).order_by("-pk")  # noqa: S611
    phrases = [f'"{" ".join(pairs_of(term))}"{" *" if len(term) == 1 else ""}' for term in query.terms]
    match = " AND ".join([f"scope : ({' AND '.join(scope)})", *(f"grams : {phrase}" for phrase in phrases)])
    return versions.extra(  # noqa: S610
        tables=["disclosures_search"], where=[IN_FTS], params=[match], order_by=["-disclosures_search.rowid"]
    )


IN_FTS = "disclosures_search.rowid = disclosures_version.id AND disclosures_search MATCH %s"
# The expression of PostgreSQL's index, as in the migration.
IN_ARRAYS = (
    "SELECT version_id FROM disclosures_searchentry "
    "WHERE string_to_array(scope || ' ' || grams, ' ') @> %s::text[] AND text LIKE ALL (%s::text[])"
)


def newest_keys(versions: QuerySet[Version]) -> list[int]:
    """The keys of the first hits in their order, up to COUNTED + 1 of them."""
    return list(versions.values_list("pk", flat=True)[: COUNTED + 1])
