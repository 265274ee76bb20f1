"""The text of the State Council's yearly holiday notice → the year's table.

A notice is a preamble (…通知如下), one item a holiday (一、元旦：…), and closing paragraphs. An item is sentences:

    days 放假 | days 补休 | days 上班 | 与周末连休 | 共N天 | days 公休日调至 days | days 为法定节假日 | days 照常公休

All wordings since 2004 are read. A sentence that names a day and 放假 or 上班 and isn't understood is an error, never
passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from mingbai.rules.days import chinese_day
from mingbai.rules.notice_items import CHECK, Item, read_sentence
from mingbai.rules.notice_words import HOLIDAY, HOLIDAYS, Kind, NoticeError, Text, tokens, uniform
from mingbai.rules.numerals import chinese_number
from mingbai.rules.workdays import YearTable

__all__ = ["NoticeError", "missing_holidays", "notice_json", "parse_notice"]

LONGEST = 20_000

_MARK = r"(?:第?[一二三四五六七八九十]{1,3}[、.)]|\([一二三四五六七八九十\d]{1,3}\)[、.]?|\d{1,2}[、.)](?!\d))"
_NAMES = rf"{HOLIDAY}(?:(?:[、和与及暨/]|以及)?{HOLIDAY})*"
_HEADING = re.compile(
    rf"-?(?P<mark>{_MARK})?(?:\d{{4}}年)?"
    rf"(?:(?P<known>{_NAMES})(?:假期|放假安排|放假时间|安排)?(?:\([^()\d]*\))?"
    r"(?::|(?=\(?\d|放假|[一二三四五六七八九十]{1,3}月))"
    r"|(?P<new>[^\d:。,;!()]{2,24}):)"
)
_BEGINS = ("国务院", "中华人民共和国", "节假日期间", "放假期间", "鼓励", "附件", "抄送")
_ENDS = ("上班", "天", "通知", "安排")
_DATE = re.compile(r"(?:\d{4}|[〇零一二三四五六七八九]{4})年[^年月日]{1,3}月[^年月日]{1,3}日")
_TITLE = re.compile(r"国务院(?:办公厅)?关于(?:(?!国务院)[^。,;]){0,60}?通知")
_YEAR = r"(\d{4}|[〇零一二三四五六七八九]{4})年"
_YEAR_PLACES = (
    re.compile(rf"(?:关于|现将)(?:调整|延长)?{_YEAR}"),
    re.compile(rf"{_YEAR}(?:的|全年|部分|法定|国家法定|春节|,)*(?:节假日|放假|假日|假期|元旦)"),
)
_ANNOUNCED = re.compile(rf"(?:现将|\d年[,:]?)((?:{HOLIDAY}|[、和及与])+)放?假?调?休")
_STATUTORY = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")


def parse_notice(text: str, *, year: int | None = None) -> YearTable:
    """The table of the year that the notice is for; ``year`` must agree with the year that the text itself states.

    ``off`` holds every weekday and weekend day that the notice names as holiday (放假, 补休), and for 与周末连休 the
    weekend days that adjoin; ``work`` the make-up days. Both may hold days of the neighbouring year. Raises NoticeError
    for a text that isn't such a notice, for a wrong count (共N天), weekday, date or order, for a day both off and on,
    for a year that is missing, and for a sentence about days that isn't understood.
    """
    return _Notice(uniform(text), year).table()


def notice_json(table: YearTable) -> dict[str, Any]:
    """``{"year":2026,"off":["2026-01-01",…],"work":["2026-01-04",…]}``, the days sorted."""
    return {
        "year": table.year,
        "off": [day.isoformat() for day in sorted(table.off)],
        "work": [day.isoformat() for day in sorted(table.work)],
    }


def missing_holidays(table: YearTable) -> tuple[str, ...]:
    """The statutory holidays that a table doesn't name, in the law's order.

    Not empty for a notice that changes one holiday (延长2020年春节假期): its table mustn't stand for the whole year.
    """
    named = {name for names in table.off.values() for name in names.split("、")}
    return tuple(name for name in _STATUTORY if name not in named)


class _Heading(NamedTuple):
    """The name of an item, where its heading begins and ends, and whether it can be nothing else."""

    name: str
    at: int
    end: int
    sure: bool


class _Notice:
    def __init__(self, text: Text, year: int | None) -> None:
        self.text = text
        if not text.characters:
            raise NoticeError("没有通知的文字；请粘贴通知的全文。", None)
        if len(text.characters) > LONGEST:
            raise NoticeError(f"文字超过{LONGEST}字，不像放假通知；请只粘贴通知的正文。", None)
        found = list(self._headings())
        # 一、 or a colon makes a heading sure; a line that merely begins 春节放假 may be a preamble's, broken there.
        sure = [heading for heading in found if heading.sure] or found
        below = [match.end() for match in re.finditer("如下[:。,]?", text.characters)]
        preamble = [end for end in below if sure and end <= (sure[0] if sure[0].sure else sure[-1]).at]
        self.headings = [heading for heading in sure if not preamble or heading.at >= preamble[-1]]
        self.first = self.headings[0].at if self.headings else len(text.characters)
        self.body = (preamble or below or [self._first_dated_sentence() if self.headings else 0])[-1]
        self.year = self._year(year)

    def table(self) -> YearTable:
        """Read every item, then what only the whole can contradict."""
        off: dict[date, tuple[str, int]] = {}
        work: dict[date, tuple[str, int]] = {}
        for item in self._items():
            off = {day: (item.name, at) for day, at in item.off.items()} | off
            work = {day: (item.name, at) for day, at in item.work.items()} | work
        if not off:
            example = "一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。"
            self.text.fail(self.body, f"没有找到任何放假日期；请粘贴通知的全文，如“{example}”")
        for day, (name, at) in work.items():
            if day in off:
                self.text.fail(at, f"{chinese_day(day)}既写了{off[day][0]}放假，又写了{name}上班；{CHECK}")
        self._refuse_missing_items()
        title = _TITLE.search(self.text.characters[: self.body])
        return YearTable(
            year=self.year,
            off={day: name for day, (name, _) in off.items()},
            work={day: name for day, (name, _) in work.items()},
            source=f"《{title[0]}》" if title else f"载入的{self.year}年放假通知",
            official=True,
        )

    def _items(self) -> Iterator[Item]:
        """Each item, read; days that stand before the first heading are an item of their own."""
        if self.body < self.first:
            item = Item(self.text, self.year, self._only_holiday(), self.body, headed=False)
            yield self._read(item, self.body, self.first)
        ends = [heading.at for heading in self.headings[1:]]
        for heading, end in zip(self.headings, [*ends, len(self.text.characters)], strict=False):
            item = Item(self.text, self.year, heading.name, heading.at, headed=True)
            yield self._read(item, heading.end, end)

    def _read(self, item: Item, start: int, end: int) -> Item:
        for at, sentence in self._sentences(start, end):
            read_sentence(item, tokens(sentence, at))
        item.close()
        return item

    def _headings(self) -> Iterator[_Heading]:
        text, end = self.text.characters, 0
        for at in range(len(text)):
            begins_line = at in self.text.line_starts
            if at < end or not (begins_line or text[at - 1] in "。;:!)"):
                continue
            match = _HEADING.match(text, at)
            sure = match is not None and bool(match["mark"] or (match["known"] and match[0].endswith(":")))
            if match and (sure or (match["known"] and begins_line)):
                end = match.end()
                yield _Heading(_holiday_name(match["known"] or match["new"]), at, end, sure)

    def _first_dated_sentence(self) -> int:
        """The first sentence before the items that opens with a day and says 放假 or 上班; else where items begin."""
        for at, sentence in self._sentences(0, self.first):
            kinds = [token.kind for token in tokens(sentence, at) if token.kind is not Kind.FILLER]
            if kinds and kinds[0] is Kind.DATE and (Kind.OFF in kinds or Kind.WORK in kinds):
                return at
        return self.first

    def _sentences(self, start: int, end: int) -> Iterator[tuple[int, str]]:
        """(offset, text) of each sentence between two offsets, without its full stop."""
        text, begin = self.text.characters, start
        for at in range(start, end):
            if text[at] in "。;!?" or (text[at] == "." and not text[at - 1].isdecimal()):
                yield begin, text[begin:at]
                begin = at + 1
            elif at in self.text.line_starts and at > begin and self._ends_before(at):
                yield begin, text[begin:at]
                begin = at
        if begin < end:
            yield begin, text[begin:end]

    def _ends_before(self, at: int) -> bool:
        """Whether a sentence without a full stop ended with the line before, or a signature follows."""
        text = self.text.characters
        if text[at] in ",、。;:)(" or text[at - 1] in "至到、,-—":
            return False
        dated = _DATE.match(text, at)
        only_a_date = dated is not None and (dated.end() == len(text) or dated.end() in self.text.line_starts)
        return only_a_date or text.endswith(_ENDS, 0, at) or text.startswith(_BEGINS, at)

    def _only_holiday(self) -> str:
        """The one holiday that the title and preamble name, in a notice about a single one; else 节假日."""
        named = {HOLIDAYS[name] for name in re.findall(HOLIDAY, self.text.characters[: self.body])}
        return named.pop() if len(named) == 1 else "节假日"

    def _year(self, given: int | None) -> int:
        preamble = self.text.characters[: max(self.body, self.first)]
        for place in _YEAR_PLACES:
            stated = {_year_number(match[1]): match.start() for match in place.finditer(preamble)}
            if len(stated) > 1:
                listed = "、".join(f"{each}年" for each in sorted(stated))
                at = max(stated.values())
                self.text.fail(at, f"写了不止一个年份（{listed}），不知道是哪一年的通知；请只留一份通知。")
            for year, at in stated.items():
                if given is not None and given != year:
                    self.text.fail(at, f"通知是{year}年的，要的却是{given}年；请核对。")
                return year
        if given is None:
            title = "国务院办公厅关于2026年部分节假日安排的通知"
            self.text.fail(0, f"没有写明年份；请连标题一起粘贴，如“{title}”。")
        return given

    def _refuse_missing_items(self) -> None:
        """现将2026年元旦、春节……通知如下: a preamble that lists more than the items hold is of a text cut off."""
        announced = _ANNOUNCED.search(self.text.characters[: self.body])
        if announced is None or not self.headings:
            return
        items = {name for heading in self.headings for name in heading.name.split("、")}
        for match in re.finditer(HOLIDAY, announced[1]):
            if HOLIDAYS[match[0]] not in items:
                at = announced.start(1) + match.start()
                self.text.fail(at, f"这里说有{HOLIDAYS[match[0]]}的安排，下面却没有；请粘贴通知的全文。")


def _holiday_name(written: str) -> str:
    """国庆节、中秋节 for any way to write the two; a holiday we don't know keeps its own words."""
    known = [HOLIDAYS[name] for name in re.findall(HOLIDAY, written)]
    return "、".join(dict.fromkeys(known)) or written


def _year_number(written: str) -> int:
    return int(written) if written.isdecimal() else chinese_number(written) or 0
