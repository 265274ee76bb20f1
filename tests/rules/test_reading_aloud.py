"""What is read out over the loudspeaker: numbers as people say them, and nobody's name from a list."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.rules.numerals import chinese_number
from mingbai.rules.spoken import LARGEST, in_chinese, money_in_chinese, spoken
from mingbai.rules.telling import how_much, tell


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "零"),
        (2, "二"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (102, "一百零二"),
        (110, "一百一十"),
        (200, "二百"),
        (2000, "两千"),
        (2222, "两千二百二十二"),
        (10_010, "一万零一十"),
        (12_200, "一万二千二百"),
        (20_000, "两万"),
        (100_000, "十万"),
        (1_001_000, "一百万一千"),
        (10_010_000, "一千零一万"),
        (100_000_001, "一亿零一"),
        (100_010_000, "一亿零一万"),
        (110_000_000, "一亿一千万"),
        (200_000_000, "两亿"),
        (1_234_500_000_000, "一万二千三百四十五亿"),
        (-5, "负五"),
    ],
)
def test_numbers(number: int, said: str) -> None:
    assert in_chinese(number) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("1200.50元", "一千二百元五角"),
        ("1,200.05元", "一千二百元零五分"),
        ("1200.00 元", "一千二百元"),
        ("￥0.20", "两角"),
        ("¥3,600元", "三千六百元"),
        ("0元", "零元"),
        ("2元", "两元"),
        ("12.25元", "十二元二角五分"),
        ("1.234元", "一点二三四元"),
        ("12.5万元", "十二点五万元"),
        ("2万元", "两万元"),
        ("每月1.5元/平方米", "每月一元五角每平方米"),
    ],
)
def test_money(written: str, said: str) -> None:
    assert spoken(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2026年10月14日", "二〇二六年十月十四日"),
        ("2026-10-14", "二〇二六年十月十四日"),
        ("2026.9.3", "二〇二六年九月三日"),
        ("2026年第2季度", "二〇二六年第二季度"),
        ("2025—2026年度", "二〇二五至二〇二六年度"),
        ("鲁民〔2026〕15号", "鲁民二〇二六年十五号"),
        ("14:30", "十四点三十分"),
        ("9：05到17：00", "九点零五分到十七点"),
        ("8:30-12:00", "八点三十分至十二点"),
        ("2时", "二时"),
        ("9999-99-99", "九千九百九十九杠九十九杠九十九"),
    ],
)
def test_days_and_times(written: str, said: str) -> None:
    assert spoken(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("0531-0000 1201", "零五三幺零零零零幺二零幺"),
        ("热线12345", "热线幺二三四五"),
        ("12345热线", "幺二三四五热线"),
        ("电话：110", "电话：幺幺零"),
        ("12345人", "一万二千三百四十五人"),
        ("400-123-4567", "四零零幺二三四五六七"),
    ],
)
def test_telephones_are_read_digit_by_digit(written: str, said: str) -> None:
    assert spoken(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("12.5%", "百分之十二点五"),
        ("１００％", "百分之一百"),
        ("3‰", "千分之三"),
        ("10%—20%", "百分之十至百分之二十"),
        ("3—5个工作日", "三至五个工作日"),
        ("2户2人住2号楼2单元", "两户两人住二号楼二单元"),
        ("2个月，2月", "两个月，二月"),
        ("3-2-101", "三杠二杠一百零一"),
        ("-5℃", "负五摄氏度"),
        ("120㎡", "一百二十平方米"),
        ("000123", "零零零幺二三"),
        ("期末＝期初＋收入－支出", "期末等于期初加收入减支出"),
        ("张*领了200元", "张某领了二百元"),
        ("没有数字（一个也没有）：照念。", "没有数字（一个也没有）：照念。"),
    ],
)
def test_everything_else(written: str, said: str) -> None:
    assert spoken(written) == said


def read_back(said: str) -> int:
    """Reads without the speaker's help: units from the largest down, the rest as catalogues' numerals are read."""
    if said.startswith("负"):
        return -read_back(said[1:])
    for sign, unit in (("亿", 10**8), ("万", 10**4), ("千", 1000)):
        before, found, after = said.rpartition(sign)
        if found:
            return read_back(before) * unit + read_back(after.removeprefix("零") or "零")
    value = chinese_number(said)
    assert value is not None, said
    return value


@given(st.integers(-LARGEST + 1, LARGEST - 1))
def test_a_number_comes_back(number: int) -> None:
    assert read_back(in_chinese(number)) == number


@given(st.integers(0, 10**12))
def test_an_amount_comes_back_to_the_cent(cents: int) -> None:
    said = money_in_chinese(Decimal(cents) / 100)
    found = re.fullmatch(r"(?:(.+)元)?(?:(.)角)?零?(?:(.)分)?", said)
    assert found is not None, said
    yuan, jiao, fen = (read_back(part) if part else 0 for part in found.groups())
    assert yuan * 100 + jiao * 10 + fen == cents


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_no_digit_is_left_and_words_stay(text: str) -> None:
    said = spoken(text)
    assert not any(sign.isdecimal() for sign in said)
    words = re.sub(r"[^\u4e00-\u9fff]", "", re.sub(r"[年至]", "", text))
    rest = iter(said)
    assert all(sign in rest for sign in words), "the words in their order"


@given(st.text("0123456789,.-—:：/%元年月日人 第电话¥(（〔〕）)*", max_size=40))
def test_nothing_that_looks_like_a_number_trips_it(text: str) -> None:
    assert not re.search(r"\d", spoken(text))


LIST = {
    "element": 1,
    "heading": "慰问名单",
    "kind": "person_list",
    "columns": [{"label": "姓名", "type": "name"}, {"label": "慰问金（元）", "type": "money"}],
    "rows": [["张三丰", "300.00"], ["李*", "200.50"]],
    "total": None,
    "ground": "依据",
}


def table(rows: int, kind: str = "money") -> dict[str, object]:
    return {
        "element": 2,
        "heading": "收支",
        "kind": "table",
        "columns": [{"label": "项目", "type": "text"}, {"label": "金额（元）", "type": kind}],
        "rows": [[f"第{number}项", "100.00"] for number in range(1, rows + 1)],
        "total": ["合计", f"{rows * 100}.00"],
    }


def test_a_list_is_told_by_count_and_sum() -> None:
    (part,) = tell([LIST])
    assert part.sentences == ("名单共2人，慰问金合计500.50元。",)
    reduced = {**LIST, "rows": [], "reduced": {"count": 2, "sums": [{"label": "慰问金（元）", "sum": "500.50"}]}}
    assert tell([reduced]) == [part]
    assert how_much([LIST]) == how_much([reduced]) == ["慰问名单：慰问金合计500.50元"]


def test_a_column_of_names_in_a_table_is_not_read_out() -> None:
    block = {**table(2), "columns": [{"label": "姓名", "type": "name"}, {"label": "金额（元）", "type": "money"}]}
    (part,) = tell([block])
    assert part.sentences == ("名单共2人，金额合计200元。",)


def test_a_short_table_is_told_line_by_line_and_a_long_one_by_its_sums() -> None:
    assert tell([table(2)])[0].sentences == ("第1项：金额100元。", "第2项：金额100元。", "金额合计200元。")
    assert tell([table(9)])[0].sentences == ("共9项，金额合计900元。逐项的内容请看公示栏，或者扫码查看。",)


def test_ten_thousands_stay_ten_thousands() -> None:
    block = table(2)
    block["columns"] = [{"label": "项目", "type": "text"}, {"label": "投入（万元）", "type": "money"}]
    assert tell([block])[0].sentences[-1] == "投入合计200万元。"


def test_a_meeting_is_told_without_who_chairs_it() -> None:
    block = {
        "element": 1,
        "heading": "会议通知",
        "kind": "meeting",
        "name": "居民代表会议",
        "time": "2026年3月26日14:30",
        "place": "二楼",
        "attendees": "全体代表",
        "chair": "周明礼",
        "topics": ["预算", "决算"],
    }
    said = "".join(tell([block])[0].sentences)
    assert "周明礼" not in said
    assert "研究的事项：第一，预算；第二，决算。" in said
