"""What a pack can be made of: the rows of one year, each a fact in its shape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from ninja import Schema

from mingbai.carriers.queries import on_show, situation_of
from mingbai.carriers.reports import report_of
from mingbai.carriers.sheets import shown_until
from mingbai.communities.models import Community, Role
from mingbai.communities.queries import people_of
from mingbai.disclosures.models import Version
from mingbai.outgoing import data_files, facts, shapes
from mingbai.outgoing.shapes import said
from mingbai.rules.report import Counts, Outcome, percent

ITEM_CODE = "disclosure__obligation__occurrence__item__code"


class VersionRow(shapes.VersionOut):
    """A row of a pack: a version with the words that a ledger of paper would have."""

    item_name: str = said("事项名称", "目录")
    body: str = said("公开主体", "目录、社区")
    carriers: list[str] = said("张贴过的载体", "张贴登记")
    posted_on: date | None = said("最早从哪一天起张贴；空：没有张贴", "张贴登记")
    shown_until: date | None = said("应公示到哪一天（含）；空：长期公开或没有张贴", "由公开时限和法律推算")


class ObligationRow(shapes.ObligationOut):
    item_name: str = said("事项名称", "目录")


class ItemYearRow(shapes.CatalogueRow):
    """A row of a pack: an item with the figures of the year's report."""

    name: str = said("事项名称", "目录")
    published: int = said("这一年发布了几份，包括更正和补充", "版本")
    done_in_time: int = said("按时公开的次数", "年度报告")
    done_late: int = said("逾期公开的次数", "年度报告")
    open_not_due: int = said("还没有公开、没有到期的次数", "年度报告")
    open_overdue: int = said("逾期未公开的次数", "年度报告")
    done_not_stated: int = said("期限未载明、已公开的次数", "年度报告")
    open_not_stated: int = said("期限未载明、未公开的次数", "年度报告")
    total: int = said("这一年应公开的次数，包括上年转来的", "年度报告")
    rate: str = said("按时率，向下舍去到 0.1%；无：没有到期的", "年度报告")


class CarrierRow(Schema):
    name: str = said("载体名称", "目录")
    kind: shapes.CarrierKind = said(shapes.CARRIER_KINDS, "目录")
    items: int = said("现行目录里有几个事项用它", "目录")
    posted: int = said("这一年张贴了几次", "张贴登记")
    on_show: int = said("制作那天张贴着几份", "张贴登记")


class RoleRow(Schema):
    kind: str = said("身份的代号", "人员")
    name: str = said("身份", "人员")
    people: int = said("制作那天担任的人数，不写姓名", "人员")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which community and year a pack is made of, on which day, and the site's address."""

    community: Community
    year: int
    today: date
    base: str


@dataclass(frozen=True, slots=True)
class Rows:
    """One kind of rows: what it is, the shape of a row and where the rows come from."""

    what: str
    shape: type[Schema]
    of: Callable[[Wanted], Iterable[facts.Fact]]


def _versions(wanted: Wanted) -> Iterator[facts.Fact]:
    told = facts.told(wanted.community).filter(published_on__year=wanted.year).defer("content_data")
    for version in told.order_by("published_at", "pk").iterator(chunk_size=facts.AT_A_TIME):
        yield _version(version, wanted)


def _version(version: Version, wanted: Wanted) -> facts.Fact:
    item, postings = version.disclosure.obligation.occurrence.item, list(version.postings.all())
    return {
        **facts.version_fact(version, wanted.today, wanted.base),
        "item_name": item.name,
        "body": item.body or wanted.community.body,
        "carriers": sorted({posting.carrier.name for posting in postings}),
        "posted_on": min((posting.from_on for posting in postings), default=None),
        "shown_until": shown_until(postings),
    }


def _obligations(wanted: Wanted) -> Iterator[facts.Fact]:
    for standing in situation_of(wanted.community, wanted.today).standings:
        if standing.on.year == wanted.year:
            fact = facts.obligation_fact(standing, wanted.community, wanted.base)
            yield {**fact, "item_name": standing.item.name}


def _postings(wanted: Wanted) -> Iterator[facts.Fact]:
    told = facts.postings_told(wanted.community).filter(from_on__year=wanted.year).order_by("from_on", "pk")
    for posting in told.iterator(chunk_size=facts.AT_A_TIME):
        yield facts.posting_fact(posting)


def _items(wanted: Wanted) -> Iterator[facts.Fact]:
    report = report_of(wanted.community, wanted.year, wanted.today)
    counts = {item.code: counted for item, counted in report.items}
    told = facts.told(wanted.community).filter(published_on__year=wanted.year).order_by()
    published = dict(told.values_list(ITEM_CODE).annotate(Count("pk")))
    for item in situation_of(wanted.community, wanted.today).items:
        counted = counts.get(item.code, Counts())
        yield {
            **facts.item_row(item, wanted.community, wanted.base),
            "name": item.name,
            "published": published.get(item.code, 0),
            **{outcome.value: getattr(counted, outcome.value) for outcome in Outcome},
            "total": counted.total,
            "rate": percent(counted.rate),
        }


def _carriers(wanted: Wanted) -> Iterator[facts.Fact]:
    posted = facts.postings_told(wanted.community).filter(from_on__year=wanted.year).order_by()
    times = dict(posted.values_list("carrier").annotate(Count("pk")))
    now = Counter(posting.carrier_id for posting in on_show(wanted.community, wanted.today))
    items = situation_of(wanted.community, wanted.today).items
    named = Counter(carrier.pk for item in items for carrier in item.carriers.all())
    for carrier in wanted.community.carriers.all():
        yield {
            "name": carrier.name,
            "kind": carrier.kind,
            "items": named[carrier.pk],
            "posted": times.get(carrier.pk, 0),
            "on_show": now[carrier.pk],
        }


def _committee(wanted: Wanted) -> Iterator[facts.Fact]:
    people = Counter(role.kind for role in people_of(wanted.community))
    for kind in Role.Kind:
        yield {"kind": kind.value, "name": kind.label, "people": people[kind.value]}


def _of_year(rows: data_files.Rows) -> Callable[[Wanted], Iterator[facts.Fact]]:
    """Those rows of a data file that are of the year."""

    def of(wanted: Wanted) -> Iterator[facts.Fact]:
        for fact in rows(wanted.community, wanted.today, wanted.base):
            if fact["year"] == wanted.year:
                yield fact

    return of


ROWS = {
    "versions": Rows("这一年发布的每一版", VersionRow, _versions),
    "obligations": Rows("起算日在这一年的每一项应公开，状态是制作那天的", ObligationRow, _obligations),
    "items": Rows("现行目录的每个事项，带这一年的年度报告的数字", ItemYearRow, _items),
    "postings": Rows("这一年开始的每一次张贴", shapes.PostingOut, _postings),
    "carriers": Rows("每个公开载体，带张贴的次数", CarrierRow, _carriers),
    "committee": Rows("每种身份的人数，制作那天的", RoleRow, _committee),
    "decisions": Rows("编号是这一年的每个决定", shapes.DecisionOut, _of_year(data_files.decisions)),
    "steps": Rows("编号是这一年的每个决定的每一步落实", shapes.StepRow, _of_year(data_files.steps)),
    "applications": Rows(
        "这一年收到的各种申请，每一步有几件", shapes.ApplicationsOut, _of_year(data_files.applications)
    ),
    "requests": Rows("编号是这一年的每件公开申请", shapes.RequestOut, _of_year(data_files.requests)),
}
