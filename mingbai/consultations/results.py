"""What a consultation's result says, as the content of a draft."""

from __future__ import annotations

from typing import Any

from mingbai.consultations.models import Consultation, Reply
from mingbai.consultations.queries import Heard, Said
from mingbai.disclosures.content import Json
from mingbai.disclosures.queries import elements_of, forms_of
from mingbai.obligations.models import Obligation
from mingbai.rules.days import chinese_date

# Of how many opinions with the same words and the same reply the numbers are written out.
NUMBERS = 10


def result_content(consultation: Consultation, told: Heard, obligation: Obligation) -> Json:
    """The tally under the notice's element, the opinions under the other; both under one where there is only one."""
    elements = elements_of(obligation)
    forms = forms_of(consultation.community, obligation.occurrence.item)
    notices = [place for place in elements if forms[place].purpose == "consultation"]
    others = [place for place in elements if place not in notices]
    opinions = _opinions(told)
    blocks: list[Json] = []
    if notices:
        blocks.append({"element": notices[0], **_tally(consultation, told)})
        blocks += [{"element": place, **opinions} for place in others[:1]]
    elif len(others) > 1:
        blocks += [{"element": others[0], **_tally(consultation, told)}, {"element": others[1], **opinions}]
    else:
        blocks += [{"element": place, **(opinions if told.said else _tally(consultation, told))} for place in others]
    return {"title": f"意见征集结果和反馈：{consultation.title}"[:200], "blocks": blocks}


def course_of(consultation: Consultation, told: Heard) -> str:
    """The whole course in one sentence."""
    said = f"征集从{chinese_date(consultation.opens_on)}到{chinese_date(consultation.closes_on)}，共收到{told.count}份"
    if told.tells_channels:
        said += f"，其中网上{told.by_web}份、纸面{told.on_paper}份"
    return f"{said}。网上和纸面的合在一起统计。"


def _tally(consultation: Consultation, told: Heard) -> dict[str, Any]:
    rows = [[tally.text, one.label, str(one.count)] for tally in told.tallies for one in tally.options]
    if not rows:
        return {"kind": "paragraphs", "heading": "征集的经过", "paragraphs": [course_of(consultation, told)]}
    return {
        "kind": "table",
        "heading": "征集结果",
        "caption": course_of(consultation, told),
        "columns": [
            {"label": "问题", "type": "text"},
            {"label": "选项", "type": "text"},
            {"label": "份数", "type": "number"},
        ],
        "rows": rows,
        "total": None,
    }


def _opinions(told: Heard) -> dict[str, Any]:
    if not told.said:
        return {"kind": "paragraphs", "heading": "意见反馈", "paragraphs": ["没有收到文字意见。"]}
    rows: dict[tuple[str, str, str], list[int]] = {}
    for one in told.said:
        rows.setdefault(_key(one), []).append(one.opinion.number)
    return {
        "kind": "table",
        "heading": "意见反馈",
        "caption": f"写了文字意见的共{len(told.said)}份，逐份登记、逐份说明。",
        "columns": [
            {"label": "主要意见", "type": "text"},
            {"label": "人次", "type": "number"},
            {"label": "采纳情况", "type": "text"},
            {"label": "说明", "type": "text"},
        ],
        "rows": [
            [f"{_numbers(numbers)}{text}", str(len(numbers)), outcome, reason]
            for (text, outcome, reason), numbers in rows.items()
        ],
        "total": ["合计", str(len(told.said)), "", ""],
    }


def _key(one: Said) -> tuple[str, str, str]:
    if one.reply is None:
        return one.text, "等待处理", ""
    is_withheld = one.reply.outcome == Reply.Outcome.WITHHELD
    return "（内容不公开）" if is_withheld else one.text, one.reply.outcome_name, one.reply.reason


def _numbers(numbers: list[int]) -> str:
    if len(numbers) > NUMBERS:
        return f"第{numbers[0]}号等{len(numbers)}份："
    return f"第{'、'.join(map(str, numbers))}号："
