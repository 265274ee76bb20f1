"""The board sheet: what is printed is what was published, and its code can be read back from the picture."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pdfplumber
import pytest
import zxingcpp
from pdfminer.pdftypes import resolve1
from PIL import Image, ImageFilter

from mingbai.carriers.actions import publish
from mingbai.carriers.layout import PAPERS, Layout, Paper
from mingbai.carriers.leaflet import leaflet_pdf
from mingbai.carriers.sheet import Echo, Sheet, UnprintableText, render_batch, render_pdf, render_png
from tests.conftest import Cast, names_list, noon, paragraphs

ROWS = [[f"第{number}项工程款", f"{number * 1234.5:.2f}"] for number in range(1, 41)]


def sheet(**changes: Any) -> Sheet:
    table = {
        "element": 1,
        "heading": "明细",
        "kind": "table",
        "caption": None,
        "columns": [{"label": "项目", "type": "text"}, {"label": "金额（元）", "type": "money"}],
        "rows": ROWS,
        "total": None,
    }
    values: dict[str, Any] = {
        "community": "金安社区",
        "body": "金安社区居民委员会",
        "title": "2026年第三季度财务收支情况",
        "item_name": "居务财务工作",
        "index_number": "JINAN-06-2026-0001",
        "version_number": 1,
        "code": "KYHMSKUU",
        "url": "https://example.org/s/KYHMSKUU/",
        "digest": "0" * 64,
        "dated_on": date(2026, 10, 13),
        "published_on": date(2026, 10, 14),
        "posted_on": date(2026, 10, 15),
        "shown_until": date(2026, 10, 30),
        "take_down_after": date(2026, 10, 30),
        "blocks": (table,),
    }
    return Sheet(**{**values, **changes})


def text_of(pdf: bytes) -> list[str]:
    """The text of each page, without the spaces that typesetting puts between scripts."""
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        return ["".join((page.extract_text() or "").split()) for page in document.pages]


@pytest.mark.parametrize("paper", PAPERS)
def test_the_code_is_read_back_from_the_printed_page(paper: Paper) -> None:
    picture = Image.open(io.BytesIO(render_png(sheet(), Layout(paper))))
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.text == "https://example.org/s/KYHMSKUU/"
    long, short = max(picture.size), min(picture.size)
    assert abs(short / long - 2**-0.5) < 0.002
    assert (picture.width > picture.height) is Layout(paper).is_landscape


@pytest.mark.parametrize("paper", PAPERS)
def test_a_telephone_reads_the_code_from_a_small_crooked_picture(paper: Paper) -> None:
    """The whole sheet in 1,100 pixels, turned a little, blurred, without colour, squeezed by JPEG."""
    picture = Image.open(io.BytesIO(render_png(sheet(), Layout(paper)))).convert("L")
    picture.thumbnail((1100, 1100))
    taken = picture.rotate(7, expand=True, fillcolor=210, resample=Image.Resampling.BICUBIC)
    taken = taken.filter(ImageFilter.GaussianBlur(0.6)).point(lambda grey: 40 + grey * 0.7)
    out = io.BytesIO()
    taken.save(out, "JPEG", quality=60)
    (found,) = zxingcpp.read_barcodes(Image.open(out))
    assert found.text == "https://example.org/s/KYHMSKUU/"


@pytest.mark.parametrize("paper", PAPERS)
def test_every_page_says_which_of_how_many_it_is_and_how_long_it_stays(paper: Paper) -> None:
    pages = text_of(render_pdf(sheet(), Layout(paper)))
    assert len(pages) > 1
    for number, text in enumerate(pages, 1):
        assert f"第{number}页共{len(pages)}页" in text
        assert "KYHMSKUU" in text and "公示至2026年10月30日" in text and "扫码可查" in text
    printed = "".join(pages)
    assert all(name in printed and f"{float(money):,.2f}" in printed for name, money in ROWS)


def test_the_pdf_is_tagged_and_archival_and_says_its_language_and_title() -> None:
    """PDF/UA-1 and PDF/A-2a, as its own metadata claim; the tags hold the heads of the table."""
    with pdfplumber.open(io.BytesIO(render_pdf(sheet()))) as document:
        catalog = document.doc.catalog
        assert "StructTreeRoot" in catalog
        assert bytes(catalog["Lang"]).startswith(b"zh")
        assert "2026年第三季度财务收支情况" in document.metadata["Title"]
        assert resolve1(catalog["MarkInfo"])["Marked"] is True
        assert resolve1(catalog["ViewerPreferences"])["DisplayDocTitle"] is True
        claimed = resolve1(catalog["Metadata"]).get_data().decode()
        assert re.search(r"pdfuaid:part>1<|pdfuaid:part=.1", claimed)
        assert re.search(r"pdfaid:part>2<", claimed) and re.search(r"pdfaid:conformance>A<", claimed)
        tags = {tag["type"] for tag in flattened(document.structure_tree)}
        assert {"H1", "H2", "Table", "TH", "TD"} <= tags


def flattened(tags: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for tag in tags for one in (tag, *flattened(tag.get("children", [])))]


def test_in_grey_the_sheet_still_reads() -> None:
    """Band, bars and total row keep apart in lightness: white letters on the band, bars darker than any ground."""
    block = {
        "element": 1,
        "heading": "经费",
        "kind": "table",
        "caption": None,
        "columns": [{"label": "项目", "type": "text"}, *({"label": n, "type": "money"} for n in ("预算", "实际"))],
        "rows": [["水电", "300.00", "200.00"], ["维修", "200.00", "250.00"], ["活动", "100.00", "80.00"]],
    }
    grey = Image.open(io.BytesIO(render_png(sheet(blocks=(block,))))).convert("L")
    band = grey.crop((0, 0, grey.width, grey.height // 6)).getcolors(256)
    assert band is not None
    common = [value for _, value in sorted(band, reverse=True)[:2]]
    assert common[0] > 250 and common[1] < 90
    printed = "".join(text_of(render_pdf(sheet(blocks=(block,)))))
    assert "图示：预算" in printed and printed.count("250.00") == 2


def test_the_same_version_makes_the_same_bytes() -> None:
    assert render_pdf(sheet()) == render_pdf(sheet())


@pytest.mark.parametrize("printing", ["sheet", "leaflet"])
def test_what_a_person_typed_is_printed_and_never_run(printing: str) -> None:
    """Typst markup, code and a try to read a file come out as the letters that they are."""
    tricks = [
        '#read("sheet.typ")',
        "*粗体* _斜体_ $x^2$",
        '#panic("停")',
        "]#[",
        '"引号"\\',
        "= 不是标题",
        "<标签> @引用",
        "\\u{41} \\n // 注释 /* 块 */ `代码`",
        "{data} ${x} %s",
    ]
    block = {"element": 1, "heading": tricks[0], "kind": "paragraphs", "paragraphs": tricks}
    hostile = sheet(title=tricks[1], blocks=(block,))
    pdf = leaflet_pdf(hostile) if printing == "leaflet" else render_pdf(hostile)
    printed = "".join(text_of(pdf))
    for trick in tricks:
        assert trick.replace(" ", "") in printed.replace("”", '"').replace("“", '"'), trick


def test_a_character_without_a_glyph_is_refused_naming_its_place() -> None:
    block = {"element": 1, "heading": "明细", "kind": "paragraphs", "paragraphs": ["好\U0001f600"]}
    with pytest.raises(UnprintableText, match="第1块里.*U\\+1F600.*换一个字"):
        render_pdf(sheet(blocks=(block,)))


def test_what_residents_asked_stands_below_the_content_and_before_the_seal() -> None:
    echo = Echo("钱给了谁？\U0001f600", "提问2026-001，2026年10月20日收到", "#set 给了18人。", "2026年10月28日答复")
    text = "".join(text_of(render_pdf(sheet(echoes=(echo,)))))
    printed = "居民提问和答复问：钱给了谁？□提问2026-001，2026年10月20日收到答：#set给了18人。2026年10月28日答复"
    assert text.index("第40项工程款") < text.index(printed) < text.index("（以下无正文）")
    assert "居民提问和答复" not in "".join(text_of(render_pdf(sheet())))


def test_a_rare_character_of_a_name_is_printed() -> None:
    """Names use characters beyond the common ones; the packaged font has them."""
    block = {"element": 1, "heading": "名单", "kind": "paragraphs", "paragraphs": ["㛃镕喆堃"]}
    assert "㛃镕喆堃" in "".join(text_of(render_pdf(sheet(blocks=(block,)))))


@pytest.mark.parametrize("suffix", ["pdf", "png"])
def test_the_sheet_of_a_version_comes_from_its_address(client: Any, cast: Cast, owe: Any, suffix: str) -> None:
    obligation = owe(1, "2026-03-02")
    version = publish(
        obligation=obligation, content=paragraphs(1, 2), dated_on=date(2026, 3, 2), by=cast.clerk, at=noon("2026-03-03")
    )
    response = client.get(f"/c/jinan/v/{version.code}/sheet-a4.{suffix}")
    assert response.status_code == 200
    assert response.content.startswith(b"%PDF" if suffix == "pdf" else b"\x89PNG")
    assert client.get(f"/c/jinan/v/{version.code}/sheet-a2-landscape.{suffix}?distance=200").status_code == 200
    for paper in ("a9", "a4-portrait", "A4", "a4-"):
        assert client.get(f"/c/jinan/v/{version.code}/sheet-{paper}.{suffix}").status_code == 404
    for distance in ("39", "501", "-100", "1e2", "１００", "100.5", "abc"):
        refused = client.get(f"/c/jinan/v/{version.code}/sheet-a4.{suffix}", {"distance": distance})
        assert refused.status_code == 422 and "40 到 500" in refused.content.decode()
    assert client.get(f"/c/jinan/v/22222222/sheet-a4.{suffix}").status_code == 404


def test_text_that_cannot_be_printed_is_said_before_printing(client: Any, cast: Cast, owe: Any) -> None:
    obligation = owe(1, "2026-03-02")
    content = paragraphs(1, 2, title="通知\U0001f600")
    version = publish(
        obligation=obligation, content=content, dated_on=date(2026, 3, 2), by=cast.clerk, at=noon("2026-03-03")
    )
    response = client.get(f"/c/jinan/v/{version.code}/sheet-a4.pdf")
    assert response.status_code == 422
    assert "标题里有字体打印不出来的字" in response.content.decode()


def test_a_sheet_printed_after_the_display_names_nobody(
    client: Any, cast: Cast, owe: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    obligation = owe(15, "2026-03-02")
    version = publish(
        obligation=obligation, content=names_list(), dated_on=date(2026, 3, 2), by=cast.clerk, at=noon("2026-03-03")
    )
    address = f"/c/jinan/v/{version.code}/sheet-a4.pdf"
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon("2026-03-04"))
    assert "张*" in "".join(text_of(client.get(address).content))
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon("2026-06-01"))
    printed = "".join(text_of(client.get(address).content))
    assert "张*" not in printed and "共2人" in printed and "500.00" in printed


@pytest.mark.parametrize(("count", "total"), [(13, None), (31, None), (30, ["合计", "9.00"])])
def test_a_seal_never_stands_alone_under_a_long_table(count: int, total: list[str] | None) -> None:
    """Each of them fills a page up, so that the seal goes over to the next one."""
    table = {**sheet().blocks[0], "rows": ROWS[:count], "total": total}
    pages = text_of(render_batch([sheet(blocks=(table,)), sheet(blocks=(table,))]))
    assert pages[: len(pages) // 2] == pages[len(pages) // 2 :]  # each sheet of a batch looks to its own seal
    pages = pages[: len(pages) // 2]
    above, _ = pages[-1].split("（以下无正文）")
    assert "项目金额（元）" in above
    assert f"第{count - 1}项工程款" in above and f"第{count}项工程款" in above
    assert [sum(page.count(f"第{number}项工程款") for page in pages) for number in range(1, count + 1)] == [1] * count


@pytest.mark.parametrize("count", [5, 12, 19])
def test_a_seal_never_stands_alone_under_paragraphs(count: int) -> None:
    words = [f"开头{number}号{'很长的一段话，' * 8}末尾{number}号" for number in range(count)]
    block = {"element": 1, "heading": "说明", "kind": "paragraphs", "paragraphs": words}
    pages = text_of(render_pdf(sheet(blocks=(block,))))
    assert len(pages) > 1
    assert f"末尾{count - 1}号" in pages[-1].split("（以下无正文）")[0]
