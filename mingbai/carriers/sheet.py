"""The printable board sheet of a version: pure values in, PDF or PNG out, set by typst."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from mingbai.carriers.bars import bars_of
from mingbai.carriers.columns import breakable, fit
from mingbai.carriers.layout import Layout
from mingbai.carriers.typesetting import UnprintableText, check_texts, compile_pdf, compile_png, legible, qr_svg
from mingbai.disclosures.content import STATEMENTS, SUMMED_TYPES, decimal_of
from mingbai.rules.days import chinese_date
from mingbai.rules.legibility import LEAST_POINTS, POINT_MM

__all__ = ["Echo", "Layout", "Sheet", "UnprintableText", "check_printable", "render_batch", "render_pdf", "render_png"]
TEMPLATE = "sheet.typ"
USUAL = Layout()
# A table whose columns need it is set smaller: so that it reads well, and only then so that it fits.
GOOD_POINTS, SMALLEST_POINTS = LEAST_POINTS, 9.0


@dataclass(frozen=True)
class Echo:
    """A question about the version and its answer, as they are printed: text with its day."""

    question: str
    asked: str
    answer: str
    answered: str


@dataclass(frozen=True)
class Sheet:
    """Everything that stands on the sheet. ``shown_until`` None: long-term. ``url``: what the QR opens.

    ``objections_until``: the last day on which people can object; None: nobody is invited to.
    ``checked``: what was found to add up, by the number of the block's element.
    ``echoes``: what residents asked and were answered; no part of the version, so its digest doesn't cover them.
    """

    community: str
    body: str
    title: str
    item_name: str
    index_number: str
    version_number: int
    code: str
    url: str
    digest: str
    dated_on: date
    published_on: date
    posted_on: date | None
    shown_until: date | None
    take_down_after: date | None
    blocks: tuple[Mapping[str, Any], ...]
    contact: str | None = None
    sample: bool = False
    remarks: tuple[str, ...] = ()
    checked: Mapping[int, str] | None = None
    echoes: tuple[Echo, ...] = ()
    objections_until: date | None = None


def render_pdf(sheet: Sheet, layout: Layout = USUAL, *, font_dir: str = "") -> bytes:
    """The sheet as a tagged PDF of as many pages as it needs. Raises UnprintableText before anything is set."""
    return render_batch([sheet], layout, font_dir=font_dir)


def render_batch(sheets: Sequence[Sheet], layout: Layout = USUAL, *, font_dir: str = "") -> bytes:
    """Several sheets as one PDF, set at once; each begins on a new page and counts its own pages.

    Raises UnprintableText for the first sheet that can't be printed, naming it.
    """
    data = _all_data(sheets, layout, font_dir)
    return compile_pdf(TEMPLATE, data, on=max(sheet.published_on for sheet in sheets), font_dir=font_dir)


def render_png(sheet: Sheet, layout: Layout = USUAL, *, page: int = 1, ppi: int = 110, font_dir: str = "") -> bytes:
    """One page (1 is the first) as a picture. Raises UnprintableText, or IndexError for a page that isn't there."""
    return compile_png(TEMPLATE, _all_data([sheet], layout, font_dir), ppi=ppi, font_dir=font_dir)[page - 1]


def _all_data(sheets: Sequence[Sheet], layout: Layout, font_dir: str) -> dict[str, Any]:
    for sheet in sheets:
        try:
            check_printable(sheet, font_dir)
        except UnprintableText as error:
            raise UnprintableText(f"《{sheet.title}》：{error}" if len(sheets) > 1 else str(error)) from None
    first = sheets[0]
    title = first.title if len(sheets) == 1 else f"{first.community}公示栏纸张，共{len(sheets)}份"
    return {
        "title": title,
        "author": first.body,
        "layout": layout.to_json(),
        "sheets": [_data(sheet, layout, font_dir) for sheet in sheets],
    }


def _data(sheet: Sheet, layout: Layout, font_dir: str) -> dict[str, Any]:
    until = chinese_date(sheet.shown_until) if sheet.shown_until else "长期公开，直至更新"
    posted = chinese_date(sheet.posted_on) if sheet.posted_on else "　　　　年　　月　　日"
    dates = [["张贴", posted], ["公示至", until if sheet.posted_on else "张贴后登记"]]
    if sheet.objections_until:
        dates.append(["提异议", f"到{chinese_date(sheet.objections_until)}为止"])
    if sheet.take_down_after:
        dates.append(["可撤下", f"{chinese_date(sheet.take_down_after)}之后"])
    if sheet.contact:
        dates.append(["联系", sheet.contact])
    return {
        "community": sheet.community,
        "body": sheet.body,
        "title": sheet.title,
        "item_name": sheet.item_name,
        "index_number": sheet.index_number,
        "version_number": str(sheet.version_number),
        "code": f"{sheet.code[:4]} {sheet.code[4:]}",
        "digest": sheet.digest[:16],
        "dated_on": chinese_date(sheet.dated_on),
        "dates": dates,
        "sample": sheet.sample,
        "remarks": list(sheet.remarks),
        "qr": qr_svg(sheet.url),
        "qr_alt": f"二维码，打开 {sheet.url}",
        "url": sheet.url,
        "until": f"公示至{until}" if sheet.shown_until else until,
        "echoes": [{key: legible(text, font_dir) for key, text in asdict(echo).items()} for echo in sheet.echoes],
        "blocks": [_block(block, layout, (sheet.checked or {}).get(block["element"], "")) for block in sheet.blocks],
    }


def _block(block: Mapping[str, Any], layout: Layout, checked: str) -> dict[str, Any]:
    """A content block with its cells as people read them and its columns as they fit."""
    if block["kind"] == "nothing":
        return {**block, "statement_name": STATEMENTS[block["statement"]]}
    if block["kind"] not in ("table", "person_list"):
        return dict(block)
    types = [column["type"] for column in block["columns"]]
    reduced = block.get("reduced")
    if reduced:
        sums = [{"label": entry["label"], "sum": _cell(entry["sum"], "money")} for entry in reduced["sums"]]
        return {**block, "reduced": {"count": str(reduced["count"]), "sums": sums}}
    total = block.get("total")
    read = [
        [_cell(text, kind) for text, kind in zip(row, types, strict=True)]
        for row in [*block["rows"], *([total] if total else [])]
    ]
    em = layout.points * POINT_MM
    fitted = fit(
        block["columns"],
        read,
        layout.line_mm / em,
        layout.depth_mm / em,
        good=GOOD_POINTS / layout.points,
        least=SMALLEST_POINTS / layout.points,
    )
    rows = [[breakable(text) for text in row] for row in read]
    return {
        **block,
        "rows": rows[: len(block["rows"])],
        "total": rows[-1] if total else None,
        "widths": [round(share, 2) for share in fitted.widths],
        "scale": fitted.scale,
        "tall": sorted(fitted.tall),
        "short": fitted.short,
        "checked": checked,
        "bars": _bars(block),
    }


def _bars(block: Mapping[str, Any]) -> dict[str, Any] | None:
    bars = bars_of(block)
    return None if bars is None else {"series": bars.series, "rows": bars.rows}


def _cell(text: str, kind: str) -> str:
    number = decimal_of(text) if kind in SUMMED_TYPES else None
    if number is None:
        return text
    return f"{number:,.2f}" if kind == "money" else f"{number:,}"


def check_printable(sheet: Sheet, font_dir: str = "") -> None:
    """Raise UnprintableText, naming the place, for what the font can't show."""
    check_texts(_texts(sheet), font_dir)


def _texts(sheet: Sheet) -> Iterator[tuple[str, str]]:
    yield from (("标题", sheet.title), ("事项名称", sheet.item_name), ("发布机构", sheet.body))
    yield "联系方式", sheet.contact or ""
    yield "说明", "".join(sheet.remarks)
    for number, block in enumerate(sheet.blocks, 1):
        yield from _block_texts(f"第{number}块", block)


def _block_texts(place: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, member in value.items():
            if key == "rows":
                for number, row in enumerate(member, 1):
                    yield from _block_texts(f"{place}第{number}行", row)
            else:
                yield from _block_texts(place, member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _block_texts(place, member)
