"""One holiday's sentences in a notice, read into the days it takes off and the days it makes working days.

Days gather until a verb says what they are: 2月14日（周六）、2月28日（周六）上班. What 公休日调至 moves, and what is
explained as 法定节假日 or 照常公休, is checked when the holiday's last sentence has been read.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import islice

from mingbai.rules.days import chinese_day
from mingbai.rules.notice_days import BadDay, Days
from mingbai.rules.notice_words import Kind, Text, Token, weekday_numbers
from mingbai.rules.workdays import SATURDAY

ONE_DAY = timedelta(days=1)
CHECK = "请核对通知原文。"
_TELLING = frozenset(
    {Kind.OFF, Kind.WORK, Kind.MOVED, Kind.WEEKEND, Kind.COUNT, Kind.WEEKDAYS, Kind.LEGAL, Kind.PUBLIC_REST},
)
_ADVICE = ("鼓励", "倡导", "提倡")


class Item:
    """One holiday while it is being read: its days, each with the offset at which it was named.

    ``headed`` is False for days that stand under no holiday's name. Every method may raise NoticeError.
    """

    def __init__(self, text: Text, year: int, name: str, at: int, *, headed: bool) -> None:
        self.text = text
        self.year = year
        self.name = name
        self.at = at
        self.headed = headed
        self.off: dict[date, int] = {}
        self.work: dict[date, int] = {}
        self.explained: dict[date, int] = {}  # said to be 法定节假日 or 照常公休: must be off
        self.moved_from: dict[date, int] = {}  # a 公休日 given up: off for another reason, or worked
        self.latest: list[date] = []  # the days of the latest 放假
        self.counts: list[Token] = []  # 放假3天 before any day
        self.saw_day = False
        self.closing = False  # whether a paragraph that isn't about days has begun

    def add_off(self, days: dict[date, int]) -> None:
        """Days off; the first place that names a day keeps it."""
        self.latest = sorted(days)
        self.off = days | self.off

    def add_weekend(self, at: int) -> None:
        """与周末连休: the weekend days that adjoin the latest days off, before and after."""
        for end, step in ((min(self.latest, default=None), -ONE_DAY), (max(self.latest, default=None), ONE_DAY)):
            beside = end + step if end else None
            while beside and (beside.weekday() >= SATURDAY or beside in self.off):
                self.off.setdefault(beside, at)
                self.latest.append(beside)
                beside += step
        if not any(day.weekday() >= SATURDAY for day in self.latest):
            self.text.fail(at, f"写了与周末连休，可放假的日子前后都不是周末；{CHECK}")

    def check_count(self, count: Token) -> None:
        """共N天 counts all days off of the holiday; a bare N天 may also count those of the latest 放假."""
        right = {len(self.off)} if count.values.get("total") else {len(self.off), len(self.latest)}
        if count.number("count") not in right:
            listed = "、".join(chinese_day(day) for day in sorted(self.off)) or "一天也没有"
            self.text.fail(count.at, f"写的是“{count.text}”，按日期数是{len(self.off)}天（{listed}）；{CHECK}")

    def close(self) -> None:
        """The checks that need all its sentences."""
        if self.headed and not self.off:
            missing = "没有写明哪些天放假" if self.saw_day else "没有写日期"
            self.text.fail(self.at, f"“{self.name}”{missing}；请补上，如“1月1日（周四）至3日（周六）放假，共3天。”")
        for count in self.counts:
            self.check_count(count)
        for day, at in self.explained.items():
            if day not in self.off:
                self.text.fail(at, f"{chinese_day(day)}写为休息日，却不在“{self.name}”的放假日期里；{CHECK}")
        for day, at in self.moved_from.items():
            if day.weekday() < SATURDAY:
                self.text.fail(at, f"{chinese_day(day)}不是周六、周日，不能作为公休日调出；{CHECK}")
            if day not in self.off:
                self.work.setdefault(day, at)


def read_sentence(item: Item, found: Iterable[Token]) -> None:
    """Add to the item what a sentence says of days. Raises NoticeError for one that isn't understood."""
    _Sentence(item, list(found)).read()


class _Sentence:
    def __init__(self, item: Item, found: list[Token]) -> None:
        self.item = item
        self.tokens = found
        self.days = Days(item.year, item.name, list(item.off))
        self.ahead: Token | None = None  # a verb that stands before its days: 放假时间为5月1日至5日
        self.many: Token | None = None  # 两个（公休日）
        self.moving = False
        self.counts: list[Token] = []

    def read(self) -> None:
        kinds = {token.kind for token in self.tokens}
        dates = [token for token in self.tokens if token.kind is Kind.DATE]
        self.item.saw_day |= bool(dates)
        strange = [token for token in self.tokens if token.kind is Kind.UNKNOWN]
        unknown = max(strange, key=lambda token: len(token.text), default=None)
        if self.tokens and self.tokens[0].text.startswith(_ADVICE):
            return
        # Of the closing paragraphs and the signature only what speaks of days has to be understood.
        aside = self.item.closing or all(token.values.get("year") for token in dates)
        if not kinds & _TELLING and (not dates or aside):
            self.item.closing |= unknown is not None
            return
        if unknown and not dates:
            self.item.closing = True
            return
        if unknown:
            problem = f"看不懂“{unknown.text[:12]}”，不能确定哪些天放假、哪些天上班"
            self.item.text.fail(unknown.at, f"{problem}；请核对或改写这一句。")
        for number, token in enumerate(self.tokens):
            try:
                self._take(number, token)
            except BadDay as error:
                self.item.text.fail(token.at, str(error))
        self._end()

    def _take(self, number: int, token: Token) -> None:
        match token.kind:
            case Kind.DATE:
                self.days.add(token)
            case Kind.TO:
                self.days.to()
            case Kind.WEEKDAYS:
                self.days.check_weekdays(weekday_numbers(token), token)
            case Kind.COMMA if self.moving:
                self._moved_to()
            case Kind.OFF:
                self._off(token)
            case Kind.WEEKEND:
                if self.days.pending:
                    self.item.add_off(self.days.take())
                self.item.add_weekend(token.at)
            case Kind.WORK:
                self._work(token)
            case Kind.COUNT:
                self.counts.append(token)
            case Kind.MANY:
                self.many = token
            case Kind.LEGAL | Kind.PUBLIC_REST:
                self._explain(number, token)
            case Kind.MOVED:
                self._moved_from(token)
            case _:
                pass

    def _off(self, token: Token) -> None:
        if self.moving:
            self._moved_to()
        elif not self.days.pending:
            self.ahead = self.ahead or token
        else:
            days = self.days.take()
            if token.values.get("given_back"):
                self._refuse_weekends(days, "那天本来就休息，不能用来补休")
            self.item.add_off(days)

    def _work(self, token: Token) -> None:
        if not self.days.pending:
            self.ahead = self.ahead or token
            return
        resumed = bool(token.values.get("resumed")) or any(each.kind is Kind.FROM for each in self.tokens)
        for day, at in self.days.take().items():
            if day.weekday() >= SATURDAY or day in self.item.off:
                self.item.work[day] = at
            elif not resumed:
                self.item.text.fail(at, f"{chinese_day(day)}本来就是工作日，不用调休上班；请核对日期。")

    def _explain(self, number: int, token: Token) -> None:
        passed_over = {Kind.SEPARATOR, Kind.HOLIDAY, Kind.FILLER}
        following = islice(self.tokens, number + 1, None)
        after = next((each for each in following if each.kind not in passed_over), None)
        if after is not None and after.kind is Kind.MOVED:
            return  # 公休日调至: the days are those moved from
        days = self.days.take()
        if token.kind is Kind.LEGAL and not self.item.off:
            self.item.add_off(days)
        self.item.explained |= days

    def _moved_from(self, token: Token) -> None:
        days = self.days.take()
        if not days:
            self.item.text.fail(token.at, f"没有写明调出的是哪个公休日；{CHECK}")
        if self.many is not None and self.many.number("many") != len(days):
            self.item.text.fail(self.many.at, f"写的是{self.many.text}公休日，列出的却是{len(days)}天；{CHECK}")
        self.item.moved_from |= days
        self.moving, self.many = True, None

    def _moved_to(self) -> None:
        days = self.days.take()
        self._refuse_weekends(days, "那天本来就休息，公休日不能调至那天")
        self.item.off = days | self.item.off
        self.moving = False

    def _refuse_weekends(self, days: dict[date, int], why: str) -> None:
        for day, at in days.items():
            if day.weekday() >= SATURDAY:
                self.item.text.fail(at, f"{chinese_day(day)}：{why}；{CHECK}")

    def _end(self) -> None:
        if self.moving:
            self._moved_to()
        if self.days.pending and self.ahead is not None:
            read = self._off if self.ahead.kind is Kind.OFF else self._work
            read(self.ahead)
        if self.days.pending:
            day, at = next(iter(self.days.pending.items()))
            self.item.text.fail(at, f"没有写明{chinese_day(day)}是放假还是上班；{CHECK}")
        if self.days.open_span is not None:
            self.item.text.fail(self.tokens[-1].at, f"“至”的后面没有日期；{CHECK}")
        for count in self.counts:
            if self.item.off:
                self.item.check_count(count)
            else:
                self.item.counts.append(count)
