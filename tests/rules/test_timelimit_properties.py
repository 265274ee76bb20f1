"""What holds for every phrase and every duty."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingbai.rules import words
from mingbai.rules.duties import (
    AfterPeriod,
    AtLeast,
    Display,
    DisplayUnspecified,
    Doubt,
    Due,
    DueUnspecified,
    Duty,
    Immediate,
    LongTerm,
    PeriodDay,
    Prompt,
    Trigger,
    Unit,
    Within,
)
from mingbai.rules.numerals import chinese_number
from mingbai.rules.timelimit import parse, render, why_not

MONTHS = {Trigger.MONTH: 1, Trigger.QUARTER: 3, Trigger.HALF_YEAR: 6, Trigger.YEAR: 12, Trigger.ACCOUNTING_PERIOD: 3}
EVENTS = (Trigger.CHANGE, Trigger.FORMATION, Trigger.FORMATION_OR_CHANGE)
NAMES = ("名单", "会议通知", "财务收支情况", "低保、特困人员名单", "其他事项", "集体财务往来较多的，财务收支情况")
UNITS = st.sampled_from(Unit)
COUNTS = st.integers(1, 366)
ALWAYS = (Immediate(), Prompt(), DueUnspecified())


@st.composite
def duties(draw: st.DrawFn) -> Duty:
    """Every duty whose parts fit together: what a phrase can state."""
    trigger = draw(st.sampled_from(Trigger))
    due: Due
    if trigger in EVENTS:
        due = draw(st.one_of(st.sampled_from(ALWAYS), st.builds(Within, COUNTS, UNITS)))
    elif trigger in MONTHS:
        day = st.builds(PeriodDay, st.integers(1, MONTHS[trigger]), st.integers(1, 28))
        due = draw(st.one_of(st.sampled_from(ALWAYS), day, st.builds(AfterPeriod, COUNTS, UNITS)))
    else:
        due = DueUnspecified()
    fixed: tuple[Display, ...] = (LongTerm(), DisplayUnspecified())
    display = draw(st.one_of(st.sampled_from(fixed), st.builds(AtLeast, COUNTS, UNITS)))
    return Duty(draw(st.sampled_from((None, *NAMES))), trigger, due, display)


TABLES = [table for table in vars(words).values() if isinstance(table, words.Table)]
VOCABULARY = sorted({word for table in TABLES for word in table.words} | set("，。；：（）、1234567890\n "))
SIGNS = sorted(
    set("".join(VOCABULARY)) | set("①㈠\ud83d\ude00\x00\u2028Ａａ١".encode("utf-16", "surrogatepass").decode("utf-16"))
)
SALAD = st.lists(st.sampled_from(VOCABULARY), max_size=6).map("".join)


@settings(max_examples=60, deadline=None)
@given(duties())
def test_a_duty_said_in_words_is_read_back(duty: Duty) -> None:
    assert parse(render(duty)).duties == (duty,)


@settings(max_examples=40, deadline=None)
@given(st.one_of(SALAD, st.text(st.sampled_from(SIGNS), max_size=30)))
def test_no_text_raises_and_what_is_not_understood_states_nothing(text: str) -> None:
    limit = parse(text)
    assert limit.text == text
    assert list(limit.doubts) == sorted(set(limit.doubts))
    if {Doubt.NOT_UNDERSTOOD, Doubt.EMPTY, Doubt.SAME_AS_ABOVE} & set(limit.doubts):
        assert limit.duties == () and len(limit.doubts) == 1
    else:
        assert limit.duties
    assert (why_not(text) is not None) == (Doubt.NOT_UNDERSTOOD in limit.doubts)


@settings(max_examples=30, deadline=None)
@given(duties(), st.data())
def test_spaces_line_breaks_and_full_width_digits_change_nothing(duty: Duty, data: st.DataObject) -> None:
    phrase = render(duty)
    at = data.draw(st.integers(0, len(phrase)))
    space = data.draw(st.sampled_from((" ", "\n", "\u3000", "\u200b", "\r\n")))
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    changed = parse((phrase[:at] + space + phrase[at:]).translate(wide))
    assert (changed.duties, changed.doubts) == (parse(phrase).duties, parse(phrase).doubts)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 999))
def test_a_number_in_chinese_is_the_same_number(number: int) -> None:
    assert chinese_number(in_chinese(number)) == number
    assert parse(f"{in_chinese(number)}个工作日内").duties == parse(f"{number}个工作日内").duties


def in_chinese(number: int) -> str:
    signs = "零一二三四五六七八九"
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    text = f"{signs[hundreds]}百" if hundreds else ""
    if tens:
        text += "十" if tens == 1 and not hundreds else f"{signs[tens]}十"
    elif hundreds and ones:
        text += "零"
    return text + (signs[ones] if ones else "")


@pytest.mark.parametrize(
    ("signs", "value"),
    [("廿", 20), ("廿五", 25), ("卅", 30), ("两", 2), ("二〇", 20), ("一百零五", 105), ("贰拾", 20), ("一百二", None),
     ("十百", None), ("二廿", None), ("", None), ("半", None)],
)  # fmt: skip
def test_numerals_are_read_strictly(signs: str, value: int | None) -> None:
    assert chinese_number(signs) == value
