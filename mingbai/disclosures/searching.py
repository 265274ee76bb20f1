"""Searching what has been published: SQLite's FTS5 and PostgreSQL's GIN over the same grams, newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from mingbai.disclosures.content import MEETING_FIELDS, STATEMENTS, Content
from mingbai.disclosures.models import SearchEntry, Version
from mingbai.disclosures.queries import hidden_versions, is_withdrawn_for_privacy, visible_versions
from mingbai.rules.grams import coded, fold, grams_of, pairs_of, runs, terms_of

# Hits are counted up to here; beyond, «more than» says enough.
COUNTED = 1000
# Where hardly any hit is wanted, so many are looked through at once.
LOOKED_AT_ONCE = 10_000


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


def newest_keys(
    community_id: int,
    revision: int,
    query: Query,
    narrowed: Callable[[QuerySet[Version]], QuerySet[Version]] | None = None,
) -> list[int]:
    """The keys of the visible versions of a community in which every term stands, the last issued first, up to
    COUNTED + 1 of them; ``narrowed`` leaves some of them out. ``revision``: the community's current one.

    Each database's own index chooses; nothing but grams and letters reaches it, as parameters. Which of a community's
    versions aren't visible is known, so hits are joined to their items only where ``narrowed`` asks more of them.
    """
    scope = [f"c{community_id}"]
    scope += [f"i{coded(query.item)}"] if query.item else []
    scope += [f"y{query.year}"] if query.year else []
    in_arrays = connection.vendor == "postgresql"
    if narrowed is None:
        hidden, most = hidden_versions(community_id, revision), COUNTED + 1
        hits = (_hits_of_arrays if in_arrays else _hits_of_fts)(scope, query.terms, most + len(hidden))
        return [pk for pk in hits if pk not in hidden][:most]
    return (_in_arrays if in_arrays else _in_fts)(
        narrowed(visible_versions().filter(community=community_id)), scope, query.terms
    )


def _match(scope: list[str], terms: Sequence[str]) -> str:
    phrases = [f'"{" ".join(pairs_of(term))}"{" *" if len(term) == 1 else ""}' for term in terms]
    return " AND ".join([f"scope : ({' AND '.join(scope)})", *(f"grams : {phrase}" for phrase in phrases)])


def _hits_of_fts(scope: list[str], terms: Sequence[str], most: int) -> list[int]:
    newest = "SELECT rowid FROM disclosures_search WHERE disclosures_search MATCH %s ORDER BY rowid DESC LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(newest, [_match(scope, terms), most])
        return [pk for (pk,) in cursor.fetchall()]


def _hits_of_arrays(scope: list[str], terms: Sequence[str], most: int) -> list[int]:
    return list(_entries(scope, terms).values_list("pk", flat=True)[:most])


def _in_fts(visible: QuerySet[Version], scope: list[str], terms: Sequence[str]) -> list[int]:
    """FTS5 yields its hits in order, so nothing is looked at after the last one that is wanted."""
    hits = visible.extra(  # noqa: S610 — the text is the query's only parameter
        tables=["disclosures_search"],
        where=["disclosures_search.rowid = disclosures_version.id AND disclosures_search MATCH %s"],
        params=[_match(scope, terms)],
        order_by=["-disclosures_search.rowid"],
    )
    return list(hits.values_list("pk", flat=True)[: COUNTED + 1])


def _in_arrays(visible: QuerySet[Version], scope: list[str], terms: Sequence[str]) -> list[int]:
    """PostgreSQL takes the pairs of a word for independent and would look at every hit before it sorts: it is asked
    for the next few hits first, and then which of them are visible."""
    entries = _entries(scope, terms)
    keys: list[int] = []
    at_once = COUNTED + 1
    some = list(entries.values_list("pk", flat=True)[:at_once])
    while some:
        keys += visible.filter(pk__in=some).order_by("-pk").values_list("pk", flat=True)
        if len(some) < at_once or len(keys) > COUNTED:
            break
        at_once = LOOKED_AT_ONCE
        some = list(entries.filter(pk__lt=some[-1]).values_list("pk", flat=True)[:at_once])
    return keys[: COUNTED + 1]


def _entries(scope: list[str], terms: Sequence[str]) -> QuerySet[SearchEntry]:
    """What PostgreSQL finds, the last issued first."""
    tokens = [*scope, *(pair for term in terms for pair in pairs_of(term))]
    return SearchEntry.objects.extra(  # noqa: S610 — the texts are parameters; a term is letters and digits: nothing to LIKE
        where=["string_to_array(scope || ' ' || grams, ' ') @> %s::text[]", "text LIKE ALL (%s::text[])"],
        params=[tokens, [f"%{term}%" for term in terms]],
    ).order_by("-pk")
