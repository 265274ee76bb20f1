"""Personal data in a text: found with its place, masked, and names reduced to their first character."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from mingbai.privacy.digits import Span, numbers_in
from mingbai.privacy.findings import CERTAIN, Found, Severity, found
from mingbai.privacy.folding import CELL, fold
from mingbai.privacy.patterns import patterns_in


def find_in_text(text: str, place: str, *, listed: bool = False, over_list: bool = False) -> list[Found]:
    """Everything in a text that may not be public. ``listed``: it stands in a list of persons, where a telephone or
    an address is always somebody's. ``over_list``: it stands over one, where an illness is everybody's."""
    spans = hits_in(text, listed=listed, over_list=over_list)
    return [found(span.kind, span.severity, place, span.raw) for span in spans]


def hits_in(text: str, *, listed: bool = False, over_list: bool = False) -> list[Span]:
    """The findings of a text by their places in it, in order, none inside another."""
    folded = fold(text)
    spans = [
        *numbers_in(folded.text, listed=listed),
        *patterns_in(folded.text, listed=listed, illness=listed or over_list),
    ]
    taken: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.severity is Severity.CONFIRM, one.start, -one.end)):
        if all(span.end <= other.start or span.start >= other.end for other in taken):
            taken.append(span)
    return [
        replace(span, start=folded.places[span.start], end=folded.places[span.end - 1] + 1)
        for span in sorted(taken, key=lambda one: one.start)
    ]


def find_across(cells: Sequence[str], place: str) -> list[Found]:
    """Identity numbers that only show when neighbouring cells, or lines, are read together."""
    return [found(span.kind, span.severity, place, span.raw) for span in _across(_joined(cells))]


def mask_across(cells: Sequence[str]) -> list[str]:
    """The cells with such numbers as asterisks, each cell keeping its own part."""
    joined = _joined(cells)
    for span in _across(joined):
        stars = "".join(CELL if letter == CELL else "*" for letter in joined[span.start : span.end])
        joined = joined[: span.start] + stars + joined[span.end :]
    return joined.split(CELL) if cells else []


def _joined(cells: Sequence[str]) -> str:
    return CELL.join(cell.replace(CELL, " ") for cell in cells)


def _across(joined: str) -> list[Span]:
    folded = fold(joined)
    spans = []
    for span in numbers_in(folded.text, listed=False):
        start, end = folded.places[span.start], folded.places[span.end - 1] + 1
        if span.kind in CERTAIN and span.severity is Severity.BLOCK and CELL in joined[start:end]:
            spans.append(replace(span, start=start, end=end))
    return spans


def mask_text(text: str, *, listed: bool = False) -> str:
    """The text with everything that may not be published replaced by asterisks. What is left has no such thing."""
    while certain := [one for one in hits_in(text, listed=listed) if one.severity is Severity.BLOCK]:
        for one in reversed(certain):
            text = text[: one.start] + "*" * min(len(one.raw), 6) + text[one.end :]
    return text


_COMPOUND = (
    "欧阳司马上官诸葛东方皇甫尉迟公孙慕容令狐司徒夏侯端木长孙宇文轩辕南宫独孤司空呼延百里西门东郭闻人澹台公冶宗政濮阳淳于"
    "单于太叔申屠仲孙钟离鲜于闾丘"
)
COMPOUND = frozenset(_COMPOUND[place : place + 2] for place in range(0, len(_COMPOUND), 2))
NOT_A_NAME = frozenset({"合计", "小计", "总计", "共计", "累计", "无", "—", "-", "/"})
MASKS = "*＊×某"


def mask_name(name: str) -> str:
    """张三 → 张*, 欧阳建国 → 欧阳*, 张三、李四 → 张*、李*; what is masked already stays as it is."""
    name = name.strip()
    if name in NOT_A_NAME:
        return name
    parts = re.split(r"([、,，;；/\n]\s*)", name)
    return "".join(part if place % 2 else _mask_one(part) for place, part in enumerate(parts))


def _mask_one(name: str) -> str:
    name = name.strip()
    if not name or any(mark in name for mark in MASKS):
        return name
    family = 2 if name[:2] in COMPOUND and len(name) > 2 else 1
    return f"{name[:family]}*"


def is_full_name(cell: str) -> bool:
    """Whether a cell of a column of names says more than a mask would."""
    return mask_name(cell) != cell.strip()


# The commonest family names: enough to tell a person's name from a program's or an office's.
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜"
    "倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官"
)


def is_somebodys_name(text: str) -> bool:
    """Whether an author's name is a person's: two to four Chinese characters that begin with a family name."""
    name = text.strip()
    chinese = 2 <= len(name) <= 4 and all("\u4e00" <= letter <= "\u9fff" for letter in name)
    return chinese and (name[0] in SURNAMES or name[:2] in COMPOUND) and not name.endswith(("用户", "社区", "街道"))
