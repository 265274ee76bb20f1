"""Word documents: what stands in every part, what they hide, and a copy without properties."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from lxml import etree

from mingbai.privacy.limits import CREATED, NotAllowed, Part
from mingbai.privacy.pictures import clean_picture, picture_parts, says_where
from mingbai.privacy.workbooks import authors_in, is_head_of_persons, local
from mingbai.reading.grid import bytes_are
from mingbai.reading.hidden import parse_xml

CHANGES = ("{*}del", "{*}ins", "{*}moveFrom", "{*}moveTo")
PLACES = (
    ("omments", "批注"),
    ("header", "页眉"),
    ("footer", "页脚"),
    ("footnotes", "脚注"),
    ("endnotes", "尾注"),
    ("document.xml", "正文"),
    ("docProps/", "文件属性"),
    ("customXml/", "附带的数据"),
    ("people.xml", "批注人"),
    (".rels", "链接"),
    ("settings.xml", "文档变量"),
)
SHOWN = ("word/document.xml", "word/header", "word/footer", "word/footnotes.xml", "word/endnotes.xml")
PICTURES = (".jpg", ".jpeg", ".png")
# The properties of a document that is nobody's.
BLANK = {
    "docProps/core.xml": (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
    ),
    "docProps/app.xml": (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
    ),
    "docProps/custom.xml": (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>'
    ),
}
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def document_parts(data: bytes) -> Iterator[Part]:
    """Paragraphs and rows of body, headers, footers, notes, comments, deletions and text boxes; then all else."""
    if bytes_are(data) != "docx":
        raise NotAllowed("文件的内容不是 Word 文档，请重新另存为 .docx。")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.namelist():
            if member.lower().endswith(PICTURES):
                yield from (_inside(part) for part in picture_parts(archive.read(member)))
            if not member.endswith((".xml", ".rels")):
                continue
            where = next((words for part, words in PLACES if part in member), f"文件内部 {member}")
            root = parse_xml(archive.read(member))
            if member.startswith("word/") and member.endswith(".xml"):
                yield from _written(root, where, member.startswith(SHOWN))
            yield from _beside(member, root, where)
            yield from authors_in(member, root)


def _inside(part: Part) -> Part:
    return Part(f"图片：{part.where}", part.text, shown=False, author=part.author)


def _written(root: etree._Element, where: str, shown: bool) -> Iterator[Part]:
    for number, paragraph in enumerate(root.iter("{*}p"), 1):
        yield Part(f"{where}第{number}段", text_of_paragraph(paragraph), shown=shown)
    for number, table in enumerate(root.iter("{*}tbl"), 1):
        labels: list[str] | None = None
        for row, line in enumerate(table.iterchildren("{*}tr"), 1):
            texts = [
                "\n".join(text_of_paragraph(one) for one in cell.iter("{*}p")) for cell in line.iterchildren("{*}tc")
            ]
            at = f"{where}第{number}个表格第{row}行"
            for column, text in enumerate(texts):
                if labels is not None and column < len(labels):
                    yield Part(f"{at}“{labels[column]}”", text, label=labels[column], listed=True, shown=shown)
            yield Part(at, cells=tuple(texts), shown=shown)
            labels = texts if is_head_of_persons(texts) else labels


def text_of_paragraph(paragraph: etree._Element) -> str:
    """Runs joined, tabs and breaks kept: a number is often kept in pieces."""
    texts = []
    for one in paragraph.iter():
        name = local(one)
        if name in ("t", "delText", "instrText", "delInstrText"):
            texts.append(str(one.text or ""))
        elif name in ("tab", "br", "cr"):
            texts.append("\t" if name == "tab" else "\n")
    return "".join(texts)


def _beside(member: str, root: etree._Element, where: str) -> Iterator[Part]:
    """What isn't a paragraph: properties, data, targets of links, descriptions of pictures, variables."""
    if member.startswith(("docProps/", "customXml/")):
        for one in root.iter():
            yield Part(where, str(one.text or ""), shown=False)
            yield from (Part(where, str(value), shown=False) for value in one.attrib.values())
    elif member.endswith(".rels"):
        for one in root:
            if one.get("TargetMode") == "External":
                yield Part(where, str(one.get("Target")), shown=False)
    else:
        for one in root.iter("{*}docPr", "{*}cNvPr", "{*}docVar", "{*}bookmarkStart"):
            yield from (Part(f"{where}图片说明或变量", str(value), shown=False) for value in one.attrib.values())


def hidden_in_document(data: bytes) -> Iterator[str]:
    """The places of a document that its owner doesn't see, in words."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.namelist():
            if "/embeddings/" in member or "/activeX/" in member or member.endswith("vbaProject.bin"):
                yield "嵌入的文件或宏"
            if member.lower().endswith(PICTURES) and says_where(archive.read(member)):
                yield "图片里的拍摄地点"
            if member.endswith(".rels") and any(_calls_out(one) for one in parse_xml(archive.read(member))):
                yield "从网上取的模板或图片"
            if not member.startswith("word/") or not member.endswith(".xml"):
                continue
            root = parse_xml(archive.read(member))
            if member.endswith("/comments.xml") and len(root):
                yield "批注"
            if next(root.iter(*CHANGES), None) is not None:
                yield "修订痕迹"
            if any(_is_hidden(run) for run in root.iter("{*}r")):
                yield "隐藏的文字"


def _calls_out(relation: etree._Element) -> bool:
    return relation.get("TargetMode") == "External" and not str(relation.get("Type")).endswith("/hyperlink")


def _is_hidden(run: etree._Element) -> bool:
    off = ("0", "false", "off")
    hidden = any(
        not any(str(value) in off for value in one.attrib.values()) for one in run.iterfind("{*}rPr/{*}vanish")
    )
    return hidden and next(run.iter("{*}t"), None) is not None


def rebuilt_document(data: bytes) -> bytes:
    """The same document without properties, names of commenters, its thumbnail, and what its pictures know.

    Raises NotAllowed for one with comments, tracked changes, hidden text or files inside.
    """
    if bytes_are(data) != "docx":
        raise NotAllowed("文件的内容不是 Word 文档，请重新另存为 .docx。")
    seen = sorted(set(hidden_in_document(data)) - {"图片里的拍摄地点"})
    if seen:
        raise NotAllowed(f"文件里有{'、'.join(seen)}，请在 Word 里接受修订、删去批注后另存，再上传。")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for member in source.namelist():
            body = _without_people(member, source.read(member))
            if body is not None:
                day = (int(CREATED[:4]), 1, 1, 0, 0, 0)
                made.writestr(zipfile.ZipInfo(member, day), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _without_people(member: str, body: bytes) -> bytes | None:
    """A member as it may be published; None: not at all."""
    if member.startswith("docProps/thumbnail"):
        return None
    if member in BLANK:
        return (DECLARATION + BLANK[member]).encode()
    if member.lower().endswith(PICTURES) and (says_where(body) or next(picture_parts(body), None)):
        return clean_picture(member, body, longest=None)
    if member == "_rels/.rels" or member.endswith("people.xml"):
        root = parse_xml(body)
        for one in list(root):
            if member.endswith("people.xml") or "thumbnail" in str(one.get("Target")):
                root.remove(one)
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return body
