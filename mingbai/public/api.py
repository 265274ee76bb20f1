"""``/api/v1``: the same facts as the pages, as JSON, read only. OpenAPI at ``/api/v1/openapi.json``."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, NinjaAPI, Schema
from ninja.errors import HttpError

from mingbai.carriers.queries import Standing, last_day_on_show, situation_of, with_postings
from mingbai.catalogues.queries import item_value, items_of
from mingbai.communities.models import Community
from mingbai.communities.queries import communities, community_by_slug
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import content_on, visible_version, visible_versions
from mingbai.obligations.queries import obligation_of
from mingbai.public.pages import version_status
from mingbai.public.views import today

PAGE_SIZE = 50

api = NinjaAPI(
    title="明白 Mingbai",
    version="1",
    description="居务公开：目录、应公开、已公开的版本。只读，不需要登录。",
    docs_url=None,
)


class CommunityOut(Schema):
    slug: str
    name: str
    body: str
    subdistrict: str | None = Field(None, alias="subdistrict.name")


class CarrierOut(Schema):
    carrier: str
    from_on: date
    until_on: date | None
    ended_on: date | None


class VersionOut(Schema):
    code: str
    item: str
    number: int
    title: str
    index_number: str
    dated_on: date
    published_on: date
    digest: str
    status: str
    replaces: str | None
    replaced_by: str | None
    carriers: list[CarrierOut]


class VersionWithContent(VersionOut):
    blocks: list[dict[str, Any]]


class ObligationOut(Schema):
    id: int
    item: str
    what: str
    trigger_on: date
    due_on: date | None
    certain: bool
    state: str
    met_on: date | None
    missing_carriers: list[str]
    versions: list[str]


class ObligationWithSteps(ObligationOut):
    schedule: dict[str, Any]


class Page(Schema):
    total: int
    offset: int
    versions: list[VersionOut]


def found(slug: str) -> Community:
    community = community_by_slug(slug)
    if community is None:
        raise HttpError(404, "没有这个社区")
    return community


@api.get("/communities", response=list[CommunityOut])
def list_communities(request: HttpRequest) -> list[Community]:
    return communities()


@api.get("/communities/{slug}/catalogue", response=dict[str, Any])
def get_catalogue(request: HttpRequest, slug: str) -> dict[str, Any]:
    """The catalogue in force, each item in the exchange form of a catalogue, with its stable code."""
    catalogue = situation_of(found(slug), today()).catalogue
    if catalogue is None:
        raise HttpError(404, "本社区还没有采用目录")
    return {
        "title": catalogue.title,
        "version": catalogue.number,
        "adopted_on": catalogue.adopted_on,
        "source_sha256": catalogue.source_sha256,
        "items": [{"code": item.code, **item_value(item).to_json()} for item in items_of(catalogue.pk)],
    }


@api.get("/communities/{slug}/obligations", response=list[ObligationOut])
def list_obligations(request: HttpRequest, slug: str) -> list[dict[str, Any]]:
    return [_obligation(standing) for standing in situation_of(found(slug), today()).standings]


@api.get("/communities/{slug}/obligations/{pk}", response=ObligationWithSteps)
def get_obligation(request: HttpRequest, slug: str, pk: int) -> dict[str, Any]:
    community = found(slug)
    obligation = obligation_of(community, pk)
    standing = situation_of(community, today()).standing(pk)
    if obligation is None or standing is None:
        raise HttpError(404, "没有这条应公开记录")
    return {**_obligation(standing), "schedule": obligation.schedule_data}


@api.get("/communities/{slug}/versions", response=Page)
def list_versions(request: HttpRequest, slug: str, offset: int = 0) -> dict[str, Any]:
    if offset < 0:
        raise HttpError(400, "offset 不能是负数")
    versions = visible_versions(found(slug)).select_related("replaces", "replaced_by")
    total = versions.count()
    selected = with_postings(versions)[min(offset, total) : min(offset, total) + PAGE_SIZE]
    return {"total": total, "offset": offset, "versions": [_version(version) for version in selected]}


@api.get("/communities/{slug}/versions/{code}", response=VersionWithContent)
def get_version(request: HttpRequest, slug: str, code: str) -> dict[str, Any]:
    version = visible_version(code, found(slug))
    if version is None:
        raise HttpError(404, "没有这个短码")
    content = content_on(version, last_day_on_show(version.postings.all()), today())
    return {**_version(version), "blocks": list(content.blocks)}


def _obligation(standing: Standing) -> dict[str, Any]:
    return {
        "id": standing.pk,
        "item": standing.item.code,
        "what": standing.what,
        "trigger_on": standing.on,
        "due_on": standing.due_on,
        "certain": standing.certain,
        "state": standing.state.value,
        "met_on": standing.met_on,
        "missing_carriers": list(standing.missing),
        "versions": [version.code for version in standing.public_versions],
    }


def _version(version: Version) -> dict[str, Any]:
    postings = list(version.postings.all())
    replaced_by = getattr(version, "replaced_by", None)
    return {
        "code": version.code,
        "item": version.disclosure.obligation.occurrence.item.code,
        "number": version.number,
        "title": version.title,
        "index_number": version.index_number,
        "dated_on": version.dated_on,
        "published_on": version.published_on,
        "digest": version.digest,
        "status": version_status(version, postings, today()).kind,
        "replaces": version.replaces.code if version.replaces is not None else None,
        "replaced_by": replaced_by.code if replaced_by is not None else None,
        "carriers": [
            {
                "carrier": posting.carrier.name,
                "from_on": posting.from_on,
                "until_on": posting.until_on,
                "ended_on": posting.ended_on,
            }
            for posting in postings
        ],
    }
