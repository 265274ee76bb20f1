"""What else is printed of a version: the household leaflet 明白纸 and the script for the loudspeaker 广播稿."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from mingbai.carriers.sheet import Sheet
from mingbai.carriers.typesetting import check_texts, compile_pdf, compile_png, qr_svg
from mingbai.rules.days import chinese_date
from mingbai.rules.spoken import spoken
from mingbai.rules.telling import how_much, tell

LeafletPaper: TypeAlias = Literal["a5", "a4"]
TEMPLATE = "leaflet.typ"
# Signs a minute of somebody who reads slowly enough for a loudspeaker between houses.
SIGNS_A_MINUTE = 180


@dataclass(frozen=True, slots=True)
class Script:
    """What is read out, line by line, and how long that takes. It names nobody."""

    title: str
    lines: tuple[str, ...]
    minutes: int


def script_of(sheet: Sheet) -> Script:
    """The loudspeaker's script of a sheet, every number, date and sum spelled out."""
    lines = tuple(spoken(line) for line in _aloud(sheet))
    signs = sum(1 for line in lines for sign in line if sign.isalnum())
    return Script(spoken(sheet.title), lines, max(1, math.ceil(signs / SIGNS_A_MINUTE)))


def _aloud(sheet: Sheet) -> Iterator[str]:
    yield f"{sheet.community}的居民朋友们，大家好。现在广播居务公开信息。"
    yield f"{sheet.title}。"
    yield from sheet.remarks
    for part in tell(sheet.blocks):
        yield f"{part.heading}。"
        yield from part.sentences
    yield f"这份内容{until_words(sheet)}，请到公示栏查看，也可以用手机扫公示栏上的二维码。"
    if sheet.contact:
        yield f"有不明白的地方，请联系居委会。{sheet.contact}。"
    yield "广播完了，谢谢大家。"


def until_words(sheet: Sheet) -> str:
    return f"公示到{chinese_date(sheet.shown_until)}" if sheet.shown_until else "长期公开"


def leaflet_pdf(sheet: Sheet, paper: LeafletPaper = "a5", *, font_dir: str = "") -> bytes:
    """The 明白纸: large type, plain sentences, whom to ask. Raises UnprintableText."""
    return compile_pdf(TEMPLATE, _leaflet(sheet, paper, font_dir), on=sheet.published_on, font_dir=font_dir)


def leaflet_png(sheet: Sheet, paper: LeafletPaper = "a5", *, ppi: int = 110, font_dir: str = "") -> list[bytes]:
    return compile_png(TEMPLATE, _leaflet(sheet, paper, font_dir), ppi=ppi, font_dir=font_dir)


def script_pdf(sheet: Sheet, *, font_dir: str = "") -> bytes:
    """The script on A4, in type to be read from a lectern. Raises UnprintableText."""
    script = script_of(sheet)
    data = {
        **_common(sheet),
        "title": script.title,
        "paper": "a4",
        "band": "广播稿",
        "facts": [["大约要读", f"{script.minutes}分钟"], ["对应短码", f"{sheet.code[:4]} {sheet.code[4:]}"]],
        "parts": [{"heading": "", "sentences": script.lines}],
    }
    check_texts([("广播稿", "".join(script.lines))], font_dir)
    return compile_pdf(TEMPLATE, data, on=sheet.published_on, font_dir=font_dir)


def _leaflet(sheet: Sheet, paper: LeafletPaper, font_dir: str) -> dict[str, Any]:
    parts = tell(sheet.blocks)
    until = chinese_date(sheet.shown_until) if sheet.shown_until else "长期公开，有变化会换新"
    facts = [
        *_fact("讲什么", [sheet.item_name]),
        *_fact("多少钱", how_much(sheet.blocks)[:3]),
        *_fact("公示到", [until]),
        *_fact("问谁", (sheet.contact or "").split("；")),
    ]
    data = {
        **_common(sheet),
        "title": sheet.title,
        "paper": paper,
        "band": "明白纸",
        "facts": facts,
        "parts": [{"heading": part.heading, "sentences": part.sentences} for part in parts],
    }
    said = "".join([sheet.title, *(text for fact in facts for text in fact)])
    check_texts(
        [("明白纸", said), *((part.heading, "".join((part.heading, *part.sentences))) for part in parts)], font_dir
    )
    return data


def _fact(name: str, values: Sequence[str]) -> list[list[str]]:
    """One line a value; the first bears the name."""
    return [[name if place == 0 else "", value] for place, value in enumerate(values) if value]


def _common(sheet: Sheet) -> dict[str, Any]:
    return {
        "community": sheet.community,
        "body": sheet.body,
        "dated_on": chinese_date(sheet.dated_on),
        "code": f"{sheet.code[:4]} {sheet.code[4:]}",
        "qr": qr_svg(sheet.url),
        "qr_alt": f"二维码，打开 {sheet.url}",
        "remarks": list(sheet.remarks),
    }
