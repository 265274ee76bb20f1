"""The guide pages and the annual report, from the demo's year; and a past year's report under later acts."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pdfplumber
import pytest
import time_machine
from django.test import Client

from mingbai.carriers.contacts import contacts_of
from mingbai.carriers.queries import situation_of
from mingbai.carriers.reports import report_of
from mingbai.communities.models import Community
from mingbai.disclosures.models import Version
from mingbai.obligations.queries import example_of, profile_of
from mingbai.rules.contacts import Contact
from mingbai.rules.state import State
from tests.conftest import noon

TODAY = noon("2026-11-23")


@pytest.fixture(scope="module")
def year(demo: Community) -> Community:
    return demo


@pytest.fixture
def get(year: Community, db: None) -> Iterator[Callable[[str], str]]:
    def read(path: str) -> str:
        answer = Client().get(path)
        assert answer.status_code == 200 and not answer.cookies
        return answer.content.decode()

    with time_machine.travel(TODAY, tick=False):
        yield read


def test_the_guide_is_made_from_catalogue_and_records(get: Callable[[str], str], year: Community) -> None:
    page = get("/c/jinan/guide/")
    example = example_of(year, TODAY.date())
    assert example is not None and example.due_on is not None
    assert any(step.days for step in example.schedule.steps), "an example with a holiday or a make-up day"
    assert example.occurrence.what in page and f"/c/jinan/owed/{example.pk}/" in page
    assert all(step.text in page for step in example.schedule.steps)
    for item in situation_of(year, TODAY.date()).items:
        assert f"{item.number} {item.name}" in page
    assert "<b>金安社区公示栏</b>：23 项" in page and "金安社区居民委员会公开 23 项" in page
    assert "至少公示 15 天（《城市居民委员会组织法》第三十四条）" in page


def test_the_rules_page_prints_every_rule_with_article_day_and_source(
    get: Callable[[str], str], year: Community
) -> None:
    page = get("/c/jinan/rules/")
    for rule in profile_of(year).rules:
        if rule.topic != "channel":
            assert rule.text in page and rule.citation in page and rule.source in page
    assert "2026年1月1日起施行" in page
    assert "按季度（系统默认，社区尚未确认）" in page and page.count("尚未确定") == 3
    assert "短于法律规定的15日" in page


def test_a_province_decides_before_the_community(year: Community, get: Callable[[str], str]) -> None:
    Community.objects.filter(pk=year.pk).update(profile_code="cn-sichuan")
    page = get("/c/jinan/rules/")
    assert "及时公开的，为十日内（《四川省居务公开口径》）" in page and "条文号待核" in page
    assert page.count("尚未确定") == 1


def test_hotlines_come_from_what_was_published(get: Callable[[str], str], year: Community) -> None:
    told = contacts_of(year, situation_of(year, TODAY.date()).items, TODAY.date())
    assert [(one.kind, one.item.number) for one in told] == [
        (Contact.HOTLINES, 24),
        (Contact.SUPERVISION, 2),
        (Contact.OFFICE, 1),
    ]
    hotlines = told[0]
    assert hotlines.version is not None and hotlines.version.title == "7月到10月居民意见办理情况"
    page = get("/c/jinan/contact/")
    assert hotlines.block is not None
    for row in hotlines.block["rows"]:
        assert all(cell in page for cell in row)
    assert '<a href="tel:0531-00001202">0531-0000 1202</a>' in page
    assert year.contact in re.sub(r"</?a[^>]*>", "", page) and 'href="tel:12345"' in page and 'href="tel:12388"' in page
    assert "国办发〔2020〕53号" in page and "澄河区安和街道" in page and "第三十五条" in page


def test_the_report_counts_what_the_lists_show(get: Callable[[str], str], year: Community) -> None:
    report = report_of(year, 2026, TODAY.date())
    states = [standing.state for standing in situation_of(year, TODAY.date()).standings]
    total = report.total
    assert total.total == len(states) and report.carried == 0 and report.is_running
    assert total.done_late == states.count(State.MET_LATE) == 3
    assert total.open_overdue == states.count(State.OVERDUE) == 1
    assert total.done_in_time + total.done_not_stated == states.count(State.MET)
    assert [sum(column) for column in zip(*(counts.row for _, counts in report.items), strict=True)] == list(total.row)
    page = get("/c/jinan/report/2026/")
    assert "按时率 = 按时公开 ÷（按时公开＋逾期公开＋逾期未公开）" in page
    assert f"= {total.done_in_time} ÷（{total.done_in_time}＋3＋1）" in page
    assert len(report.late) == 4 and all(f"/c/jinan/owed/{one.pk}/" in page for one in report.late)
    described = re.search(r"<desc[^>]*>(.*?)</desc>", page)
    assert described is not None and f"按时公开 {total.done_in_time} 次" in described[1]
    assert report.acts.published == Version.objects.count()
    assert report.acts.absences == sum(version.content.is_absence for version in Version.objects.all()) > 0


def test_the_table_is_there_for_excel(get: Callable[[str], str], year: Community) -> None:
    text = get("/c/jinan/report/2026.csv")
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0][:3] == ["序号", "事项", "按时公开"] and len(rows) == 25
    for place in range(2, 9):
        assert sum(int(row[place]) for row in rows[1:-1]) == int(rows[-1][place])


def _cells(text: str) -> str:
    """The words and numbers of a text, without the spaces and line breaks that only setting made."""
    return re.sub(r"\s+", "", text)


def test_the_paper_says_what_the_page_says(get: Callable[[str], str], year: Community) -> None:
    page = re.sub(r"<svg.*?</svg>", "", get("/c/jinan/report/2026/"), flags=re.DOTALL)
    assert "/c/jinan/report/2026.pdf" in page
    pdf = Client().get("/c/jinan/report/2026.pdf")
    assert pdf.status_code == 200 and pdf["Content-Type"] == "application/pdf"
    with pdfplumber.open(io.BytesIO(pdf.content)) as paper:
        printed = _cells("".join(part.extract_text() for part in paper.pages))
        tables = [row for part in paper.pages for table in part.extract_tables() for row in table]
    main = re.search(r"<main.*</main>", page, re.DOTALL)
    assert main is not None
    for section in ("rate", "all", "acts", "late"):
        part = re.search(rf'<section aria-labelledby="{section}">(.*?)</section>', main[0], re.DOTALL)
        assert part is not None
        for said in re.findall(r"<(?:th|td|dt|dd)[^>]*>([^<]+)<|(\d+ ÷ \d+)|晚了 (\d+) 天", part[1]):
            assert _cells("".join(said)) in printed, said
    table = re.search(r"<table class=\"grid report\">(.*?)</table>", page, re.DOTALL)
    assert table is not None
    shown = [
        [_cells(re.sub(r"<[^>]+>", "", cell)) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr>(.*?)</tr>", table[1], re.DOTALL)
    ]
    on_paper = [[_cells(cell or "") for cell in row] for row in tables if len(row) == 10]
    # The page has an item's number in front of its name.
    on_paper = [[name if number == "序号" else number + name, *rest] for number, name, *rest in on_paper]
    # The head stands on every page of the paper, and once on the page.
    assert len(shown) == 25 and [row for at, row in enumerate(on_paper) if at == 0 or row != shown[0]] == shown
    assert pdf.content == Client().get("/c/jinan/report/2026.pdf").content


@pytest.mark.parametrize("path", ["2025/", "2027/", "2025.csv", "2025.pdf", "2027.pdf", "99999/"])
def test_a_year_without_a_catalogue_or_to_come_has_no_report(year: Community, db: None, path: str) -> None:
    with time_machine.travel(TODAY, tick=False):
        assert Client().get(f"/c/jinan/report/{path}").status_code == 404


def test_the_pages_need_a_bounded_number_of_queries(
    get: Callable[[str], str], django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    for path, most in (("guide/", 16), ("rules/", 18), ("contact/", 26), ("report/2026/", 18)):
        with django_assert_max_num_queries(most):
            get(f"/c/jinan/{path}")
