"""Phrases as catalogues print them, and exactly what each states."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from mingbai.rules.duties import (
    AfterPeriod,
    AtLeast,
    Display,
    Doubt,
    Due,
    DueUnspecified,
    Duty,
    Immediate,
    LongTerm,
    PeriodDay,
    Prompt,
    TimeLimit,
    Trigger,
    Unit,
    Within,
)
from mingbai.rules.timelimit import looks_like_time_limit, parse, render, why_not

DATA = Path(__file__).parent.parent / "data"
RIGHT: dict[str, list[dict[str, Any]]] = json.loads((DATA / "time_limits.json").read_text("utf-8"))
DOUBTS = {
    "T": Doubt.TRIGGER_NOT_STATED,
    "D": Doubt.DEADLINE_NOT_STATED,
    "P": Doubt.PERIOD_NOT_STATED,
    "A": Doubt.DISPLAY_OR_DEADLINE,
}


def wordings() -> list[Any]:
    lines = (DATA / "time_limit_wordings.txt").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [pytest.param(phrase.replace("⏎", "\n"), meaning, id=phrase) for phrase, meaning in rows]


def short(limit: TimeLimit) -> str:
    """A time limit in the notation of the wordings file."""
    if not limit.duties:
        return " ".join(limit.doubts)
    doubts = "".join(letter for letter, doubt in sorted(DOUBTS.items()) if doubt in limit.doubts)
    return " ; ".join(map(_duty, limit.duties)) + (f" ?{doubts}" if doubts else "")


def _duty(duty: Duty) -> str:
    name = f"{duty.applies_to}: " if duty.applies_to else ""
    return f"{name}{duty.trigger.value} {_due(duty.due)}{_display(duty.display)}"


def _days(count: int, unit: Unit) -> str:
    return f"{count}{'wd' if unit is Unit.WORKING_DAY else 'd'}"


def _due(due: Due) -> str:
    match due:
        case Within(count, unit):
            return f"+{_days(count, unit)}"
        case AfterPeriod(count, unit):
            return f"after {_days(count, unit)}"
        case PeriodDay(month, day):
            return f"day {month}/{day}"
        case Immediate():
            return "now"
        case Prompt():
            return "prompt"
        case DueUnspecified():
            return "-"


def _display(display: Display) -> str:
    match display:
        case AtLeast(count, unit):
            return f" >={_days(count, unit)}"
        case LongTerm():
            return " long"
        case _:
            return ""


@pytest.mark.parametrize("row", [pytest.param(row, id=row["text"] or "blank") for row in sum(RIGHT.values(), [])])
def test_known_phrases_state_exactly_what_is_written(row: dict[str, Any]) -> None:
    assert parse(row["text"]).to_json() == row


@pytest.mark.parametrize(("phrase", "meaning"), wordings())
def test_other_wordings_state_what_they_say_and_no_more(phrase: str, meaning: str) -> None:
    assert short(parse(phrase)) == meaning


@pytest.mark.parametrize("row", [pytest.param(row, id=row["text"]) for row in sum(RIGHT.values(), []) if row["duties"]])
def test_a_duty_said_in_words_is_read_back_as_the_same_duty(row: dict[str, Any]) -> None:
    for duty in parse(row["text"]).duties:
        assert parse(render(duty)).duties == (duty,)


@pytest.mark.parametrize(
    ("duty", "sentence"),
    [
        pytest.param(
            Duty(None, Trigger.CHANGE, Within(20, Unit.WORKING_DAY), LongTerm()),
            "自信息变更之日起20个工作日内公开，长期公开",
            id="change-long-term",
        ),
        pytest.param(
            Duty("会议通知", Trigger.FORMATION, Immediate(), AtLeast(15, Unit.CALENDAR_DAY)),
            "会议通知：自信息形成当日公开，公示期不少于15日",
            id="part-of-an-item",
        ),
        pytest.param(
            Duty(None, Trigger.QUARTER, PeriodDay(1, 20), AtLeast(5, Unit.WORKING_DAY)),
            "每季度第1个月20日前公开，公示期不少于5个工作日",
            id="day-of-a-period",
        ),
        pytest.param(Duty(None, Trigger.NONE, DueUnspecified(), LongTerm()), "长期公开", id="long-term-only"),
    ],
)
def test_a_duty_is_a_plain_sentence(duty: Duty, sentence: str) -> None:
    assert render(duty) == sentence


@pytest.mark.parametrize("text", ["", " \n\u3000", " " * 100_000, "—", "——", "-", "/", "－"])
def test_a_blank_or_a_dash_is_empty(text: str) -> None:
    assert parse(text) == TimeLimit(text, (), (Doubt.EMPTY,))


def test_the_phrase_is_kept_as_printed() -> None:
    printed = " 自信息形成之日起\n２０ 个工作 日内公开。"
    assert parse(printed).text == printed


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        pytest.param("按卫健委要求单独公开", "按卫健委要求单独", id="an-instruction"),
        pytest.param("自信息形成之日起5日内公开，由街道统一公开", "由街道统一", id="in-a-second-clause"),
        pytest.param("适时公开", "适时", id="no-time"),
        pytest.param("长期公开，公示7天", "公示7天", id="contradicts-itself"),
        pytest.param("依法公开", "没有说明何时公开", id="says-nothing"),
        pytest.param("公" * 1000, "太长", id="too-long"),
        pytest.param("公" * 100_000, "太长", id="far-too-long"),
    ],
)
def test_the_words_that_were_not_understood_are_named(phrase: str, words: str) -> None:
    assert parse(phrase).duties == ()
    assert words in (why_not(phrase) or "")


@pytest.mark.parametrize("phrase", ["长期公开", "同上", "", "—"])
def test_nothing_is_named_where_nothing_was_misunderstood(phrase: str) -> None:
    assert why_not(phrase) is None


@pytest.mark.parametrize("cell", ["自信息形成之日起20个工作日内", "长期公开", "同上", "每季度一次"])
def test_a_time_limit_is_recognised_by_what_it_says(cell: str) -> None:
    assert looks_like_time_limit(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "", "√", "—", "主动公开", "全社会", "组织机构", "班子成员及各委员会", "金安社区居民委员会", "财务公开",
        "金安社区公示栏 小微权力监督平台", "1.社区简介 2.居民委员会名称、办公地址、办公时间、联系电话等",
        "1.居委会主要人员变更信息 2.下属委员会、监督委员会人员变更信息",
        "春节、重阳节困难退休人员慰问",
        "新增灵活就业人员", "居务季度、年度经费公示", "《中华人民共和国城市居民委员会组织法》",
        "公开", "办理结果", "24",
    ],
)  # fmt: skip
def test_other_cells_of_a_catalogue_are_not_taken_for_time_limits(cell: str) -> None:
    assert not looks_like_time_limit(cell)


@pytest.mark.parametrize(
    "phrase",
    [
        "信息" * 50_000, "长期公开，" * 20_000, "（" * 100_000, "1." * 50_000, "自" * 100_000, "自信息" * 130,
        "不少于" * 130, "按每" * 190 + "月", "1、" * 190, "自形成或变更" * 66, "二" * 399, "9" * 10_000,
    ],
    ids=lambda phrase: f"{phrase[:5]}x{len(phrase)}",
)  # fmt: skip
def test_a_hostile_phrase_is_answered_at_once(phrase: str) -> None:
    began = time.perf_counter()
    parse(phrase)
    assert time.perf_counter() - began < 0.5
