"""The days that a holiday notice names, as they are written: 1月1日（周四）至3日（周六）, 12月30日、31日.

A day may lack its year or its month. A missing month is the one before it in the sentence, or that of the holiday
being spoken of; a missing year is the notice's, but December in the item of 元旦 is the year before.
"""

from __future__ import annotations

from datetime import date, timedelta

from mingbai.rules.days import WEEKDAYS, chinese_date
from mingbai.rules.notice_words import Token

LONGEST_SPAN = 31
ONE_DAY = timedelta(days=1)


class BadDay(ValueError):
    """A day that doesn't exist, doesn't fit its weekday, or isn't the notice's; the message says so in Chinese."""


class Days:
    """The days of one sentence that no verb has claimed yet, with the offset where each was named."""

    def __init__(self, year: int, holiday: str, known: list[date]) -> None:
        self.year = year
        self.about_new_year = "元旦" in holiday
        self.known = known  # the days off of the holiday so far: 其中，29日、30日、31日为法定假日
        self.pending: dict[date, int] = {}
        self.previous: date | None = None
        self.named: list[date] = []  # the days since the last verb, a span's as its two ends, for weekdays to check
        self.open_span: date | None = None
        self._claimed = False

    def take(self) -> dict[date, int]:
        """The pending days, which are then no longer pending."""
        if self.open_span is not None:
            raise BadDay("“至”的后面没有日期；请核对通知原文。")
        taken, self.pending = self.pending, {}
        self._claimed = True  # but 上班（周日） may still check the days just taken
        return taken

    def to(self) -> None:
        """至: the next day closes a span that the day before opened. Without a day before it, it says nothing."""
        self.open_span = self.named[-1] if self.pending else None

    def add(self, token: Token) -> None:
        """A day as written, or the end of a span. Raises BadDay."""
        if self.open_span is not None:
            return self._close_span(self.open_span, token)
        if self._claimed:
            self._claimed, self.named = False, []
        day = self._resolve(token)
        self.pending[day] = token.at
        self.named.append(day)
        self.previous = day
        return None

    def check_weekdays(self, weekdays: list[int], token: Token) -> None:
        """（周四）, （周六、周日） or （周五至周日） after the days it speaks of. Raises BadDay."""
        for day, weekday in zip(self.named[-len(weekdays) :], weekdays[-len(self.named) :], strict=False):
            if day.weekday() != weekday:
                right = WEEKDAYS[day.weekday()]
                raise BadDay(f"{chinese_date(day)}是周{right}，不是{token.text}；请核对通知原文。")

    def _close_span(self, first: date, token: Token) -> None:
        self.open_span = None
        last = self._end_of_span(first, token)
        if last < first and first.month == 12 and last.month == 1:
            self.pending.pop(first, None)
            first = self._exact(first.year - 1, first.month, first.day)
            self.named[-1] = first
        if last < first:
            raise BadDay(f"结束的日期{chinese_date(last)}早于开始的日期{chinese_date(first)}；请核对通知原文。")
        if (last - first).days >= LONGEST_SPAN:
            length = (last - first).days + 1
            raise BadDay(f"从{chinese_date(first)}到{chinese_date(last)}有{length}天，不像一个假期；请核对。")
        for number in range((last - first).days + 1):
            self.pending.setdefault(first + number * ONE_DAY, token.at)
        self.named.append(last)
        self.previous = last

    def _end_of_span(self, first: date, token: Token) -> date:
        year, month, day = token.number("year"), token.number("month"), token.number("day")
        if month is None:
            return self._exact(first.year, first.month, day)
        if year is None and first.month == 12 and month == 1:
            # 2025年12月31日至1月2日 ends in the year of the notice; 12月30日至1月1日 is turned round by the caller.
            return self._exact(max(first.year, self.year), month, day)
        return self._exact(first.year if year is None else year, month, day)

    def _resolve(self, token: Token) -> date:
        year, month, day = token.number("year"), token.number("month"), token.number("day")
        if month is not None:
            if year is None:
                year = self.year - 1 if month == 12 and self.about_new_year else self.year
            return self._exact(year, month, day)
        if self.previous is not None:
            return self._exact(self.previous.year, self.previous.month, day)
        within = [known for known in self.known if known.day == day]
        if within:
            return within[0]
        if not self.known:
            raise BadDay(f"{token.text}没有写月份；请核对通知原文。")
        last = max(self.known)
        return self._exact(last.year, last.month, day)

    def _exact(self, year: int, month: int, day: int | None) -> date:
        try:
            exact = date(year, month, day or 0)
        except ValueError:
            raise BadDay(f"没有{year}年{month}月{day}日这一天；请核对通知原文。") from None
        neighbour = (self.year - 1, 12) if exact.year < self.year else (self.year + 1, 1)
        if exact.year != self.year and (exact.year, exact.month) != neighbour:
            raise BadDay(f"{chinese_date(exact)}不是{self.year}年的日期；请核对年份。")
        return exact
