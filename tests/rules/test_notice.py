"""The State Council's notices of 2004 to 2026 as they were worded, and what is wrong with a wrong one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from mingbai.data.calendars import packaged_calendar
from mingbai.rules.notice import NoticeError, missing_holidays, notice_json, parse_notice
from mingbai.rules.workdays import YearTable, days_from

NOTICES = Path(__file__).parent.parent / "data" / "notices"
YEARS = range(2004, 2027)
TITLE = "国务院办公厅关于2026年部分节假日安排的通知\n"
TRADITIONAL = str.maketrans(
    "国务办厅关于节调与连补号农历腊个将为发现经时带励动庆劳报确处妥实际获结",
    "國務辦廳關於節調與連補號農曆臘個將為發現經時帶勵動慶勞報確處妥實際獲結",
)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

# What a second notice changed after the yearly one: (days the yearly notice leaves on, days it leaves off).
CHANGED_LATER = {
    2015: ("2015-09-03 2015-09-04", "2015-09-06"),
    2019: ("2019-05-02 2019-05-03", "2019-04-28 2019-05-05"),
    2020: ("2020-01-31", ""),
}


def notice(year: int) -> str:
    return (NOTICES / f"{year}.txt").read_text(encoding="utf-8")


def short(*lines: str) -> YearTable:
    """A notice for 2026 with these lines below its title."""
    return parse_notice(TITLE + "\n".join(lines))


def days(written: str) -> list[date]:
    return [date.fromisoformat(day) for day in written.split()]


@pytest.mark.parametrize("year", YEARS)
def test_a_real_notice_gives_the_working_days_of_its_year(year: int) -> None:
    table = parse_notice(notice(year))
    packaged = packaged_calendar()
    loaded = packaged.with_table(table)
    first = date(year, 1, 1)
    differ = {day for day in days_from(first, date(year, 12, 31)) if loaded.is_working(day) != packaged.is_working(day)}
    on, off = CHANGED_LATER.get(year, ("", ""))
    # The notice of 2020 has a make-up Saturday that the second notice took back.
    undone = {date(2020, 2, 1)} if year == 2020 else set()
    assert differ == {*days(on), *days(off)} | undone
    assert table.source == f"《国务院办公厅关于{year}年部分节假日安排的通知》"
    assert table.official
    assert missing_holidays(table) == (() if year >= 2008 else ("清明节", "端午节", "中秋节"))


@pytest.mark.parametrize("year", [2023, 2025, 2026])
def test_a_notice_that_names_every_day_gives_exactly_the_packaged_table(year: int) -> None:
    table, packaged = parse_notice(notice(year)), packaged_calendar().table(year)
    assert set(table.off) == set(packaged.off)
    assert set(table.work) == set(packaged.work)


@pytest.mark.parametrize(
    ("year", "off", "work"),
    [
        pytest.param(2006, "", "2005-12-31", id="december-without-its-year-is-the-year-before"),
        pytest.param(2008, "2007-12-30 2007-12-31", "2007-12-29", id="a-span-across-two-years"),
        pytest.param(2012, "", "2011-12-31", id="a-make-up-day-of-the-year-before"),
        pytest.param(2018, "2017-12-30 2017-12-31", "", id="a-weekend-joined-across-two-years"),
    ],
)
def test_a_notice_keeps_its_days_in_the_neighbouring_year(year: int, off: str, work: str) -> None:
    table = parse_notice(notice(year))
    assert [day for day in table.off if day.year != year] == days(off)
    assert [day for day in table.work if day.year != year] == days(work)


def test_json_lists_the_sorted_days() -> None:
    table = short("一、国庆节：10月1日（周四）至3日（周六）放假，共3天。9月20日（周日）上班。")
    expected = {"year": 2026, "off": ["2026-10-01", "2026-10-02", "2026-10-03"], "work": ["2026-09-20"]}
    assert notice_json(table) == expected
    assert set(table.off.values()) == set(table.work.values()) == {"国庆节"}


@pytest.mark.parametrize(
    "rewrite",
    [
        pytest.param(lambda text: text.translate(FULL_WIDTH), id="full-width-digits"),
        pytest.param(lambda text: text.translate(TRADITIONAL), id="traditional-characters"),
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="windows-line-ends"),
        pytest.param(lambda text: text.replace("\n", ""), id="one-line"),
        pytest.param(lambda text: re.sub("(.{7})", r"\1\n", text), id="broken-every-seven-characters"),
        pytest.param(lambda text: re.sub("(.{20})", r"\1\n　", text), id="broken-and-indented"),
        pytest.param(lambda text: text.replace("：", ":").replace("，", ", ").replace("。", ". "), id="ascii-stops"),
        pytest.param(lambda text: re.sub(r"(?m)^([一二三四五六七])、", r"（\1）", text), id="numbers-in-brackets"),
        pytest.param(lambda text: re.sub(r"(?m)^[一二三四五六七]、", "", text), id="no-numbers"),
        pytest.param(lambda text: re.sub(r"(?m)。$", "", text), id="no-full-stop-at-a-lines-end"),
        pytest.param(lambda text: text.replace("）、", "）和"), id="joined-by-and"),
        pytest.param(lambda text: text.replace("周日", "星期天"), id="other-words-for-weekdays"),
        pytest.param(lambda text: re.sub(r"(\d)日", r"\1号", text), id="other-word-for-day"),
        pytest.param(lambda text: text.replace("共", "总共").replace("上班", "正常上班"), id="filler-words"),
    ],
)
@pytest.mark.parametrize("year", [2008, 2018, 2025])
def test_the_way_a_notice_is_typed_makes_no_difference(year: int, rewrite: Callable[[str], str]) -> None:
    assert notice_json(parse_notice(rewrite(notice(year)))) == notice_json(parse_notice(notice(year)))


@pytest.mark.parametrize(
    ("line", "off", "work"),
    [
        pytest.param("一、劳动节：5月1日（周五）放假，与周末连休。", "05-01 05-02 05-03", "", id="weekend-after"),
        pytest.param("一、清明节：4月6日放假，与周末连休，共3天。", "04-04 04-05 04-06", "", id="weekend-before"),
        pytest.param("一、清明节：4月5日（周日）放假，4月6日（周一）补休。", "04-05 04-06", "", id="given-back"),
        pytest.param("一、元旦：1月1日放假1天，不调休。", "01-01", "", id="no-exchange"),
        pytest.param("一、春节：放假时间：2月16日至18日，共三天。", "02-16 02-17 02-18", "", id="verb-before-its-days"),
        pytest.param("元旦放假3天\n1月1日至3日放假。1月4日上班", "01-01 01-02 01-03", "01-04", id="newspaper"),
        pytest.param("五、端午节：六月十九日至二十一日放假。", "06-19 06-20 06-21", "", id="chinese-numerals"),
        pytest.param("一、元旦：1月1日放假。1月4日（周日）、11日上班。", "01-01", "01-04 01-11", id="month-carried-on"),
        pytest.param("一、元旦：1月1日至2日放假（1月4日上班）。", "01-01 01-02", "01-04", id="in-brackets"),
        pytest.param(
            "一、元旦：1月1日放假。1月2日（周五）起正常上班。", "01-01", "", id="back-at-work-is-no-make-up-day"
        ),
        pytest.param(
            "一、元旦：1月1日放假，1月3日、4日（周六、周日）上班。", "01-01", "01-03 01-04", id="two-weekdays"
        ),
        pytest.param("一、某纪念日：9月3日（周四）放假1天。", "09-03", "", id="a-holiday-that-is-new"),
        pytest.param("1月1日至3日放假，共3天。", "01-01 01-02 01-03", "", id="without-a-heading"),
        pytest.param(
            "一、元旦：1月1日放假。\n国务院办公厅\n2025年11月4日", "01-01", "", id="the-signatures-date-is-no-holiday"
        ),
    ],
)
def test_a_wording_is_read(line: str, off: str, work: str) -> None:
    table = short(line)
    assert [f"{day:%m-%d}" for day in table.off] == off.split()
    assert [f"{day:%m-%d}" for day in table.work] == work.split()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param("二、春节：2月15日至23日放假，共8天。", "共8天.*9天", id="wrong-count"),
        pytest.param("二、春节：2月15日放假2天。", "2天.*1天", id="wrong-count-without-total"),
        pytest.param("二、春节：放假3天，2月16日至17日。", "3天.*2天", id="wrong-count-before-its-days"),
        pytest.param("三、清明节：4月6日放假，与周末连休，共2天。", "共2天.*3天", id="wrong-count-of-a-joined-weekend"),
        pytest.param("三、清明节：4月4日（周日）放假。", "4月4日是周六", id="wrong-weekday"),
        pytest.param("三、清明节：4月4日（周六）至6日（周二）放假。", "4月6日是周一", id="wrong-weekday-of-an-end"),
        pytest.param("一、元旦：1月1日放假。1月4日上班（周六）。", "1月4日是周日", id="wrong-weekday-after-its-verb"),
        pytest.param("一、春节：2月30日放假。", "没有2026年2月30日", id="no-such-day"),
        pytest.param("一、国庆节：10月1日至32日放假。", "没有2026年10月32日", id="no-such-day-as-an-end"),
        pytest.param("一、国庆节：10月7日至1日放假。", "早于开始", id="end-before-start"),
        pytest.param("一、国庆节：10月1日至11月10日放假。", "不像一个假期", id="far-too-long"),
        pytest.param("一、国庆节：2025年10月1日放假。", "不是2026年", id="another-year"),
        pytest.param("一、元旦：1月1日至3日放假。1月3日上班。", "既写了元旦放假，又写了元旦上班", id="off-and-on"),
        pytest.param("一、元旦：1月1日放假。1月2日（周五）上班。", "本来就是工作日", id="a-make-up-weekday"),
        pytest.param("一、清明节：4月4日放假，4月5日补休。", "不能用来补休", id="given-back-on-a-sunday"),
        pytest.param("一、元旦：4月1日放假，与周末连休。", "前后都不是周末", id="no-weekend-adjoins"),
        pytest.param("一、国庆节：放假。", "“国庆节”没有写日期", id="no-day"),
        pytest.param("一、国庆节：10月1日至7日。", "没有写明10月1日", id="no-verb"),
        pytest.param("一、国庆节：10月1日至放假。", "“至”的后面没有日期", id="open-span"),
        pytest.param("一、国庆节：3日放假。", "没有写月份", id="no-month"),
        pytest.param("一、元旦：1月1日不放假。", "看不懂“不”", id="not-off"),
        pytest.param("一、元旦：1月1日放假半天。", "看不懂“半天”", id="half-a-day"),
        pytest.param("一、元旦：1月1日放假。1月4日（周日）加班。", "看不懂“加班”", id="an-unknown-verb"),
        pytest.param("一、元旦：1月1日放假。除1月4日外周日上班。", "看不懂", id="an-exception"),
        pytest.param("一、国庆节：10月1日放假，10月5日为法定节假日。", "却不在", id="a-legal-holiday-outside"),
        pytest.param(
            "一、国庆节：10月1日至7日放假，9月21日公休日调至10月5日。", "不是周六、周日", id="moved-from-a-monday"
        ),
        pytest.param("一、国庆节：10月1日至7日放假，9月20日公休日调至10月4日。", "本来就休息", id="moved-to-a-sunday"),
        pytest.param("一、国庆节：10月1日至7日放假，9月20日两个公休日调至10月5日。", "列出的却是1天", id="two-but-one"),
        pytest.param("请各单位遵照执行。", "没有找到任何放假日期", id="no-arrangement"),
    ],
)
def test_a_notice_that_contradicts_itself_is_refused_naming_the_line(line: str, message: str) -> None:
    padding = ["", "各省、自治区、直辖市人民政府：", "现将具体安排通知如下："]
    with pytest.raises(NoticeError, match=message) as refused:
        short(*padding, line)
    assert refused.value.line == 5
    assert str(refused.value).startswith(f"第5行「{line[:5]}")


@pytest.mark.parametrize(
    ("text", "year", "message", "line"),
    [
        pytest.param("", 2026, "没有通知的文字", None, id="nothing"),
        pytest.param("一、元旦：1月1日放假。", None, "没有写明年份", 1, id="no-year"),
        pytest.param(
            TITLE + "一、元旦：1月1日放假。", 2027, "通知是2026年的，要的却是2027年", 1, id="not-the-year-asked-for"
        ),
        pytest.param(
            TITLE + "现将2025年元旦放假安排通知如下：\n一、元旦：1月1日放假。", None, "不止一个年份", 2, id="two-years"
        ),
        pytest.param(
            TITLE + "现将2026年元旦、春节放假调休日期通知如下。\n一、元旦：1月1日放假。",
            None,
            "有春节的安排",
            2,
            id="cut-off",
        ),
        pytest.param("放" * 20001, 2026, "超过20000字", None, id="too-long"),
        pytest.param("(" * 15000, 2026, "没有找到任何放假日期", 1, id="nothing-but-brackets"),
    ],
)
def test_a_text_that_is_no_whole_notice_is_refused(text: str, year: int | None, message: str, line: int | None) -> None:
    with pytest.raises(NoticeError, match=message) as refused:
        parse_notice(text, year=year)
    assert refused.value.line == line


def test_a_year_that_only_the_caller_knows_is_taken() -> None:
    assert parse_notice("一、元旦：1月1日放假。", year=2026).year == 2026


@pytest.mark.parametrize("year", [2009, 2026])
def test_no_weekday_or_count_of_a_real_notice_can_be_changed_unnoticed(year: int) -> None:
    text = notice(year)
    items = range(text.index("一、"), text.rindex("节假日期间"))
    slips = [match for match in re.finditer(r"(?<=[期周（、])[一二三四五六日](?=[）、])|(?<=共)\d(?=天)", text)]
    slips = [match for match in slips if match.start() in items and text[match.start() - 1] in "期周共"]
    assert len(slips) > 20
    for slip in slips:
        other = {"一": "二", "日": "六"}.get(slip[0], "一") if not slip[0].isdecimal() else "6"
        if other == slip[0]:
            continue
        with pytest.raises(NoticeError) as refused:
            parse_notice(text[: slip.start()] + other + text[slip.end() :])
        assert refused.value.line == text.count("\n", 0, slip.start()) + 1


def test_a_notice_about_one_holiday_says_which_others_it_lacks() -> None:
    table = parse_notice(
        "国务院办公厅关于调整2019年劳动节假期安排的通知\n现将调整2019年劳动节放假安排通知如下。\n"
        "2019年5月1日至4日放假调休，共4天。4月28日（星期日）、5月5日（星期日）上班。\n国务院办公厅\n2019年3月22日"
    )
    assert set(table.off.values()) == {"劳动节"}
    assert missing_holidays(table) == ("元旦", "春节", "清明节", "端午节", "中秋节", "国庆节")
