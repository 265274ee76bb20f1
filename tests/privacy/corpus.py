"""Planted and clean documents. Every person and number is made up; check digits are computed here."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xlsxwriter
import xlwt
from docx import Document
from PIL import Image, PngImagePlugin

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
DEMO = Path(__file__).parents[2] / "mingbai/data/demo/jinan-2026.json"


def id_number(body: str) -> str:
    """The 17 digits with their check character."""
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


def card(body: str) -> str:
    """A card number with its Luhn digit."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


ID = id_number("37010219850312451")
ID_X = next(
    id_number(f"3701021966070{n:04d}") for n in range(1000, 2000) if id_number(f"3701021966070{n:04d}")[-1] == "X"
)
COUNTY = id_number("52262719901105302")  # a county that lists of codes often lack
PERMIT = id_number("81000019920203451")
OLD_ID = "370102660712451"
MOBILE = "13812345678"
CARD = card("621700123456789012")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def texts() -> Iterator[tuple[str, str]]:
    """(what, text): each has one thing that may not be public."""
    yield "id", f"张三的证件{ID}已核对"
    yield "id at once", ID
    yield "id lower x", f"身份证号 {ID_X.lower()}"
    yield "id upper x", f"身份证号 {ID_X}"
    yield "id full width", f"号码：{ID.translate(FULL_WIDTH)}。"
    yield "id spaced", " ".join(ID)
    yield "id in groups", f"{ID[:6]} {ID[6:14]} {ID[14:]}"
    yield "id dashes", f"{ID[:6]}-{ID[6:14]}-{ID[14:]}"
    yield "id zero width", "\u200b".join(ID)
    yield "id soft hyphens", "\u00ad".join(ID)
    yield "id ideographic spaces", f"{ID[:6]}\u3000{ID[6:]}"
    yield "id in a bigger number", f"编号99{ID}01"
    yield "id after letters", f"No.{ID}x"
    yield "id over a line", f"{ID[:10]}\n{ID[10:]}"
    yield "id of a rare county", f"持证人{COUNTY}"
    yield "permit 81", f"港澳居民居住证{PERMIT}"
    yield "permit 83", f"台湾居民居住证{id_number('83000019880808123')}"
    yield "old id", f"身份证{OLD_ID}"
    yield "old id with colon", f"身份证号：{OLD_ID}"
    yield "mobile", f"联系电话{MOBILE}"
    yield "mobile in groups", "请打138 1234 5678"
    yield "mobile dashes", "请打138-1234-5678"
    yield "mobile +86", f"电话+86{MOBILE}"
    yield "mobile full width", f"电话{MOBILE.translate(FULL_WIDTH)}"
    yield "card", f"打入{CARD}"
    yield "card in groups", "打入" + " ".join(card("621700123456789")[n : n + 4] for n in range(0, 16, 4))
    yield "visa", f"卡号{card('455673450123456')}"
    yield "birth date", "王某，出生日期：1962年7月12日"
    yield "birth after", "1958年3月5日出生，困难老人"
    yield "birth digits", "生日19620712"
    yield "address room", "家住3号楼2单元501室"
    yield "address building", "5栋502室"
    yield "address unit", "二单元301"
    yield "address dashes", "住址：3-2-501"
    yield "household phone", "家属电话：0531-88881234"


def content(**block: Any) -> dict[str, Any]:
    return {"title": "慰问名单", "blocks": [{"element": 1, "heading": "名单", **block}]}


def listed(*cells: str, label: str = "说明", title: str = "慰问名单") -> dict[str, Any]:
    columns = [
        {"label": "姓名", "type": "name"},
        *({"label": f"{label}{n or ''}", "type": "text"} for n in range(len(cells))),
    ]
    made = content(kind="person_list", columns=columns, rows=[["张*", *cells]], total=None, ground="法")
    return {**made, "title": title}


def contents() -> Iterator[tuple[str, dict[str, Any]]]:
    """Contents of versions with one thing each that stops them or asks for a reason."""
    yield "list: id", listed(ID)
    yield "list: id over two cells", listed(ID[:9], ID[9:])
    yield "list: id over three cells", listed(ID[:6], ID[6:14], ID[14:])
    yield "list: mobile", listed(MOBILE)
    yield "list: landline", listed("053188881234")
    yield "list: address", listed("3号楼2单元501室")
    yield "list: old id without a word", listed(OLD_ID)
    yield "list: cancer", listed("肺癌")
    yield "list: disability", listed("肢体残疾二级")
    yield "list: column of illnesses", listed("尿毒症", label="病种")
    yield "list: column of births", listed("1962年", label="出生年月")
    yield "list: column of cards", listed("尾号", label="银行卡号")
    yield "list: illness in the title", listed("3号楼", title="白血病患者救助名单")
    yield (
        "meeting",
        content(
            kind="meeting",
            name="会",
            time="1日",
            place="3号楼2单元501室",
            attendees="代表",
            chair="张",
            topics=["议题"],
        ),
    )
    yield (
        "table",
        content(kind="table", columns=[{"label": "事", "type": "text"}], rows=[[f"付{ID}"]], total=None, caption=None),
    )
    yield (
        "caption",
        content(
            kind="table", columns=[{"label": "事", "type": "text"}], rows=[["一"]], total=None, caption=f"咨询{MOBILE}"
        ),
    )
    yield "reason", content(kind="nothing", statement="none_this_period", reason=f"{ID}已撤回")
    yield "file name", content(kind="attachment", files=[{"name": f"{ID}.pdf", "sha256": "0", "size": 1}])


# -- files ------------------------------------------------------------------------------------------------------------


def workbook(fill: Any, **options: Any) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("名单")
        sheet.write_row(0, 0, ["姓名", "楼栋"])
        sheet.write_row(1, 0, ["张*", "3号楼"])
        fill(book, sheet)
    return out.getvalue()


def with_part(data: bytes, member: str, old: str, new: str) -> bytes:
    """The same document with a text of one member exchanged, or with a member more (``old`` empty)."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as made:
        for name in source.namelist():
            body = source.read(name)
            made.writestr(name, body.replace(old.encode(), new.encode(), 1) if name == member and old else body)
        if not old:
            made.writestr(member, new)
    return out.getvalue()


def workbooks() -> Iterator[tuple[str, str, bytes]]:
    yield "visible cell", "名单.xlsx", workbook(lambda book, sheet: sheet.write_string("C2", ID))
    yield "number of 18 digits", "名单.xlsx", workbook(lambda book, sheet: sheet.write_number("C2", int(ID[:17] + "0")))
    yield "over two cells", "名单.xlsx", workbook(lambda book, sheet: sheet.write_row("C2", [ID[:10], ID[10:]]))

    def row(book: Any, sheet: Any) -> None:
        sheet.write_string("A5", ID)
        sheet.set_row(4, options={"hidden": True})

    def column(book: Any, sheet: Any) -> None:
        sheet.write_string("E2", ID)
        sheet.set_column("E:E", options={"hidden": True})

    def other(book: Any, sheet: Any) -> None:
        hidden = book.add_worksheet("底册")
        hidden.write_string("A1", ID)
        hidden.hide()

    def very(book: Any, sheet: Any) -> None:
        hidden = book.add_worksheet("底册")
        hidden.write_string("A1", MOBILE)
        hidden.very_hidden()

    yield "hidden row", "名单.xlsx", workbook(row)
    yield "hidden column", "名单.xlsx", workbook(column)
    yield "hidden sheet", "名单.xlsx", workbook(other)
    yield "very hidden sheet", "名单.xlsx", workbook(very)
    yield "comment", "名单.xlsx", workbook(lambda book, sheet: sheet.write_comment("A2", f"本人{ID}"))
    yield "header", "名单.xlsx", workbook(lambda book, sheet: sheet.set_header(f"&C{ID}"))
    yield "footer", "名单.xlsx", workbook(lambda book, sheet: sheet.set_footer(f"&L{MOBILE}"))
    yield "defined name", "名单.xlsx", workbook(lambda book, sheet: book.define_name("x", f'="{ID}"'))
    yield "sheet name", "名单.xlsx", workbook(lambda book, sheet: book.add_worksheet(ID))
    yield "author", "名单.xlsx", workbook(lambda book, sheet: book.set_properties({"author": f"张三{MOBILE}"}))
    yield "custom property", "名单.xlsx", workbook(lambda book, sheet: book.set_custom_property("证件", ID))
    yield "text box", "名单.xlsx", workbook(lambda book, sheet: sheet.insert_textbox("D4", f"证件{ID}"))
    left = workbook(lambda book, sheet: sheet.write_string("C2", "剩下的"))
    yield (
        "left over string",
        "名单.xlsx",
        with_part(left, "xl/sharedStrings.xml", "</sst>", f"<si><t>{ID}</t></si></sst>"),
    )
    yield "file name", f"{ID}.xlsx", workbook(lambda book, sheet: None)
    old = xlwt.Workbook()
    old.add_sheet("名单").write(0, 0, ID)
    out = io.BytesIO()
    old.save(out)
    yield "old workbook", "名单.xls", out.getvalue()


def document(fill: Any) -> bytes:
    made = Document()
    made.add_paragraph("关于慰问的说明")
    fill(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def documents() -> Iterator[tuple[str, str, bytes]]:
    def runs(made: Any) -> None:
        paragraph = made.add_paragraph("证件")
        for place in range(0, 18, 3):
            paragraph.add_run(ID[place : place + 3])

    def table(made: Any) -> None:
        cells = made.add_table(1, 2).rows[0].cells
        cells[0].text, cells[1].text = "张三", ID

    def split(made: Any) -> None:
        cells = made.add_table(1, 2).rows[0].cells
        cells[0].text, cells[1].text = ID[:9], ID[9:]

    yield "body", "说明.docx", document(lambda made: made.add_paragraph(f"证件{ID}"))
    yield "runs", "说明.docx", document(runs)
    yield "table", "说明.docx", document(table)
    yield "two cells", "说明.docx", document(split)
    yield "header", "说明.docx", document(lambda made: made.sections[0].header.paragraphs[0].add_run(ID))
    yield "footer", "说明.docx", document(lambda made: made.sections[0].footer.paragraphs[0].add_run(MOBILE))
    yield "properties", "说明.docx", document(lambda made: setattr(made.core_properties, "comments", f"电话{MOBILE}"))
    word = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    plain = document(lambda made: None)
    deleted = f'<w:p><w:del w:id="1" w:author="a"><w:r><w:delText>{ID}</w:delText></w:r></w:del></w:p><w:sectPr'
    yield "tracked deletion", "说明.docx", with_part(plain, "word/document.xml", "<w:sectPr", deleted)
    vanished = f"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>{ID}</w:t></w:r></w:p><w:sectPr"
    yield "hidden text", "说明.docx", with_part(plain, "word/document.xml", "<w:sectPr", vanished)
    comment = f'<w:comments {word}><w:comment w:id="0"><w:p><w:r><w:t>{ID}</w:t></w:r></w:p></w:comment></w:comments>'
    yield "comment", "说明.docx", with_part(plain, "word/comments.xml", "", comment)
    notes = (
        f'<w:footnotes {word}><w:footnote w:id="2"><w:p><w:r><w:t>{MOBILE}</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    yield "footnote", "说明.docx", with_part(plain, "word/footnotes.xml", "", notes)


def pictures() -> Iterator[tuple[str, str, bytes]]:
    image = Image.new("RGB", (40, 30), "white")
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (36.0, 40.0, 1.0), 3: "E", 4: (117.0, 0.0, 2.0)})
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    yield "gps", "现场.jpg", out.getvalue()
    owner = Image.Exif()
    owner[0x010E] = f"tel {MOBILE}"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=owner)
    yield "description", "现场.jpg", out.getvalue()
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", f"id {ID}")
    out = io.BytesIO()
    image.save(out, "PNG", pnginfo=info)
    yield "png text", "现场.png", out.getvalue()


def pdf(text: str, subject: str = "") -> bytes:
    """A page set by typst with the packaged font, as clerks' PDFs carry one."""
    import typst

    from mingbai.carriers.fonts import font_files

    source = f"#set document(description: {json.dumps(subject, ensure_ascii=False)})\n{text}"
    folders = sorted({str(path.parent) for path in font_files()})
    made = typst.compile(source.encode(), font_paths=folders, ignore_system_fonts=True)
    assert isinstance(made, bytes)
    return made


def files() -> Iterator[tuple[str, str, bytes]]:
    """(what, file name, bytes): each has something that may not be public."""
    yield from workbooks()
    yield from documents()
    yield from pictures()
    yield "pdf", "说明.pdf", pdf(f"证件 {ID}")
    yield "pdf metadata", "说明.pdf", pdf("说明", subject=f"tel {MOBILE}")
    yield "csv", "名单.csv", f"姓名,证件\n张三,{ID}\n".encode("gb18030")
    yield "text", "说明.txt", f"张三 {MOBILE}".encode()


# -- clean ------------------------------------------------------------------------------------------------------------


def clean_texts() -> Iterator[str]:
    yield "2026年第三季度收入 1,234,567.89 元，支出 987,654.32 元。"
    yield "20260101 20260131 20260228"
    yield "索引号 JINAN-06-2026-0068，短码 KYHM SKUU。"
    yield "济民发〔2026〕123号，2026年3月5日印发。"
    yield "政务服务便民热线 12345，监督举报 12388，消费投诉 12315。"
    yield "服务大厅 0531-00001201，居务公开 0531-00001202。"
    yield "统一社会信用代码 91370100MA3C1234X5"
    yield "发票 12345678，合同 HT-2026-015，凭证 2026-03-0017。"
    yield "金安苑1号楼、3号楼、5号楼北侧路灯修好6盏。"
    yield "会议应到36人，实到34人，14:30开始，16:05结束。"
    yield "3号楼 200 元，5号楼 300 元，11号楼 150 元。"
    yield "每人 500 元，100 周岁以上每人 1000 元，共 219 人。"
    yield "为残疾人、失独家庭、困难退休人员提供服务。"
    yield "糖尿病、高血压患者可以到卫生服务站免费测血糖。"
    yield "办公时间：周一至周五 8:30-12:00，13:30-17:30。"
    yield "面积 62 平方米，单价 1.20 元，2025-2026 年度。"
    yield "电话 400-800-1234，邮编 250000。"
    yield "第1组 12 户 31 人，第2组 15 户 42 人。"
    yield "100 150 200 250 300 350 400 450"
    yield "2145.00 305392.14 307537.14 0.00 66647.55"
    yield "1月1日至3日放假，1月4日上班，共3天。"
    yield "自2026年1月1日起施行，有效期至2030年12月31日。"


def clean_contents() -> Iterator[dict[str, Any]]:
    """Everything that the demo's community published in a year."""
    for entry in json.loads(DEMO.read_text(encoding="utf-8"))["occurrences"]:
        for disclosure in [entry["disclosure"], *entry.get("versions_later", [])]:
            if disclosure is not None:
                yield {"title": disclosure["title"], "blocks": disclosure["blocks"]}


def clean_files() -> Iterator[tuple[str, bytes]]:
    yield "名单.xlsx", workbook(lambda book, sheet: sheet.write_row("C2", [500, "元", 20260101, 1234567.89]))
    yield "收支.xlsx", workbook(lambda book, sheet: sheet.write_formula("C2", "=1+2", None, 3))
    yield "说明.docx", document(lambda made: made.add_paragraph("慰问金每人200元，联系社区 0531-00001201。"))
    yield "说明.txt", "本次慰问共18人，3,600.00元。".encode()
    yield "收支.csv", "项目,金额\n水电,1234.50\n".encode()
    yield "说明.pdf", pdf("2026-03-05 1,234.50")
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    yield "现场.jpg", out.getvalue()
