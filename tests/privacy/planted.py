"""More planted and clean documents than corpus.py has: odd writing, hidden parts, look-alikes. All made up."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import xlwt
from docx import Document
from PIL import Image

from tests.privacy.corpus import (
    ID,
    ID_X,
    MOBILE,
    OLD_ID,
    card,
    content,
    document,
    id_number,
    listed,
    pdf,
    with_part,
    workbook,
)

NO_FIT = ID[:-1] + ("1" if ID[-1] != "1" else "2")
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def texts() -> Iterator[tuple[str, str]]:
    """(what, text): each has one thing that may not be public, written oddly."""
    yield "id four blanks apart", "    ".join(ID)
    yield "id with bars", "|".join(ID)
    yield "id with keycaps", "\ufe0f\u20e3".join(ID)
    yield "id Arabic digit", "证件" + ID.replace("3", "\u0663", 1)
    yield "id Cyrillic X", f"证件{ID_X[:-1]}Х"
    yield "id mistyped", f"身份证{NO_FIT}"
    yield "id middle masked", f"{ID[:6]}********{ID[-4:]}"
    yield "id birthday shown", f"{ID[:14]}****"
    yield "id last four", f"身份证后四位：{ID[-4:]}"
    yield "id in circled digits", "".join("⓪①②③④⑤⑥⑦⑧⑨"[int(one)] for one in ID[:17]) + ID[17]
    yield "permit 82", f"证件 {id_number('82000019790504223')}"
    yield "permanent residence", f"证件 {id_number('91100019790504223')}"
    yield "passport", "护照号码E12345678"
    yield "travel permit", "来往内地通行证H12345678"
    yield "Taiwan permit", "台胞证01234567"
    yield "old id without a word", f"编 {OLD_ID}。"
    yield "mobile after an index", "6 138 1234 5678"
    yield "two mobiles in groups", "138 1234 5678 139 1234 5678"
    yield "mobile dots", "电话138.1234.5678"
    yield "mobile digit by digit", " ".join(MOBILE)
    yield "mobile with 0", f"0{MOBILE}"
    yield "mobile with 0086", f"0086{MOBILE}"
    yield "mobile with 86 apart", "+86 138 1234 5678"
    yield "American Express", f"卡号{card('37828224631000')}"
    yield "JCB", f"卡号{card('353011133330000')}"
    yield "birth in words", "生于一九六二年七月十二日"
    yield "birth month", "出生年月：1962.07"
    yield "birth with a bracket", "出生日期（公历）：1962-07-12"
    yield "birth at the end", "张某，1962年7月生"
    yield "room in words", "三号楼二单元五〇一室"
    yield "room with #", "3#2单元501"
    yield "room of a block", "A座1203室"
    yield "room of an estate", "住在金安苑501室"


def contents() -> Iterator[tuple[str, dict[str, Any]]]:
    """Contents of versions with one thing each."""
    full = listed("3号楼")
    full["blocks"][0]["rows"][0][0] = "张三丰"
    yield "list: full name", full
    ground = listed("3号楼")
    ground["blocks"][0]["ground"] = f"依据{ID}"
    yield "list: ground", ground
    yield "list: local telephone", listed("8888 1234", label="联系电话")
    yield "list: day under a birth label", listed("1962-07-12", label="出生日期")
    yield "list: two-part address", listed("3-501")
    yield "list: house of a lane", listed("柳巷12号")
    yield "list: room alone", listed("501室")
    yield "list: column of diagnoses", listed("良好", label="诊断")
    yield "list: id middle masked", listed(f"{ID[:6]}********{ID[-4:]}")
    yield "list: id cut in digits and dots", listed(f"{ID[:6]}.", ID[6:14], ID[14:])
    over = listed("3号楼")
    over["blocks"][0]["caption"] = "以下是癌症患者。"
    yield "list: illness in the caption", over
    headed = listed("3号楼")
    headed["blocks"][0]["heading"] = "尿毒症患者救助"
    yield "list: illness in the heading", headed


# -- files ------------------------------------------------------------------------------------------------------------


def zipped_sheet(old: str, new: str, fill: Callable[[Any, Any], object]) -> bytes:
    return with_part(workbook(fill), "xl/worksheets/sheet1.xml", old, new)


def old_workbook(fill: Callable[[Any, Any], object]) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("名单")
    sheet.write(0, 0, "姓名")
    sheet.write(1, 0, "张*")
    fill(book, sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def old_row(book: Any, sheet: Any) -> None:
    sheet.write(4, 0, ID)
    sheet.row(4).hidden = 1


def old_column(book: Any, sheet: Any) -> None:
    sheet.write(1, 3, MOBILE)
    sheet.col(3).hidden = 1


def old_sheet(book: Any, sheet: Any) -> None:
    hidden = book.add_sheet("底册")
    hidden.write(0, 0, ID)
    hidden.visibility = 1


def old_header(book: Any, sheet: Any) -> None:
    sheet.header_str = f"&C{ID}".encode()


def persons(book: Any, sheet: Any) -> None:
    sheet.write_row("A3", ["姓名", "联系电话", "病种"])
    sheet.write_row("A4", ["张*", "88881234", "—"])


def workbooks() -> Iterator[tuple[str, str, bytes]]:
    """What must be gone after a rebuild, too."""
    yield (
        "row of no height",
        "名单.xlsx",
        zipped_sheet('<row r="5"', '<row r="5" ht="0"', lambda book, sheet: sheet.write_string("A5", ID)),
    )
    yield (
        "column of no width",
        "名单.xlsx",
        zipped_sheet(
            "<sheetData>",
            '<cols><col min="5" max="5" width="0"/></cols><sheetData>',
            lambda book, sheet: sheet.write_string("E2", ID),
        ),
    )
    yield "literal in a formula", "名单.xlsx", workbook(lambda _, sheet: sheet.write_formula("C2", f'=LEFT("{ID}",2)'))
    yield (
        "data validation",
        "名单.xlsx",
        workbook(lambda _, sheet: sheet.data_validation("C2", {"validate": "list", "source": [ID, "无"]})),
    )
    yield "link", "名单.xlsx", workbook(lambda _, sheet: sheet.write_url("C2", f"mailto:{ID}@a.cn", string="写信"))
    yield "old hidden row", "名单.xls", old_workbook(old_row)
    yield "old hidden column", "名单.xls", old_workbook(old_column)
    yield "old hidden sheet", "名单.xls", old_workbook(old_sheet)
    yield "old header", "名单.xls", old_workbook(old_header)


def documents() -> Iterator[tuple[str, str, bytes]]:
    plain = document(lambda made: None)
    box = (
        f"<w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>{ID[:9]}</w:t></w:r><w:r><w:t>{ID[9:]}</w:t></w:r></w:p>"
        "</w:txbxContent></w:pict></w:r></w:p><w:sectPr"
    )
    yield "text box", "说明.docx", with_part(plain, "word/document.xml", "<w:sectPr", box)
    moved = f'<w:p><w:moveFrom w:id="1" w:author="a"><w:r><w:t>{ID}</w:t></w:r></w:moveFrom></w:p><w:sectPr'
    yield "moved away", "说明.docx", with_part(plain, "word/document.xml", "<w:sectPr", moved)
    notes = f'<w:endnotes {WORD}><w:endnote w:id="2"><w:p><w:r><w:t>{ID}</w:t></w:r></w:p></w:endnote></w:endnotes>'
    yield "endnote", "说明.docx", with_part(plain, "word/endnotes.xml", "", notes)
    yield "custom data", "说明.docx", with_part(plain, "customXml/item9.xml", "", f"<a><b>{ID}</b></a>")
    yield "photo inside", "说明.docx", document(lambda made: made.add_picture(io.BytesIO(photo(gps=True))))
    yield "author", "说明.docx", document(lambda made: setattr(made.core_properties, "author", "张三"))

    def persons(made: Any) -> None:
        table = made.add_table(2, 2)
        for cell, text in zip(
            [*table.rows[0].cells, *table.rows[1].cells], ["姓名", "病种", "张*", "肺癌"], strict=True
        ):
            cell.text = text

    yield "list with an illness", "说明.docx", document(persons)


def photo(*, gps: bool = False, artist: str = "", comment: str = "", xp: str = "", size: Any = (40, 30)) -> bytes:
    exif = Image.Exif()
    if gps:
        exif.get_ifd(0x8825).update({1: "N", 2: (36.0, 40.0, 1.0), 3: "E", 4: (117.0, 0.0, 2.0)})
    if artist:
        exif[0x013B] = artist
    if xp:
        exif[0x9C9D] = xp.encode("utf-16-le")
    if comment:
        exif.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0" + comment.encode()
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, "JPEG", exif=exif, comment=comment or None)
    return out.getvalue()


def pictures() -> Iterator[tuple[str, str, bytes]]:
    yield "photographer", "现场.jpg", photo(xp="张三")
    yield "comment", "现场.jpeg", photo(comment=f"tel {MOBILE}")
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "PNG")
    whole = out.getvalue()
    chunk = b"zTXt" + b"Comment\0\0" + zlib.compress(f"id {ID}".encode())
    made = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    yield "compressed text", "现场.png", whole[:33] + made + whole[33:]


def small_pdf(extra: str = "", *, page: str = "", catalog: str = "", text: str = "hello") -> bytes:
    """A PDF written by hand, so that anything can stand in it."""
    shown = f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET"
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R"
        f" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> {page} >>",
        f"<< /Length {len(shown)} >>\nstream\n{shown}\nendstream",
        f"<< {extra} >>",
    ]
    out = b"%PDF-1.4\n"
    at = []
    for number, one in enumerate(objects, 1):
        at.append(len(out))
        out += f"{number} 0 obj\n{one}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in at)
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    return out + f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info 5 0 R >>\nstartxref\n{start}\n%%EOF".encode()


NOTE = f"/Annots [<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents (id {ID}) >>]"
FORM = f"/AcroForm << /Fields [<< /T (a) /V (id {ID}) >>] >>"
BOOKMARK = f"/Outlines << /First << /Title (id {ID}) >> >>"


def pdfs() -> Iterator[tuple[str, str, bytes]]:
    yield "note", "说明.pdf", small_pdf(page=NOTE)
    yield "form", "说明.pdf", small_pdf(catalog=FORM)
    yield "subject", "说明.pdf", small_pdf(f"/Subject (tel {MOBILE})")


def files() -> Iterator[tuple[str, str, bytes]]:
    """(what, file name, bytes): each has something that may not be public."""
    yield from workbooks()
    yield "list with a telephone", "名单.xlsx", workbook(persons)
    yield from documents()
    yield from pictures()
    yield from pdfs()
    yield "author", "说明.pdf", small_pdf("/Author <FEFF5F204E09>")
    yield "over a line", "说明.pdf", pdf(f"#box(width: 70pt)[{ID[:10]}\\ {ID[10:]}]")
    yield "two columns", "名单.csv", f"项目,一,二\n甲,{ID[:9]},{ID[9:]}\n".encode()
    yield "list with a mobile", "名单.csv", f"姓名,电话\n张*,{MOBILE}\n".encode()
    yield "over a line", "说明.txt", f"证件{ID[:10]}\n{ID[10:]}完".encode()
    yield "UTF-16", "说明.txt", f"证件{ID}".encode("utf-16")


# -- clean ------------------------------------------------------------------------------------------------------------


def clean_texts() -> Iterator[str]:
    """Look-alikes that a community does publish."""
    yield "本办法自2026年1月1日生效。"
    yield "2026年3月5日生活补贴发放完毕。"
    yield "出生于2022年1月1日（含）之后的婴幼儿可以申领，每人每年3600元。"
    yield "2025年1月1日起出生的，按新标准。"
    yield "惠民家园8栋706户，12栋 612户，3单元 1200元。"
    yield "到服务大厅3楼302室办理；调解室在2号楼101室。"
    yield "合同HT-20-12-001，档案 JN-12-03-045。"
    yield "微信图片_20260105143000"
    yield "统一社会信用代码：123701004931234567"
    yield "发票号码：24372000000012345678"
    yield "占比0.30000000000000004"
    yield "社区主任办公电话：0531-0000 1201"
    yield "安和路18号，金安苑南门东侧一楼"
    yield "1 2 3 4 5 6 7 8 9 10 11 12"
    yield "农村妇女“两癌”免费筛查"


def clean_contents() -> Iterator[dict[str, Any]]:
    caption = listed("3号楼")
    caption["blocks"][0]["caption"] = "名单有误，请打 0531-00001201，或到服务大厅2楼201室。"
    yield caption
    yield listed("200", label="生日慰问金（元）")
    yield listed("—", "", label="楼栋")
    total = listed("300.00")
    total["blocks"][0]["total"] = ["合计", "300.00"]
    yield total
    yield content(
        kind="table",
        columns=[{"label": "事项", "type": "text"}, {"label": "身份证", "type": "text"}],
        rows=[["优待证", "带原件"]],
        total=None,
        caption=None,
    )


def clean_files() -> Iterator[tuple[str, bytes]]:
    def figures(book: Any, sheet: Any) -> None:
        sheet.write_row("C2", [12345678, 12345679, 1380, 138, 12345678, 0.1 + 0.2])

    yield "收支.xlsx", workbook(figures)
    yield "收支.xls", old_workbook(lambda book, sheet: sheet.write(1, 3, 1234567.89))
    yield "网格员.xlsx", workbook(lambda book, sheet: sheet.write_row("A3", ["姓名", "职务", "办公电话"]))
    yield "mmexport1735891200000.jpg", photo()
    yield "说明.pdf", small_pdf("/Author (WPS) /Title (notice)")
    made = Document()
    made.core_properties.author = "Administrator"
    made.add_paragraph("共12户，每户200元。")
    out = io.BytesIO()
    made.save(out)
    yield "说明.docx", out.getvalue()
