"""The data files of a community: what each is, the shape of its rows, and where they come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from ninja import Schema

from mingbai.carriers.queries import situation_of
from mingbai.communities.models import Community
from mingbai.followups.queries import followed, public_decisions
from mingbai.onrequest.queries import request_list
from mingbai.outgoing import facts, shapes
from mingbai.outgoing.dictionary import Entry, dictionary

Rows = Callable[[Community, date, str], Iterable[facts.Fact]]


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file: its name, what it is in plain words, the shape of a row and where the rows come from."""

    name: str
    what: str
    shape: type[Schema]
    rows: Rows

    @property
    def is_csv(self) -> bool:
        return self.name.endswith(".csv")

    @property
    def media_type(self) -> str:
        return "text/csv" if self.is_csv else "application/jsonl"

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(self.shape.model_fields)

    @property
    def entries(self) -> list[Entry]:
        return dictionary(self.shape)


def _versions(community: Community, day: date, base: str) -> Iterator[facts.Fact]:
    for version in facts.told(community).defer("content_data").iterator(chunk_size=facts.AT_A_TIME):
        yield facts.version_fact(version, day, base)


def _postings(community: Community, day: date, base: str) -> Iterator[facts.Fact]:
    for posting in facts.postings_told(community).iterator(chunk_size=facts.AT_A_TIME):
        yield facts.posting_fact(posting)


def _obligations(community: Community, day: date, base: str) -> Iterator[facts.Fact]:
    for standing in situation_of(community, day).standings:
        yield facts.obligation_fact(standing, community, base)


def _items(community: Community, day: date, base: str) -> Iterator[facts.Fact]:
    for item in situation_of(community, day).items:
        yield facts.item_row(item, community, base)


def decisions(community: Community, day: date, base: str) -> Iterator[facts.Fact]:
    for one in followed(community, public_decisions(community), day):
        yield facts.decision_fact(one, base)


def steps(community: Community, day: date, base: str) -> Iterator[facts.Fact]:
    """The steps of every decision that stands, each with the number of its decision."""
    for decision in decisions(community, day, base):
        for step in decision["steps"]:
            yield {**step, "year": decision["year"], "number": decision["number"]}


def applications(community: Community, day: date, base: str) -> Iterator[facts.Fact]:
    return facts.application_facts(community)


def requests(community: Community, day: date, base: str) -> Iterator[facts.Fact]:
    for one in request_list(community, day):
        yield facts.request_fact(one, base)


FILES = (
    DataFile(
        "versions.jsonl",
        "每行一个版本的全部：说明、正文、表格、张贴情况和附件的下载地址（JSON，一行一条）",
        shapes.VersionWithContent,
        facts.whole_versions,
    ),
    DataFile("versions.csv", "每行一个版本的说明，没有正文", shapes.VersionOut, _versions),
    DataFile("postings.csv", "每行一次张贴：哪一版、在哪里、从哪天到哪天", shapes.PostingOut, _postings),
    DataFile("obligations.csv", "每行一项应公开：为什么、最迟哪天、现在怎样", shapes.ObligationOut, _obligations),
    DataFile("catalogue.csv", "每行一个公开事项：现行的标准目录", shapes.CatalogueRow, _items),
    DataFile(
        "decisions.jsonl",
        "每行一个决定的全部：什么时候、谁决定的、一步一步落实得怎样（JSON，一行一条）",
        shapes.DecisionWithSteps,
        decisions,
    ),
    DataFile("decisions.csv", "每行一个决定，没有步骤", shapes.DecisionOut, decisions),
    DataFile("steps.csv", "每行一步落实：哪个决定、计划哪天、办成没有", shapes.StepRow, steps),
    DataFile(
        "applications.csv", "每行一种申请的一步：有几件到了这一步，人少的不写", shapes.ApplicationsOut, applications
    ),
    DataFile("requests.csv", "每行一件公开申请：办得怎样，公开了的答复", shapes.RequestOut, requests),
)
