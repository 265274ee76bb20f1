"""The annual report on paper: the same numbers as its page, as a PDF to be signed, handed in and kept."""

from __future__ import annotations

from typing import Any

from mingbai.carriers.reports import Report, Reported
from mingbai.carriers.typesetting import compile_pdf, legible, qr_svg
from mingbai.communities.models import Community
from mingbai.rules.days import chinese_date
from mingbai.rules.report import Counts, percent
from mingbai.rules.wording import OUTCOMES

TEMPLATE = "report.typ"
HEADINGS = ("序号", "事项", *OUTCOMES.values(), "合计", "按时率")


def report_pdf(report: Report, community: Community, url: str, *, font_dir: str = "") -> bytes:
    """``url``: the report's page. A sign that the font lacks is printed as a box: a report must never be kept back."""
    total = report.total
    data = {
        "title": f"{report.year}年居务公开年度报告",
        "community": community.name,
        "body": community.body,
        "running": report.is_running,
        "day": chinese_date(report.day),
        "rate": percent(total.rate),
        "formula": _formula(total),
        "outcomes": [[name, f"{number} 次"] for name, number in zip(OUTCOMES.values(), total.row, strict=True)],
        "total": _total(report),
        "acts": [[name, f"{number} {unit}"] for name, number, unit in report.acts.told],
        "late": [[one.item.name, _what(one), _how_late(one, report)] for one in report.late],
        "headings": HEADINGS,
        "rows": [_row(str(item.number), item.name, counts) for item, counts in report.items],
        "sum": _row("", "合计", total),
        "qr": qr_svg(url),
        "qr_alt": f"二维码，打开 {url}",
        "url": url,
    }
    return compile_pdf(TEMPLATE, _legible(data, font_dir), on=report.day, font_dir=font_dir)


def _formula(total: Counts) -> str:
    if not total.judged:
        return "本年没有到期的事项，不计算"
    sums = f"{total.done_in_time} ÷（{total.done_in_time}＋{total.done_late}＋{total.open_overdue}）"
    return f"= {sums} = {total.done_in_time} ÷ {total.judged} = {percent(total.rate)}"


def _total(report: Report) -> str:
    carried = f"，其中 {report.carried} 次是上年没有完成、转到本年的" if report.carried else ""
    return f"共 {report.total.total} 次{carried}"


def _what(one: Reported) -> str:
    marks = ("（上年转来）" if one.carried else "") + ("（此后作废）" if one.voided else "")
    return f"{chinese_date(one.on)}　{one.what}{marks}"


def _how_late(one: Reported, report: Report) -> str:
    due = f"最迟 {chinese_date(one.due_on)} 公开；" if one.due_on is not None else ""
    if one.met_on is not None:
        return f"{due}{chinese_date(one.met_on)} 各处载体都已公开，晚了 {one.days_late} 天"
    return f"{due}到{chinese_date(report.day)}还没有在各处载体公开"


def _row(number: str, name: str, counts: Counts) -> list[str]:
    return [number, name, *map(str, counts.row), str(counts.total), percent(counts.rate)]


def _legible(value: Any, font_dir: str) -> Any:
    if isinstance(value, str):
        return legible(value, font_dir)
    if isinstance(value, dict):
        return {key: _legible(one, font_dir) for key, one in value.items()}
    return [_legible(one, font_dir) for one in value] if isinstance(value, list | tuple) else value
