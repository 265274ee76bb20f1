"""Numbers in a folded text: which strings of digits, however written, are somebody's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mingbai.privacy.findings import Kind, Severity
from mingbai.privacy.folding import CELL, CROSSES, is_between
from mingbai.privacy.numbers import (
    MOBILE,
    PERMANENT_RESIDENCE,
    PERMIT_PREFIXES,
    is_bank_card,
    is_id_number,
    is_moment,
    is_old_id_number,
    looks_like_id_number,
)

MAX_GAP = 8
# These part the numbers of a list as well as the digits of one: a number over them must begin and end with a piece.
LISTING = frozenset("\n\r\t.。,、/|" + CELL)
ID_WORD = re.compile(r"(?:证|身份|号码?)\D{0,6}$")
CODE_WORD = re.compile(
    r"(?:信用代码|机构代码|代码|索引号|编号|文号|合同号?|发票号?码?|凭证号?|流水号?|订单号?|登记号|备案号|公告号)\W{0,3}$"
)
ALWAYS_A_MOBILE = frozenset({(3, 4, 4), (3, 8)})
WITH_DASHES_A_MOBILE = frozenset({(4, 4, 3), (3, 3, 5), (7, 4)})
COUNTRY = frozenset({"86", "086", "0086", "0"})


@dataclass(frozen=True, slots=True)
class Span:
    """A finding between two places of a text; ``raw`` without what stood between its digits."""

    kind: Kind
    severity: Severity
    start: int
    end: int
    raw: str


@dataclass(frozen=True, slots=True)
class Run:
    """Digits (perhaps with an X) that only separators part, each with its place in the text."""

    text: str
    digits: str
    at: Sequence[int]

    def is_piece_start(self, place: int) -> bool:
        return place == 0 or self.at[place] != self.at[place - 1] + 1

    def is_piece_end(self, place: int) -> bool:
        return place + 1 == len(self.at) or self.at[place + 1] != self.at[place] + 1

    def span(self, kind: Kind, severity: Severity, start: int, end: int) -> Span:
        return Span(kind, severity, self.at[start], self.at[end - 1] + 1, self.digits[start:end])

    def before(self, start: int) -> str:
        return self.text[max(0, self.at[start] - 12) : self.at[start]]


def numbers_in(text: str, *, listed: bool) -> Iterator[Span]:
    """Every number of a folded text that is, or may be, somebody's."""
    for run in _runs(text):
        used = [False] * len(run.digits)
        for start in range(len(run.digits) - 17):
            if is_id_number(run.digits[start : start + 18]) and not any(used[start : start + 18]):
                if _is_chance(run, start):
                    continue
                used[start : start + 18] = [True] * 18
                permit = run.digits.startswith((*PERMIT_PREFIXES, PERMANENT_RESIDENCE), start)
                yield run.span(Kind.PERMIT if permit else Kind.ID_NUMBER, Severity.BLOCK, start, start + 18)
        for start, end in _numbers(run, used):
            yield from _judged(run, start, end, listed)


def _runs(text: str) -> Iterator[Run]:
    digits: list[str] = []
    at: list[int] = []
    gap = 0
    for place, letter in enumerate(text):
        if letter.isascii() and letter.isdigit():
            digits.append(letter)
            at.append(place)
            gap = 0
        elif letter in CROSSES and len(digits) >= 17:
            digits.append("X")
            at.append(place)
            gap = 0
        elif digits and gap < MAX_GAP and is_between(letter):
            gap += 1
        elif digits:
            yield Run(text, "".join(digits), at)
            digits, at, gap = [], [], 0
    if digits:
        yield Run(text, "".join(digits), at)


def _is_chance(run: Run, start: int) -> bool:
    """A window over several numbers of a list that begins or ends inside one of them, or a company's code."""
    if run.digits[start] == PERMANENT_RESIDENCE and CODE_WORD.search(run.before(start)):
        return True
    between = run.text[run.at[start] : run.at[start + 17]]
    if not LISTING.intersection(between):
        return False
    return not (run.is_piece_start(start) and run.is_piece_end(start + 17))


def _numbers(run: Run, used: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """What reads as one number: an unbroken piece, or pieces grouped as telephones and cards are."""
    pieces = list(_pieces(run, used))
    place = 0
    while place < len(pieces):
        taken = _grouped(run, pieces[place : place + 20])
        yield pieces[place][0], pieces[place + taken - 1][1]
        place += taken


def _pieces(run: Run, used: Sequence[bool]) -> Iterator[tuple[int, int]]:
    start = 0
    for place in range(len(run.digits)):
        last = place + 1 == len(run.digits)
        if last or run.is_piece_end(place) or used[place] != used[place + 1]:
            if not used[place]:
                yield start, place + 1
            start = place + 1


def _grouped(run: Run, pieces: Sequence[tuple[int, int]]) -> int:
    """How many of the first pieces make up one number; 1 if they don't."""
    joiners = [
        run.text[run.at[left[1] - 1] + 1 : run.at[right[0]]] for left, right in zip(pieces, pieces[1:], strict=False)
    ]
    alike = 1
    while alike <= len(joiners) and joiners[alike - 1] == joiners[0] and joiners[0].strip() in ("", "-", ".", "·", "_"):
        alike += 1
    lengths = tuple(end - start for start, end in pieces[:alike])
    if alike >= 11 and set(lengths[:11]) == {1} and MOBILE.fullmatch(_joined(run, pieces[:11])):
        return 11
    for country in (0, 1):
        if country and (not pieces or run.digits[slice(*pieces[0])] not in COUNTRY):
            continue
        for groups in sorted(ALWAYS_A_MOBILE | WITH_DASHES_A_MOBILE):
            count = country + len(groups)
            if lengths[country:count] == groups and _is_mobile(run, pieces[country:count], groups, joiners[0].strip()):
                return count
    for count in (5, 4):
        shaped = lengths[:4] == (4, 4, 4, 4) and (count == 4 or len(lengths) >= 5 and lengths[4] <= 3)
        if shaped and is_bank_card(_joined(run, pieces[:count])):
            return count
    if lengths[:3] == (6, 8, 4) and looks_like_id_number(_joined(run, pieces[:3])):
        return 3
    return 1


def _joined(run: Run, pieces: Sequence[tuple[int, int]]) -> str:
    return "".join(run.digits[start:end] for start, end in pieces)


def _is_mobile(run: Run, pieces: Sequence[tuple[int, int]], groups: tuple[int, ...], joiner: str) -> bool:
    joined = _joined(run, pieces)
    if groups not in ALWAYS_A_MOBILE and joiner != "-":
        return False
    beside_a_day = groups == (3, 8) and is_moment(joined[3:] + "000000")
    return MOBILE.fullmatch(joined) is not None and not beside_a_day


def _judged(run: Run, start: int, end: int, listed: bool) -> Iterator[Span]:
    number = run.digits[start:end]
    before = run.before(start)
    somebodys = Severity.BLOCK if listed or ID_WORD.search(before) else Severity.CONFIRM
    if MOBILE.fullmatch(number):
        yield run.span(Kind.MOBILE, Severity.BLOCK if listed else Severity.CONFIRM, start, end)
    elif looks_like_id_number(number) and not CODE_WORD.search(before):
        yield run.span(Kind.ID_NUMBER, somebodys, start, end)  # mistyped: the check character doesn't fit
    elif is_bank_card(number) and not _is_fraction(before):
        yield run.span(Kind.BANK_CARD, Severity.CONFIRM, start, end)
    elif is_old_id_number(number) and not _is_in_a_word(run, start, end):
        yield run.span(Kind.ID_NUMBER_15, somebodys, start, end)
    elif len(number) >= 14 and not is_moment(number):
        exempt = CODE_WORD.search(before) or _is_fraction(before) or _is_in_a_word(run, start, end)
        if not exempt:
            yield run.span(Kind.LONG_NUMBER, Severity.CONFIRM, start, end)


def _is_fraction(before: str) -> bool:
    """0.30000000000000004 has many digits and is nobody's."""
    return re.search(r"\d\.$", before) is not None


def _is_in_a_word(run: Run, start: int, end: int) -> bool:
    """A part of a code with letters, such as a company's."""
    first, last = run.at[start], run.at[end - 1]
    beside = run.text[max(0, first - 1) : first] + run.text[last + 1 : last + 2]
    return any(letter.isascii() and letter.isalpha() for letter in beside)
