"""Periods and the days in them: 每季度的首个月20日, 次月15日前, 年度终了后30日内, 一年一公开."""

from __future__ import annotations

from mingbai.rules import words
from mingbai.rules.clause import Clause
from mingbai.rules.duties import AfterPeriod, Due, PeriodDay, Trigger, Unit
from mingbai.rules.numerals import number_at
from mingbai.rules.words import Table, Value

MONTHS_IN = {
    Trigger.MONTH: 1,
    Trigger.QUARTER: 3,
    Trigger.HALF_YEAR: 6,
    Trigger.YEAR: 12,
    Trigger.ACCOUNTING_PERIOD: 12,
}
LAST_DAY = {1: 31, 2: 29, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}


def period_at(text: str, start: int, known: Trigger | None) -> tuple[Clause, int] | None:
    """The period that begins at ``start`` and its day, or None. ``known``: the period named before in the clause."""
    return _Period(text, start, known).read()


class _Period:
    def __init__(self, text: str, start: int, known: Trigger | None) -> None:
        self.text = text
        self.start = start
        self.at = start
        self.known = known

    def take(self, table: Table[Value]) -> Value | None:
        found = table.at(self.text, self.at)
        if found is None:
            return None
        value, self.at = found
        return value

    def number(self) -> int | None:
        found = number_at(self.text, self.at)
        if found is None:
            return None
        value, self.at = found
        return value

    def read(self) -> tuple[Clause, int] | None:
        for form in (self.one_each, self.next_period, self.dates_of_year, self.this_period, self.every, self.alone):
            self.at = self.start
            found = form()
            if found is not None:
                return found, self.at
        return None

    # --- forms --------------------------------------------------------------------------------------------------------

    def one_each(self) -> Clause | None:
        """一年一公开, 一月一次, 每季度一公开."""
        trigger = self.take(words.ONE_EACH)
        if trigger is None:
            return None
        self.take(words.TIMES)
        return Clause(period=trigger) if self.at_verb() or self.at == len(self.text) else None

    def next_period(self) -> Clause | None:
        """次月15日前, 下季度首月10日前, 下一周期第1个月15日前."""
        if self.take(words.NEXT_PERIOD) is not None:
            if self.known is None:
                return None
            due = self.day_in(self.known)
            return None if due is None else Clause(period=self.known, due=due)
        self.take(words.THE)
        if self.take(words.NEXT) is None:
            return None
        trigger = self.take(words.PERIODS)
        if trigger is None:
            return None
        self.take(words.THE)
        due = self.day_in(trigger)
        if due is None:
            return None
        return Clause(period=trigger, due=due, next_month=trigger is Trigger.MONTH)

    def this_period(self) -> Clause | None:
        """当月结束后5日内: only after its end, since a day in the period itself can't be said (当月25日)."""
        if words.THIS.at(self.text, self.at) is None:
            self.take(words.OF_EVENT)
        if self.take(words.THIS) is None or (trigger := self.take(words.PERIODS)) is None:
            return None
        if words.PERIOD_ENDS.at(self.text, self.at) is None:
            return None
        return self.with_day(trigger)

    def every(self) -> Clause | None:
        """每季度, 按月, 自季度结束之日起10日内, 半年一次 (one period stands for each)."""
        while self.take(words.EVERY) is not None:
            pass
        once = self.take(words.ONE) is not None
        if self.at == self.start:
            return None
        trigger = self.take(words.PERIODS)
        if trigger is None:
            return None
        only_one = once and words.EVERY.at(self.text, self.start) is None
        if only_one and "一次" not in self.text[self.at :] and "1次" not in self.text[self.at :]:
            return None  # 一季度 may be the first
        return self.with_day(trigger)

    def alone(self) -> Clause | None:
        """半年公布一次, 季度结束后10日内, 季后15日内, 年度; a bare word only before a verb or at the end."""
        trigger = self.take(words.ALONE)
        if trigger is None:
            return None
        here = self.at
        if self.at_verb() or self.at == len(self.text):
            return Clause(period=trigger)
        found = self.with_day(trigger)
        return found if found is not None and self.at > here else None

    def with_day(self, trigger: Trigger) -> Clause | None:
        """A named period with what may follow it: its end, and the day."""
        here = self.at
        self.take(words.THE)
        last_month = words.LAST_MONTH.at(self.text, self.at) is not None
        ended = not last_month and self.take(words.PERIOD_ENDS) is not None
        after = self.take(words.AFTER) is not None
        if ended or after:
            days = self.days_inside(needs_inside=False)
            if days is not None:
                return Clause(period=trigger, due=AfterPeriod(*days))
            if self.take(words.BY) is not None:
                return self.by_end(trigger)
            if after or self.at_verb() or self.at == len(self.text) or ended:
                return Clause(period=trigger)
        self.at = here
        due = self.day_in(trigger)
        return Clause(period=trigger, due=due)

    def by_end(self, trigger: Trigger) -> Clause | None:
        """每年年底前: the last day of the year; the end of any other period is no day of the period that follows."""
        return Clause(period=trigger, due=PeriodDay(12, 31)) if trigger is Trigger.YEAR else None

    def dates_of_year(self) -> Clause | None:
        """每年1月31日前, 每年1月、7月10日前: the months of the year, when they lie evenly over it."""
        if self.take(words.EVERY) is not None and self.take(words.PERIODS) is not Trigger.YEAR:
            return None
        self.take(words.THE)
        months = sorted(self.months())
        step = {2: 6, 4: 3}.get(len(months))
        if step is None or any(month != months[0] + step * place for place, month in enumerate(months)):
            return None
        self.take(words.THE)
        last = 31 if months == [1, 7] else None  # other months differ in length: the day must be named
        due = self.day_of_month(months[0], last)
        return None if due is None else Clause(period=Trigger.HALF_YEAR if step == 6 else Trigger.QUARTER, due=due)

    def months(self) -> list[int]:
        """1月、7月; 4月、7月、10月和次年1月; 1、4、7、10月."""
        found: list[int] = []
        while True:
            here = self.at
            if found:
                self.take(words.NEXT_YEAR)
            number = self.number()
            signed = self.take(words.MONTHS) is not None
            between = self.take(words.OR) is not None
            if number is None or not 1 <= number <= 12 or not (signed or between):
                self.at = here
                return found
            found.append(number)
            if not between:
                return found

    # --- the day ------------------------------------------------------------------------------------------------------

    def day_in(self, trigger: Trigger) -> Due | None:
        """The day that stands here, in the period that follows: 首月20日, 15日前, 3月31日前, 前5个工作日内."""
        here = self.at
        self.take(words.THE)
        for form in (self.first_days, self.day_by_month):
            start = self.at
            due = form(trigger)
            if due is not None:
                return due
            self.at = start
        self.at = here
        return None

    def first_days(self, trigger: Trigger) -> Due | None:
        """每月前5个工作日内, 每季度10日内, 每季度首月前10日."""
        if trigger is not Trigger.MONTH:
            self.take(words.FIRST_MONTH)
            self.take(words.THE)
        initial = self.take(words.INITIAL) is not None
        days = self.days_inside(needs_inside=not initial)
        return None if days is None else AfterPeriod(*days)

    def day_by_month(self, trigger: Trigger) -> Due | None:
        if trigger is Trigger.MONTH:
            return self.day_of_month(1, None)
        if trigger is Trigger.YEAR:
            part = self.part_of_year()
            if part is not None:
                return part
        month = self.month_of(trigger)
        if month is None or month > MONTHS_IN[trigger]:
            return None
        self.take(words.THE)
        last = LAST_DAY[month] if trigger is Trigger.YEAR else 31
        return self.day_of_month(month, last)

    def part_of_year(self) -> Due | None:
        """每年第一季度, 每年上半年内, 每年年底前: by the last day of it."""
        here = self.at
        quarter = self.take(words.QUARTERS)
        half = None if quarter else self.take(words.HALVES)
        if quarter is not None or half is not None:
            month = quarter * 3 if quarter is not None else (half or 0) * 6
            if self.take(words.MONTH_END) is None:
                self.take(words.INSIDE)
            self.take(words.BY)
            return PeriodDay(month, LAST_DAY[month])
        if self.take(words.YEAR_END) is not None and self.take(words.BY) is not None:
            return PeriodDay(12, 31)
        self.at = here
        return None

    def month_of(self, trigger: Trigger) -> int | None:
        if self.take(words.FIRST_MONTH) is not None:
            return 1
        if self.take(words.LAST_MONTH) is not None:
            return MONTHS_IN[trigger]
        nth = self.take(words.NTH) is not None
        number = self.number()
        if number is None or self.take(words.MONTHS) is None or not 1 <= number <= 12:
            return None
        return number if nth or trigger is Trigger.YEAR else None

    def day_of_month(self, month: int, last: int | None) -> Due | None:
        """20日, 20日前, 上旬, 底前; ``last``: the day meant when none is named (每年3月内), None if one must be."""
        here = self.at
        number = self.number()
        if number is not None and self.take(words.DAY_SIGNS) is not None:
            if not 1 <= number <= (last or 31) or words.INSIDE.at(self.text, self.at) is not None:
                return None
            self.take(words.BY)
            return PeriodDay(month, number)
        self.at = here
        tenth = self.take(words.TENTHS)
        if tenth is not None:
            self.take(words.INSIDE) or self.take(words.BY)
            return PeriodDay(month, tenth)
        if last is None:
            return None
        if self.take(words.MONTH_END) is None:
            self.take(words.INSIDE)
        self.take(words.BY)
        return PeriodDay(month, last)

    # --- smaller ------------------------------------------------------------------------------------------------------

    def days_inside(self, *, needs_inside: bool) -> tuple[int, Unit] | None:
        """10日内, 5个工作日内; 号 and 日前 are days of a month, not numbers of days."""
        here = self.at
        self.take(words.AT_MOST)
        nth = self.take(words.NTH) is not None
        number = self.number()
        unit = self.take(words.UNITS) if number is not None else None
        if number is None or unit is None or not 0 < number * unit[1] <= 366:
            self.at = here
            return None
        inside = self.take(words.INSIDE) is not None
        by = not inside and unit[0] is Unit.WORKING_DAY and self.take(words.BY) is not None
        if (nth and not by) or (needs_inside and not (inside or by)) or words.BY.at(self.text, self.at) is not None:
            self.at = here
            return None
        return number * unit[1], unit[0]

    def at_verb(self) -> bool:
        """Whether a verb or a word that leads to one stands here."""
        tables = (words.DISCLOSE, words.SHOW, words.UPDATE, words.PROMPT, words.TIMES_ONLY, words.AT_LEAST, words.TIMES)
        return any(table.at(self.text, self.at) is not None for table in tables)
