"""Personal data in a text: identity numbers, telephones, cards, birth dates, addresses, illnesses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mingbai.privacy.findings import Found, Kind, Severity, found
from mingbai.privacy.numbers import MOBILE, PERMIT_PREFIXES, is_bank_card, is_id_number, is_old_id_number

# What people put between digits, and what hides there.
BETWEEN = frozenset(" \t\r\n-‐‑‒–—―−_·.。,，、/\u00a0\u3000\u200b\u200c\u200d\u2060\ufeff\u00ad")
INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")
CHINESE_DATE = r"(?:19|20)\d{2}\s*[年\-/.]\s*\d{1,2}(?:\s*[月\-/.]\s*\d{1,2}\s*日?)?"
BIRTH = re.compile(
    rf"(?:出生(?:日期|年月日|年月|于)?|生于|生日|诞辰)\s*[:：是为]?\s*({CHINESE_DATE}|(?:19|20)\d{{6}})|({CHINESE_DATE})\s*(?:出生|生人|生)"
)
ADDRESS = re.compile(
    r"[\w号栋幢楼座\-]{0,12}?(?:\d+|[一二三四五六七八九十]+)\s*(?:号楼|栋|幢|号|楼|座)\s*-?"
    r"(?:(?:\d+|[一二三四五六七八九十]+)\s*(?:单元|门|梯|层|楼)\s*-?)?\s*\d{3,4}\s*(?:室|号|户|房)"
    r"|(?:\d+|[一二三四五六七八九十]+)\s*单元\s*-?\s*\d{3,4}(?:室|号|户|房)?"
    r"|(?<!\d)\d{1,2}\s*(?:号楼|栋|幢)\s*-?\s*\d{3,4}(?!\d|\s*(?:元|万|人|户|年|平|份|米))"
    r"|(?<![\d.])\d{1,2}-\d{1,2}-\d{3,4}(?:室|号)?(?!\d)"
)
ILLNESS = re.compile(
    r"癌|肿瘤|白血病|尿毒症|透析|艾滋|HIV|精神(?:病|障碍|分裂|残疾)|抑郁症|癫痫|肝炎|乙肝|梅毒|肺结核|糖尿病|"
    r"脑梗|脑瘫|心脏病|瘫痪|智力残疾|肢体残疾|视力残疾|听力残疾|残疾[一二三四]级|[一二三四]级残疾|不孕|流产"
)
LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[-\s]?\d{7,8}(?!\d)")
PERSON_PHONE = re.compile(r"(?:本人|家属|家庭|住宅|户主|联系人|个人)(?:电话|号码|联系方式)?\s*[:：]?\s*$")
OLD_ID_WORD = re.compile(r"(?:证|身份|号码?)\D{0,6}$")


@dataclass(frozen=True, slots=True)
class Hit:
    """A finding between two places of the original text; ``raw`` without separators."""

    kind: Kind
    severity: Severity
    start: int
    end: int
    raw: str


def find_in_text(text: str, place: str, *, listed: bool = False) -> list[Found]:
    """Everything in a text that may not be public. ``listed``: it stands in a list of persons, where a telephone or
    an address is always somebody's."""
    return [found(hit.kind, hit.severity, place, hit.raw) for hit in hits_in(text, listed=listed)]


def hits_in(text: str, *, listed: bool = False) -> list[Hit]:
    """The findings of a text in their order, none inside another."""
    folded, places = _folded(text)
    hits = [*_numbers(folded, places, listed), *_patterns(folded, places, listed)]
    taken: list[Hit] = []
    for hit in sorted(hits, key=lambda one: (one.severity is Severity.CONFIRM, one.start, -one.end)):
        if all(hit.end <= other.start or hit.start >= other.end for other in taken):
            taken.append(hit)
    return sorted(taken, key=lambda one: one.start)


def _folded(text: str) -> tuple[str, list[int]]:
    """NFKC character by character without invisible ones, and where each came from."""
    letters, places = [], []
    for place, letter in enumerate(text):
        if letter in INVISIBLE:
            continue
        for folded in unicodedata.normalize("NFKC", letter):
            letters.append(folded)
            places.append(place)
    return "".join(letters), [*places, len(text)]


def _numbers(text: str, places: list[int], listed: bool) -> Iterator[Hit]:
    for digits, at in _digit_runs(text):

        def hit(kind: Kind, severity: Severity, start: int, length: int, at: list[int] = at, run: str = digits) -> Hit:
            first, last = at[start], at[start + length - 1]
            return Hit(kind, severity, places[first], places[last] + 1, run[start : start + length])

        yield from _in_run(text, digits, at, listed, hit)


def _in_run(
    text: str, digits: str, at: list[int], listed: bool, hit: Callable[[Kind, Severity, int, int], Hit]
) -> Iterator[Hit]:
    used = [False] * len(digits)
    for start in range(len(digits) - 17):
        window = digits[start : start + 18]
        if is_id_number(window) and not any(used[start : start + 18]):
            used[start : start + 18] = [True] * 18
            kind = Kind.PERMIT if window.startswith(PERMIT_PREFIXES) else Kind.ID_NUMBER
            yield hit(kind, Severity.BLOCK, start, 18)
    for start, end in _tokens(text, digits, at, used):
        token = digits[start:end]
        before = text[max(0, at[start] - 12) : at[start]]
        if len(token) == 15 and is_old_id_number(token) and (OLD_ID_WORD.search(before) or listed):
            yield hit(Kind.ID_NUMBER_15, Severity.BLOCK, start, 15)
        elif len(token) == 11 and MOBILE.fullmatch(token):
            yield hit(Kind.MOBILE, Severity.BLOCK if listed else Severity.CONFIRM, start, 11)
        elif len(token) == 13 and token.startswith("86") and MOBILE.fullmatch(token[2:]):
            yield hit(Kind.MOBILE, Severity.BLOCK if listed else Severity.CONFIRM, start, 13)
        elif 15 <= len(token) <= 19 and is_bank_card(token):
            yield hit(Kind.BANK_CARD, Severity.CONFIRM, start, len(token))
        elif len(token) >= 14 and token.isdigit():
            yield hit(Kind.LONG_NUMBER, Severity.CONFIRM, start, len(token))


def _digit_runs(text: str) -> Iterator[tuple[str, list[int]]]:
    """Digits (and a final X) that only separators part, with where each stands in the text."""
    digits: list[str] = []
    at: list[int] = []
    gap = 0
    for place, letter in enumerate(text):
        if letter.isascii() and (letter.isdigit() or (letter in "Xx" and len(digits) >= 17)):
            digits.append(letter.upper())
            at.append(place)
            gap = 0
        elif letter in BETWEEN and digits and gap < 3:
            gap += 1
        elif digits:
            yield "".join(digits), at
            digits, at, gap = [], [], 0
    if digits:
        yield "".join(digits), at


def _tokens(text: str, digits: str, at: list[int], used: list[bool]) -> Iterator[tuple[int, int]]:
    """Spans of a run that read as one number: unbroken, or parted evenly by one kind of blank or dash."""
    start = 0
    for place in range(1, len(digits) + 1):
        parted = place == len(digits) or text[at[place - 1] + 1 : at[place]] not in ("", " ", "-")
        if parted or used[place - 1] != used[start]:
            if not used[start]:
                yield from _unbroken(text, at, start, place)
            start = place


def _unbroken(text: str, at: list[int], start: int, end: int) -> Iterator[tuple[int, int]]:
    """A telephone or card written in groups is one number; dates and amounts beside one another are not."""
    pieces, first = [], start
    for place in range(start + 1, end + 1):
        if place == end or at[place] != at[place - 1] + 1:
            pieces.append((first, place))
            first = place
    lengths = [last - begin for begin, last in pieces]
    grouped = lengths in (
        [3, 4, 4],
        [2, 3, 4, 4],
        [4, 4, 4, 4],
        [4, 4, 4, 4, 3],
        [4, 4, 4, 4, 1],
        [4, 4, 4, 4, 2],
        [6, 8, 4],
    )
    if len(pieces) == 1 or grouped:
        yield start, end
    else:
        yield from pieces


def _patterns(text: str, places: list[int], listed: bool) -> Iterator[Hit]:
    def hit(kind: Kind, severity: Severity, start: int, end: int) -> Hit:
        return Hit(kind, severity, places[start], places[end - 1] + 1, "".join(text[start:end].split()))

    for match in BIRTH.finditer(text):
        group = 1 if match.group(1) else 2
        yield hit(Kind.BIRTH_DATE, Severity.BLOCK, match.start(group), match.end(group))
    for match in ADDRESS.finditer(text):
        yield hit(Kind.ADDRESS, Severity.BLOCK if listed else Severity.CONFIRM, match.start(), match.end())
    for match in LANDLINE.finditer(text):
        if listed or PERSON_PHONE.search(text[max(0, match.start() - 10) : match.start()]):
            yield hit(Kind.LANDLINE, Severity.CONFIRM, match.start(), match.end())
    if listed:
        for match in ILLNESS.finditer(text):
            yield hit(Kind.ILLNESS, Severity.BLOCK, match.start(), match.end())


def mask_text(text: str, *, listed: bool = False) -> str:
    """The text with everything that may not be published replaced by asterisks."""
    for one in reversed(hits_in(text, listed=listed)):
        if one.severity is Severity.BLOCK:
            text = text[: one.start] + "*" * min(len(one.raw), 6) + text[one.end :]
    return text


_COMPOUND = "欧阳司马上官诸葛东方皇甫尉迟公孙慕容令狐司徒夏侯端木长孙宇文轩辕南宫独孤"
COMPOUND = frozenset(_COMPOUND[place : place + 2] for place in range(0, len(_COMPOUND), 2))


def mask_name(name: str) -> str:
    """张三 → 张*, 欧阳建国 → 欧阳*; what is masked already stays as it is."""
    name = name.strip()
    if not name or any(mark in name for mark in "*＊×某"):
        return name
    family = 2 if name[:2] in COMPOUND and len(name) > 2 else 1
    return f"{name[:family]}*"
