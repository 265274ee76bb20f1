"""``/api/v1``: the same facts as the pages, as JSON, read only. OpenAPI at ``/api/v1/openapi.json``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Path, Query
from ninja.decorators import decorate_view
from ninja.errors import HttpError

from mingbai.carriers.queries import Situation, situation_of
from mingbai.carriers.statuses import with_status
from mingbai.carriers.windows import windows_of
from mingbai.catalogues.models import CatalogueVersion, Item
from mingbai.communities.models import Community
from mingbai.communities.queries import communities, public_community
from mingbai.disclosures.models import Version
from mingbai.followups.queries import followed, public_decisions
from mingbai.obligations.queries import current_calendar, obligation_of
from mingbai.onrequest.queries import requests_of, told
from mingbai.outgoing import facts, shapes
from mingbai.outgoing.addresses import site_address
from mingbai.public.answers import Day, OpenData, PlainJson, answers, handle_errors
from mingbai.public.changes import changes_after
from mingbai.public.conditional import for_everyone, kept_by_revision
from mingbai.public.views import today
from mingbai.rules.canonical import normalise_code
from mingbai.rules.findings import Finding
from mingbai.rules.state import State
from mingbai.rules.workdays import OutOfCalendar

MOST = 100

api = OpenData(
    title="明白 Mingbai",
    version="1",
    description=(
        "居务公开：目录、应公开、已公开的版本。只读，不需要登录，不用密钥，任何网站都可以读取。"
        "每个回答带 ETag：请求时用 If-None-Match 带回，没有变化就回答 304。"
        "日期都是北京时间的日期。撤下的版本只留一条记录，不留标题和内容；公示期满的名单只留人数和合计。"
        "出错时都回答 {“detail”: “一句话”}。"
    ),
    docs_url=None,
    renderer=PlainJson(),
    docs_decorator=lambda view: lambda *args, **kwargs: for_everyone(view(*args, **kwargs)),
)
handle_errors(api)
unchanged = decorate_view(kept_by_revision)

Slug = Annotated[str, Path(description="社区的网址名", example="jinan")]
Offset = Annotated[int, Query(ge=0, description="从第几条起，0 是第一条")]
Limit = Annotated[int, Query(ge=1, le=MOST, description=f"一次最多几条，不超过 {MOST}")]
Year = Annotated[int | None, Query(ge=1, le=9999, description="只要编号是这一年的")]
ItemCode = Annotated[str | None, Query(description="只要这个事项的")]


def found(slug: str) -> Community:
    community = public_community(slug)
    if community is None:
        raise HttpError(404, "没有这个社区")
    return community


def adopted(slug: str) -> tuple[Community, Situation, CatalogueVersion]:
    """A community with the catalogue that it has adopted."""
    community = found(slug)
    situation = situation_of(community, today())
    if situation.catalogue is None:
        raise HttpError(404, "本社区还没有采用目录")
    return community, situation, situation.catalogue


def paged(request: HttpRequest, rows: QuerySet[Any], offset: int, limit: int) -> tuple[dict[str, Any], list[Any]]:
    """One page of the rows, with the addresses of its neighbours."""
    total = rows.count()
    start = min(offset, total)

    def neighbour(at: int) -> str:
        query = request.GET.copy()
        query["offset"], query["limit"] = str(at), str(limit)
        return f"{site_address(request)}{request.path}?{query.urlencode()}"

    page = {
        "total": total,
        "offset": offset,
        "limit": limit,
        "next": neighbour(start + limit) if start + limit < total else None,
        "previous": neighbour(max(0, start - limit)) if start > 0 else None,
    }
    return page, list(rows[start : start + limit])


@api.get("/communities", response=answers(list[shapes.CommunityOut]), summary="各社区")
@unchanged
def list_communities(request: HttpRequest) -> list[facts.Fact]:
    base = site_address(request)
    return [facts.community_fact(community, base) for community in communities()]


@api.get("/communities/{slug}", response=answers(shapes.CommunityOut), summary="一个社区")
@unchanged
def get_community(request: HttpRequest, slug: Slug) -> facts.Fact:
    return facts.community_fact(found(slug), site_address(request))


@api.get("/communities/{slug}/catalogue", response=answers(shapes.CatalogueOut), summary="现行的标准目录")
@unchanged
def get_catalogue(request: HttpRequest, slug: Slug) -> facts.Fact:
    """The catalogue in force, each item in the exchange form of a catalogue, with its stable code."""
    community, situation, catalogue = adopted(slug)
    base = site_address(request)
    return {
        "title": catalogue.title,
        "version": catalogue.number,
        "adopted_on": catalogue.adopted_on,
        "source_sha256": catalogue.source_sha256,
        "items": [facts.item_fact(item, community, base) for item in situation.items],
    }


@api.get("/communities/{slug}/catalogue/findings", response=answers(list[shapes.FindingOut]), summary="对目录的提示")
@unchanged
def list_findings(request: HttpRequest, slug: Slug) -> list[Finding]:
    community, situation, _ = adopted(slug)
    return facts.findings_on(situation, community, today())


@api.get("/communities/{slug}/items", response=answers(list[shapes.ItemOut]), summary="各公开事项")
@unchanged
def list_items(request: HttpRequest, slug: Slug) -> list[facts.Fact]:
    community, situation, _ = adopted(slug)
    return [facts.item_fact(item, community, site_address(request)) for item in situation.items]


@api.get("/communities/{slug}/items/{code}", response=answers(shapes.ItemOut), summary="一个公开事项")
@unchanged
def get_item(request: HttpRequest, slug: Slug, code: Annotated[str, Path(description="事项编号")]) -> facts.Fact:
    community, situation, _ = adopted(slug)
    item: Item | None = situation.item(code)
    if item is None:
        raise HttpError(404, "没有这个事项")
    return facts.item_fact(item, community, site_address(request))


@api.get("/communities/{slug}/obligations", response=answers(list[shapes.ObligationOut]), summary="各项应公开")
@unchanged
def list_obligations(
    request: HttpRequest,
    slug: Slug,
    state: Annotated[State | None, Query(description="只要这个状态的")] = None,
    item: ItemCode = None,
    due_from: Annotated[Day | None, Query(description="最迟公开日期不早于这一天的")] = None,
    due_until: Annotated[Day | None, Query(description="最迟公开日期不晚于这一天的")] = None,
) -> list[facts.Fact]:
    """First the ones that are due first. With a range of days, those without a stated day are left out."""
    community, base = found(slug), site_address(request)
    return [
        facts.obligation_fact(standing, community, base)
        for standing in situation_of(community, today()).standings
        if (state is None or standing.state is state)
        and (item is None or standing.item.code == item)
        and (due_from is None or (standing.due_on is not None and standing.due_on >= due_from))
        and (due_until is None or (standing.due_on is not None and standing.due_on <= due_until))
    ]


@api.get("/communities/{slug}/obligations/{pk}", response=answers(shapes.ObligationWithSteps), summary="一项应公开")
@unchanged
def get_obligation(
    request: HttpRequest, slug: Slug, pk: Annotated[int, Path(description="应公开的编号")]
) -> facts.Fact:
    """With every step by which its day was worked out, and the days on which people can object."""
    community = found(slug)
    obligation = obligation_of(community, pk)
    standing = situation_of(community, today()).standing(pk)
    if obligation is None or standing is None:
        raise HttpError(404, "没有这条应公开记录")
    fact = facts.obligation_fact(standing, community, site_address(request))
    windows = windows_of(obligation) if standing.item.is_public else []
    return {**fact, "schedule": obligation.schedule_data, "objection_windows": [asdict(window) for window in windows]}


@api.get("/communities/{slug}/versions", response=answers(shapes.VersionPage), summary="已公开的版本")
@unchanged
def list_versions(
    request: HttpRequest,
    slug: Slug,
    item: ItemCode = None,
    year: Annotated[int | None, Query(ge=1, le=9999, description="只要这一年发布的")] = None,
    status: Annotated[shapes.Status | None, Query(description="只要今天是这个状态的")] = None,
    offset: Offset = 0,
    limit: Limit = 50,
) -> facts.Fact:
    """Newest first; what was taken down stays among them as a tombstone."""
    versions = facts.told(found(slug)).defer("content_data")
    if item is not None:
        versions = versions.filter(disclosure__obligation__occurrence__item__code=item)
    if year is not None:
        versions = versions.filter(published_on__year=year)
    if status is not None:
        versions = with_status(versions, status, today())
    page, selected = paged(request, versions, offset, limit)
    base = site_address(request)
    return {**page, "versions": [facts.version_fact(version, today(), base) for version in selected]}


@api.get(
    "/communities/{slug}/versions/{code}",
    response=answers(shapes.VersionWithContent),
    exclude_unset=True,
    summary="一个版本及其内容",
)
@unchanged
def get_version(
    request: HttpRequest, slug: Slug, code: Annotated[str, Path(description="短码，大小写、空格不限")]
) -> facts.Fact:
    """What was taken down answers as a tombstone: dates, kind and reason, without title, content and files."""
    version: Version | None = facts.told(found(slug)).filter(code=normalise_code(code)).first()
    if version is None:
        raise HttpError(404, "没有这个短码")
    files = list(facts.files_of().filter(version=version))
    return facts.whole_version(version, files, today(), site_address(request))


@api.get("/communities/{slug}/postings", response=answers(shapes.PostingPage), summary="张贴情况")
@unchanged
def list_postings(
    request: HttpRequest,
    slug: Slug,
    on: Annotated[Day | None, Query(description="只要这一天在公示的")] = None,
    offset: Offset = 0,
    limit: Limit = 50,
) -> facts.Fact:
    postings = facts.postings_told(found(slug))
    if on is not None:
        postings = facts.hanging(postings, on)
    page, selected = paged(request, postings, offset, limit)
    return {**page, "postings": [facts.posting_fact(posting) for posting in selected]}


@api.get("/communities/{slug}/decisions", response=answers(shapes.DecisionPage), summary="决定和落实")
@unchanged
def list_decisions(
    request: HttpRequest, slug: Slug, year: Year = None, offset: Offset = 0, limit: Limit = 50
) -> facts.Fact:
    """The last meeting's first; an entry that was wrong stays among them as a tombstone."""
    community, base = found(slug), site_address(request)
    decisions = public_decisions(community)
    if year is not None:
        decisions = decisions.filter(year=year)
    page, selected = paged(request, decisions, offset, limit)
    return {**page, "decisions": [facts.decision_fact(one, base) for one in followed(community, selected, today())]}


@api.get(
    "/communities/{slug}/decisions/{year}/{number}",
    response=answers(shapes.DecisionWithSteps),
    summary="一个决定和落实的各步",
)
@unchanged
def get_decision(
    request: HttpRequest,
    slug: Slug,
    year: Annotated[int, Path(description="编号里的年份", example=2026)],
    number: Annotated[int, Path(description="这一年的第几号")],
) -> facts.Fact:
    """An entry that was wrong answers as a tombstone: number, days and reason, without title and steps."""
    community = found(slug)
    selected = followed(community, public_decisions(community).filter(year=year, number=number), today())
    if not selected:
        raise HttpError(404, "没有这个决定")
    return facts.decision_fact(selected[0], site_address(request))


@api.get(
    "/communities/{slug}/applications", response=answers(list[shapes.ApplicationsOut]), summary="各种申请办到哪一步"
)
@unchanged
def list_applications(request: HttpRequest, slug: Slug) -> list[facts.Fact]:
    """How many of each kind and year are at each stage; no small group is told."""
    return list(facts.application_facts(found(slug)))


@api.get("/communities/{slug}/requests", response=answers(shapes.RequestPage), summary="依申请公开的办理情况")
@unchanged
def list_requests(
    request: HttpRequest, slug: Slug, year: Year = None, offset: Offset = 0, limit: Limit = 50
) -> facts.Fact:
    """Newest first: number, days and outcome; words only of an answer that was published."""
    requests = requests_of(found(slug))
    if year is not None:
        requests = requests.filter(year=year)
    page, selected = paged(request, requests, offset, limit)
    base = site_address(request)
    return {**page, "requests": [facts.request_fact(told(one, today()), base) for one in selected]}


@api.get("/communities/{slug}/changes", response=answers(shapes.Changes), summary="变动：供镜像跟进")
@unchanged
def list_changes(
    request: HttpRequest,
    slug: Slug,
    after: Annotated[int, Query(ge=0, le=2**63 - 1, description="从哪一个编号之后起，第一次用 0")] = 0,
    limit: Limit = MOST,
) -> facts.Fact:
    """Only public acts, in the order in which they happened, without who did them. Ask again with ``last``."""
    return changes_after(found(slug), after, limit)


@api.get("/calendar/{year}", response=answers(shapes.YearOut), summary="一年的工作日、放假、调休")
@unchanged
def get_calendar(request: HttpRequest, year: Annotated[int, Path(description="年份", example=2026)]) -> facts.Fact:
    try:
        return facts.year_fact(current_calendar(), year)
    except OutOfCalendar as problem:
        raise HttpError(404, str(problem)) from problem
