"""The words of a holiday notice: its text made uniform, and cut into tokens that know their line.

Nothing is decided here; the grammar that gives the tokens their meaning is in ``notice``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import NoReturn

from mingbai.rules.days import WEEKDAYS
from mingbai.rules.numerals import chinese_number
from mingbai.rules.script import SIMPLIFIED

# Traditional characters of holiday notices that catalogues don't need.
_MORE_SIMPLIFIED = str.maketrans(
    "國慶連曆臘號週調補與節勞動農兩個將為關於顧據鼓勵帶們", "国庆连历腊号周调补与节劳动农两个将为关于顾据鼓励带们"
)
_DROPPED = frozenset("“”\"'‘’「」『』《》〈〉<>*#•●○■◆▪·\ufeff\u200b\u200c\u200d\u2060")

QUOTED = 24
DEEPEST = 3  # brackets within brackets

_NUMBER = r"(?:\d{1,4}|[〇零一二两三四五六七八九十]{1,4})"
_WEEKDAY = r"(?:星期|周|礼拜)[一二三四五六日天]"

HOLIDAYS = {
    "元旦节": "元旦",
    "元旦": "元旦",
    "新年": "元旦",
    "春节": "春节",
    "清明节": "清明节",
    "清明": "清明节",
    "五一国际劳动节": "劳动节",
    "五一劳动节": "劳动节",
    "国际劳动节": "劳动节",
    "劳动节": "劳动节",
    "五一": "劳动节",
    "端午节": "端午节",
    "端午": "端午节",
    "中秋节": "中秋节",
    "中秋": "中秋节",
    "十一国庆节": "国庆节",
    "国庆节": "国庆节",
    "国庆": "国庆节",
    "十一": "国庆节",
}
HOLIDAY = "(?:" + "|".join(sorted(HOLIDAYS, key=len, reverse=True)) + ")"


class NoticeError(ValueError):
    """A notice that can't be read or contradicts itself; the message says in Chinese where, and what to do.

    ``line`` is the 1-based line in the text as given; None only when there is no line to point at.
    """

    def __init__(self, message: str, line: int | None) -> None:
        self.line = line
        super().__init__(message)


class Kind(Enum):
    """What a token is for."""

    DATE = auto()  # 2026年1月1日, 1月1日, 1日
    TO = auto()  # 至
    SEPARATOR = auto()  # 、和及
    COMMA = auto()
    WEEKDAYS = auto()  # （周四）, （周六、周日）
    COUNT = auto()  # 共3天, 3天
    OFF = auto()  # 放假, 放假调休, 补休
    WEEKEND = auto()  # 与周末连休
    WORK = auto()  # 上班
    FROM = auto()  # 起
    PUBLIC_REST = auto()  # 照常公休, 公休日
    LEGAL = auto()  # 法定节假日
    MANY = auto()  # 两个（公休日）
    MOVED = auto()  # 调至
    HOLIDAY = auto()
    FILLER = auto()
    UNKNOWN = auto()


# In order: the first that fits is taken, so the longer wording stands before the shorter one inside it.
_PATTERNS: tuple[tuple[Kind, str], ...] = (
    (Kind.FILLER, r"(?:农历|阴历)?(?:[正腊冬闰][正腊冬一二三四五六七八九十]?月)(?:初?[一二三四五六七八九十廿]+日?)?"),
    (
        Kind.FILLER,
        r"(?:农历|阴历)[一二三四五六七八九十]*月?(?:初?[一二三四五六七八九十廿]+日?)?|大?年?初[一二三四五六七八九十]",
    ),
    (Kind.DATE, rf"(?:(?P<year>{_NUMBER})年)?(?:(?P<month>{_NUMBER}|元)月份?)?(?P<day>{_NUMBER})[日号]"),
    (Kind.WEEKEND, r"(?:与|和|同|连同|连)?(?:前后|相邻)?的?(?:周末|双休日)(?:公休)?(?:连休|相连|连接|连放)"),
    (Kind.WEEKDAYS, rf"{_WEEKDAY}"),
    (Kind.COUNT, rf"(?P<total>共计?|合计|总计|一共|总共|连休|为期)?(?P<count>{_NUMBER})天(?:小?长?假期?)?"),
    (Kind.MANY, r"(?P<many>[一二两三四五六七八九\d])个(?=公休日|双休日|休息日)"),
    (Kind.MOVED, r"(?:调整|调换|调|移|挪|改|串)(?:至|到)"),
    (Kind.FILLER, r"不(?:再|另)?(?:另行)?(?:调休|补休|补假|连休|顺延)"),
    (Kind.WORK, r"(?P<resumed>(?:正常|照常|恢复)+)?(?:调休|补)?(?:上班|补班)|(?:为|是)(?:调休|正常)?工作日"),
    (Kind.PUBLIC_REST, r"(?:照常|正常)(?:公休|休息)|(?:公休|双休|休息)日|公休(?!放假)"),
    (Kind.LEGAL, r"法定(?:节假日|假日|节日|休假日|假期)"),
    (Kind.OFF, r"(?P<given_back>补休|补假)|放假(?:调休|公休|连休|休息)?|调休放假|公休放假|休假|调休|休息|连休"),
    (Kind.HOLIDAY, HOLIDAY),
    (Kind.FROM, r"起|开始"),
    (Kind.TO, r"直?至|到|[-—–―~〜‒─]+"),
    (Kind.SEPARATOR, r"、|以及|和|及|与"),
    (Kind.COMMA, r"[,:]"),
    (
        Kind.FILLER,
        r"其中|同时|另外|此外|全体公民|全国|统一|分别|依次|相应|均|都|也|即|将|把|并|则|仍|属于|为|是|的|在|从|自|于|期间|时间"
        r"|日期|安排|假期|假日|节日|当日|当天|除夕|共|合并|连续|正式|国家|凡",
    ),
)
_TELLING = frozenset({Kind.DATE, Kind.COUNT, Kind.OFF, Kind.WEEKEND, Kind.WORK, Kind.MOVED})
_TOKEN = re.compile("|".join(f"(?P<k{number}>{pattern})" for number, (_, pattern) in enumerate(_PATTERNS)))
_WEEKDAY_LIST = re.compile(
    rf"{_WEEKDAY}(?:[、和及至到\-—~]+(?:星期|周|礼拜)?[一二三四五六日天](?=[、和及至到\-—~]|$))*"
)


@dataclass(frozen=True)
class Text:
    """A notice without spaces, quotation marks and traditional or full-width characters; each character's line kept."""

    characters: str
    line_of: tuple[int, ...]
    line_starts: frozenset[int]
    given: tuple[str, ...]

    def line(self, at: int) -> int:
        """The 1-based line, in the text as given, of the character at an offset."""
        return self.line_of[min(at, len(self.line_of) - 1)]

    def fail(self, at: int, problem: str) -> NoReturn:
        """Raise NoticeError for the line of an offset, quoting how the line begins."""
        line = self.line(at)
        given = self.given[line - 1].strip()
        quoted = given if len(given) <= QUOTED else given[:QUOTED] + "…"
        raise NoticeError(f"第{line}行「{quoted}」：{problem}", line)


@dataclass(frozen=True)
class Token:
    """A word and where it stands; ``values`` are what its pattern names (year, month, day, count …), as written."""

    kind: Kind
    text: str
    at: int
    values: dict[str, str]

    def number(self, name: str) -> int | None:
        """A named value as a number (十二 is 12, 元 is 1), or None when it isn't written."""
        written = self.values.get(name)
        if written is None:
            return None
        if written == "元":
            return 1
        return int(written) if written.isdecimal() else chinese_number(written)


def uniform(given: str) -> Text:
    """The text ready to be read; the lines are those an editor shows."""
    lines = given.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    characters: list[str] = []
    line_of: list[int] = []
    starts = set()
    for number, line in enumerate(lines, start=1):
        plain = _plain(line)
        if plain:
            starts.add(len(characters))
        characters += plain
        line_of += [number] * len(plain)
    return Text("".join(characters), tuple(line_of), frozenset(starts), tuple(lines))


def _plain(line: str) -> str:
    """One line made uniform."""
    even = unicodedata.normalize("NFKC", line).translate(SIMPLIFIED).translate(_MORE_SIMPLIFIED)
    return "".join(sign for sign in even if not sign.isspace() and sign not in _DROPPED)


def tokens(text: str, start: int, depth: int = 0) -> Iterator[Token]:
    """The tokens of a sentence that begins at offset ``start`` of the whole text.

    What stands in brackets is a weekday, or a remark (农历正月初七) that is passed over, or else part of the sentence.
    """
    at = 0
    while at < len(text):
        if text[at] == "(" and depth < DEEPEST:
            end = _closing(text, at)
            yield from _bracket(text[at + 1 : end], start + at + 1, depth + 1)
            at = end + 1
            continue
        match = _TOKEN.match(text, at)
        if match is None:
            end = at + 1
            while end < len(text) and text[end] != "(" and not _TOKEN.match(text, end):
                end += 1
            yield Token(Kind.UNKNOWN, text[at:end], start + at, {})
            at = end
            continue
        values = {name: value for name, value in match.groupdict().items() if value and not name.startswith("k")}
        kind = next(_PATTERNS[number][0] for number in range(len(_PATTERNS)) if match[f"k{number}"] is not None)
        yield Token(kind, match[0], start + at, values)
        at = match.end()


def _closing(text: str, opening: int) -> int:
    """Where the bracket that opens here closes; the end of the text when it doesn't."""
    depth = 0
    for at in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return at
    return len(text)


def _bracket(inside: str, start: int, depth: int) -> Iterator[Token]:
    weekdays = _WEEKDAY_LIST.search(inside)
    if weekdays:
        yield from _remark(inside[: weekdays.start()], start, depth)
        yield Token(Kind.WEEKDAYS, weekdays[0], start + weekdays.start(), {})
        inside, start = inside[weekdays.end() :], start + weekdays.end()
    yield from _remark(inside, start, depth)


def _remark(text: str, start: int, depth: int) -> Iterator[Token]:
    """The tokens of a bracket when they say something about days off or on; none when it is only a remark."""
    found = list(tokens(text, start, depth))
    if any(token.kind in _TELLING for token in found):
        yield Token(Kind.COMMA, "(", start, {})
        yield from found
        yield Token(Kind.COMMA, ")", start + len(text), {})


def weekday_numbers(token: Token) -> list[int]:
    """The weekdays that a token names, Monday 0: （周六、周日） → [5, 6]."""
    return [WEEKDAYS.index(sign.replace("天", "日")) for sign in re.findall("[一二三四五六日天]", token.text)]
