"""The seed catalogue written again as other formats, the way people write it: with merged cells."""

from __future__ import annotations

import html
import io
import json
from pathlib import Path

import typst
import xlsxwriter
import xlwt
from docx import Document

from mingbai.carriers.fonts import font_files
from mingbai.rules.catalogue import Audience, Catalogue, Item, Mode

TOP = ["序号", "公开事项", "", "", "公开内容（要素）", "公开时限", "公开主体", "公开渠道和载体"]
TOP += ["公开对象", "", "公开方式", ""]
SUB = ["", "一级事项", "二级事项", "三级事项", "", "", "", "", "全社会", "特定对象", "主动公开", "依申请公开"]
WIDTH = len(TOP)
# (top, left, bottom, right) of the header's merges
HEADER_MERGES = [(0, 1, 0, 3), (0, 8, 0, 9), (0, 10, 0, 11)] + [(0, c, 1, c) for c in (0, 4, 5, 6, 7)]


def texts(item: Item) -> list[str]:
    numbered = item.elements if len(item.elements) == 1 else [f"{n}.{t}" for n, t in enumerate(item.elements, 1)]
    return [
        str(item.number),
        item.level1 or "",
        item.level2 or "",
        item.level3 or "",
        "\n".join(numbered),
        item.time_limit.text,
        item.body or "",
        "\n".join(item.carriers),
        "√" if Audience.GENERAL_PUBLIC in item.audience else "",
        "√" if Audience.SPECIFIC_PARTIES in item.audience else "",
        "√" if Mode.PROACTIVE in item.modes else "",
        "√" if Mode.ON_REQUEST in item.modes else "",
    ]


def table(catalogue: Catalogue) -> tuple[list[list[str]], list[tuple[int, int, int, int]]]:
    """The rows, and the merges: each level stretches over the rows that inherit it."""
    rows = [TOP, SUB, *(texts(item) for item in catalogue.items)]
    merges = list(HEADER_MERGES)
    for column, level in enumerate(("level1", "level2", "level3"), 1):
        start = 0
        for place, item in enumerate([*catalogue.items, None]):
            if item is None or level not in item.inherited:
                if place - start > 1:
                    merges.append((start + 2, column, place + 1, column))
                start = place
    return rows, merges


def covered(merges: list[tuple[int, int, int, int]]) -> dict[tuple[int, int], tuple[int, int]]:
    """Each continuation cell → the first cell of its merge."""
    return {
        (row, column): (top, left)
        for top, left, bottom, right in merges
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
        if (row, column) != (top, left)
    }


def write_docx(catalogue: Catalogue, path: Path) -> None:
    rows, merges = table(catalogue)
    document = Document()
    document.add_paragraph(catalogue.title)
    grid = document.add_table(rows=len(rows), cols=WIDTH)
    hidden = covered(merges)
    for row, line in enumerate(rows):
        for column, text in enumerate(line):
            if (row, column) not in hidden:
                grid.rows[row].cells[column].text = text
    for top, left, bottom, right in merges:
        grid.cell(top, left).merge(grid.cell(bottom, right))
    document.save(str(path))


def write_xlsx(catalogue: Catalogue, path: Path) -> None:
    rows, merges = table(catalogue)
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet("目录")
        sheet.write(0, 0, catalogue.title)
        hidden = covered(merges)
        for row, line in enumerate(rows):
            for column, text in enumerate(line):
                if (row, column) not in hidden:
                    sheet.write(row + 1, column, text)
        for top, left, bottom, right in merges:
            sheet.merge_range(top + 1, left, bottom + 1, right, rows[top][left])


def write_xls(catalogue: Catalogue, path: Path) -> None:
    rows, merges = table(catalogue)
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("目录")
    sheet.write(0, 0, catalogue.title)
    hidden = covered(merges)
    for row, line in enumerate(rows):
        for column, text in enumerate(line):
            if (row, column) not in hidden and not any(m[:2] == (row, column) for m in merges):
                sheet.write(row + 1, column, text)
    for top, left, bottom, right in merges:
        sheet.write_merge(top + 1, bottom + 1, left, right, rows[top][left])
    workbook.save(str(path))


def write_html(catalogue: Catalogue, path: Path) -> None:
    rows, merges = table(catalogue)
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in merges}
    hidden = covered(merges)
    out = io.StringIO()
    out.write(f'<!doctype html><meta charset="utf-8"><h1>{html.escape(catalogue.title)}</h1><table>')
    for row, line in enumerate(rows):
        out.write("<tr>")
        for column, text in enumerate(line):
            if (row, column) not in hidden:
                down, across = spans.get((row, column), (1, 1))
                cell = html.escape(text).replace("\n", "<br>")
                out.write(f'<td rowspan="{down}" colspan="{across}">{cell}</td>')
        out.write("</tr>\n")
    out.write("</table>")
    path.write_text(out.getvalue(), encoding="utf-8")


PDF_TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set page(paper: "a4", flipped: true, margin: 10mm)
#set text(font: "Noto Sans CJK SC", size: 7pt, lang: "zh")
#align(center, text(size: 12pt, data.title))
#table(
  columns: (2em, 6em, 7em, 6em, 1fr, 11em, 8em, 8em, 3em, 3em, 3em, 3em),
  table.header(..data.head.map(c => table.cell(rowspan: c.down, colspan: c.across, c.text))),
  ..data.body.map(c => table.cell(rowspan: c.down, colspan: c.across, c.text)),
)
"""


def write_pdf(catalogue: Catalogue, path: Path) -> None:
    """A table over several pages with its header repeated; levels aren't merged over a page break."""
    rows, merges = table(catalogue)
    head_hidden = covered(HEADER_MERGES)
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in HEADER_MERGES}
    blank = covered(merges)

    def cell(row: int, column: int) -> dict[str, object]:
        down, across = spans.get((row, column), (1, 1))
        text = "" if row > 1 and (row, column) in blank else rows[row][column]
        return {"down": down, "across": across, "text": text}

    head = [cell(row, column) for row in (0, 1) for column in range(WIDTH) if (row, column) not in head_hidden]
    body = [cell(row, column) for row in range(2, len(rows)) for column in range(WIDTH)]
    data = json.dumps({"title": catalogue.title, "head": head, "body": body}, ensure_ascii=False)
    folders = [str(font.parent) for font in font_files()]
    pdf = typst.compile(PDF_TEMPLATE.encode(), font_paths=folders, sys_inputs={"data": data})
    assert isinstance(pdf, bytes)
    path.write_bytes(pdf)


WRITERS = {"docx": write_docx, "xlsx": write_xlsx, "xls": write_xls, "html": write_html, "pdf": write_pdf}
