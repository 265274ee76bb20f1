"""``read(path)``: a document → the catalogue that it holds, or the reason why it holds none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from mingbai.reading.cells import Grid, NotReadable
from mingbai.reading.columns import (
    TICKS,
    UNTICKED,
    Assigned,
    Field,
    Header,
    assign,
    find_header,
    is_repeated_header,
    is_tick,
    squeeze,
)
from mingbai.reading.grid import grids_in, read_grids
from mingbai.rules.catalogue import Audience, Catalogue, Item, Mode, Warning
from mingbai.rules.duties import Doubt
from mingbai.rules.timelimit import parse

__all__ = ["NotReadable", "read", "read_bytes"]

LEVEL_NAMES = ("level1", "level2", "level3")
# A number that opens an element: at the start or after a space or a stop. 2.80周岁 is the second element, not 2.8;
# only the running number can tell, so a match counts when it is the next in turn.
NUMBERING = re.compile(r"(?:^|(?<=[\s。；;，,、：:]))\s*(?:(\d{1,2})\s*[.．、]|[（(](\d{1,2})[)）]|([①-⑳]))\s*")
NOTE = re.compile(r"^(注|备注|说明|填表|附)[：:：]?")
CARRIER_END = re.compile(r"(栏|台|网|网站|号|群|墙|屏|播|会|会议|端|序|信|栏目|纸|书|榜|板|牌|箱|户|他|等)$")
CARRIER_SEPARATOR = re.compile(r"[\s、，,；;/|]+")


def read(path: Path) -> Catalogue:
    """The catalogue of a txt, docx, xlsx, xls, html or pdf document, with what the reader noticed as warnings.

    Raises NotReadable, naming the file, what was looked for and the first place where it failed: a catalogue is
    read whole or not at all.
    """
    path = Path(path)
    with _named(path.name):
        return _catalogue(read_grids(path))


def read_bytes(name: str, data: bytes) -> Catalogue:
    """The same of a document that somebody sent: its name, and its bytes. Raises NotReadable as ``read`` does."""
    with _named(name):
        return _catalogue(grids_in(PurePath(name), data))


@contextmanager
def _named(name: str) -> Iterator[None]:
    try:
        yield
    except NotReadable as error:
        raise NotReadable(f"文件“{name}”：{error}") from error


def _catalogue(grids: list[Grid]) -> Catalogue:
    headed = [(grid, find_header(grid)) for grid in grids]
    tables: list[tuple[Grid, Header]] = []
    for grid, header in headed:
        if header is not None:
            tables.append((grid, header))
        elif tables and grid.rows:  # a table that goes on after a page break, without its header
            tables.append((grid, replace(tables[-1][1], first_row=0)))
    if not tables:
        raise NotReadable(_no_header(grids))
    warnings: list[Warning] = []
    drafts: list[_Draft] = []
    for grid, header in tables:
        _read_table(grid, header, drafts, warnings)
    if not drafts:
        raise NotReadable(f"{tables[0][0].rows[0].place}找到了表头，下面却没有任何事项，请检查文件。")
    items: list[Item] = []
    for draft in drafts:
        items.append(_item(draft, items[-1] if items else None))
    warnings += [*_time_limit_warnings(items), *_numbering_warnings(items)]
    warnings.sort(key=lambda warning: warning.row or len(items))  # by item; notes stand below the table
    return Catalogue(_title(tables[0][0]), tuple(items), tuple(warnings))


def _no_header(grids: list[Grid]) -> str:
    first = next((row for grid in grids for row in grid.rows if not row.is_blank), None)
    if first is None:
        return "里面没有表格。要找的是带“公开事项、公开内容、公开时限”等列的目录表。"
    seen = "、".join(squeeze(cell.text)[:12] for cell in first.cells if not cell.is_blank)
    return f"没有找到“公开时限”和“公开内容”两列的表头。{first.place}是“{seen[:60]}”，请检查是否选对了文件。"


def _title(grid: Grid) -> str:
    lines = [squeeze(line) for line in grid.before]
    for row in grid.rows:
        filled = [cell for cell in row.cells if not cell.is_blank]
        if len(filled) != 1:
            break
        lines.append(squeeze(filled[0].text))
    return next((line for line in lines if "目录" in line or "清单" in line), lines[0] if lines else "公开事项目录")


@dataclass(slots=True)
class _Draft:
    """An item's texts by field, gathered from its row and from the rows that go on with it."""

    number: int
    place: str
    values: dict[Field, str]

    def get(self, field: Field) -> str:
        return self.values.get(field, "")

    def go_on(self, assigned: Assigned) -> None:
        for field, text in assigned.values.items():
            self.values[field] = f"{self.values[field]}\n{text}" if field in self.values else text


def _read_table(grid: Grid, header: Header, drafts: list[_Draft], warnings: list[Warning]) -> None:
    numbered = header.column(Field.NUMBER) is not None
    at_page_top = bool(drafts)
    for row in grid.rows[header.first_row :]:
        if row.is_blank or is_repeated_header(row):
            continue
        assigned = assign(row, header)
        number = int(assigned.get(Field.NUMBER) or 0)
        filled = [cell for cell in row.cells if not cell.is_blank]
        if number and len(filled) == 1:
            warnings.append(Warning(number, "empty_row", f"序号 {number} 这一行是空的，没有读成事项"))
        elif not assigned.get(Field.TIME_LIMIT) and (NOTE.match(squeeze(filled[0].text)) or not number):
            _continue_or_note(assigned, header, drafts, warnings, at_page_top)
        elif at_page_top and numbered and not number and _is_rest_of_a_row(assigned):
            drafts[-1].go_on(assigned)
        else:
            if not number:
                number = drafts[-1].number + 1 if drafts else 1
                if numbered:
                    warnings.append(Warning(number, "number_missing", f"{row.place}没有序号，按顺序记为 {number}"))
            drafts.append(_Draft(number, row.place, dict(assigned.values)))
        at_page_top = False


def _is_rest_of_a_row(assigned: Assigned) -> bool:
    """Whether a row without number at a page's top lacks what an item of its own would have."""
    return not (assigned.get(Field.CONTENT) and assigned.get(Field.BODY))


def _continue_or_note(
    assigned: Assigned, header: Header, drafts: list[_Draft], warnings: list[Warning], at_page_top: bool
) -> None:
    """A row without number and time limit: a note below the table, or the rest of a row that a page break cut."""
    first = next(n for n, cell in enumerate(assigned.row.cells) if not cell.is_blank)
    text = "".join(squeeze(cell.text) for cell in assigned.row.cells if not cell.is_blank)
    if not drafts or not assigned.values or first == header.column(Field.NUMBER) or NOTE.match(text):
        warnings.append(Warning(None, "note", f"{assigned.row.place}不是事项：{text[:40]}"))
        return
    drafts[-1].go_on(assigned)
    if not at_page_top:
        number = drafts[-1].number
        warnings.append(Warning(number, "continued_row", f"{assigned.row.place}接在序号 {number} 之后"))


def _item(draft: _Draft, above: Item | None) -> Item:
    content = draft.get(Field.CONTENT)
    levels, inherited = _levels(draft, above)
    if not content and levels[1 if levels[1] else 0]:
        content = next(level for level in reversed(levels) if level)
    if not content:
        raise NotReadable(f"{draft.place}（序号 {draft.number}）没有找到公开内容。")
    return Item(
        number=draft.number,
        level1=levels[0],
        level2=levels[1],
        level3=levels[2],
        inherited=inherited,
        elements=_elements(content),
        time_limit=parse(_one_line(draft.get(Field.TIME_LIMIT))),
        body=squeeze(draft.get(Field.BODY)) or None,
        carriers=_carriers(draft.get(Field.CARRIERS)),
        audience=_audience(draft),
        modes=_modes(draft),
        legal_basis=_one_line(draft.get(Field.LEGAL_BASIS)) or None,
        tier=squeeze(draft.get(Field.TIER)) or None,
    )


def _levels(draft: _Draft, above: Item | None) -> tuple[tuple[str | None, ...], tuple[str, ...]]:
    """The item's three levels and the names of those filled down. A level's own name ends what hangs below it above."""
    own = [squeeze(draft.get(field)) or None for field in (Field.LEVEL1, Field.LEVEL2, Field.LEVEL3)]
    if above is None:
        return tuple(own), ()
    before = (above.level1, above.level2, above.level3)
    deepest = max((n for n, name in enumerate(own) if name), default=None)
    inherited = []
    for n in range(3):
        if own[n]:
            break  # what stands below an own name is own or none
        if before[n] and (deepest is None or n < deepest):
            own[n] = before[n]
            inherited.append(LEVEL_NAMES[n])
    return tuple(own), tuple(inherited)


def _one_line(text: str) -> str:
    return "".join(part.strip() for part in text.splitlines()).strip()


def _elements(text: str) -> tuple[str, ...]:
    """The numbered things of a content cell without their numbers; the whole cell where nothing is numbered."""
    lines = text.strip()
    starts: list[tuple[int, int]] = []
    for found in NUMBERING.finditer(lines):
        if _number(found) == len(starts) + 1:
            starts.append(found.span())
    if not starts:
        return (_one_line(lines),)
    ends = [start for start, _ in starts[1:]] + [len(lines)]
    parts = [lines[: starts[0][0]], *(lines[start:end] for (_, start), end in zip(starts, ends, strict=True))]
    return tuple(_one_line(part) for part in parts if part.strip())


def _number(found: re.Match[str]) -> int:
    plain = found[1] or found[2]
    return int(plain) if plain else ord(found[3]) - ord("①") + 1


def _carriers(text: str) -> tuple[str, ...]:
    """The carriers that a cell names. In a list of boxes only the ticked ones count: ■公开栏 □广播."""
    boxed = re.findall(rf"([{re.escape(TICKS[:10] + '□☐口')}])\s*([^{re.escape(TICKS[:10] + '□☐')}\s口]+)", text)
    if boxed and any(box in TICKS for box, _ in boxed):
        names: Iterable[str] = (name for box, name in boxed if box not in UNTICKED)
    else:
        names = _joined(CARRIER_SEPARATOR.split(text))
    return tuple(dict.fromkeys(squeeze(name).strip("。：:") for name in names if squeeze(name)))


def _joined(parts: Iterable[str]) -> Iterator[str]:
    """Names that a narrow column broke over lines, put together: a piece goes on until it ends as a carrier does."""
    name = ""
    for part in parts:
        name += part
        if CARRIER_END.search(name):
            yield name
            name = ""
    yield name


def _audience(draft: _Draft) -> tuple[Audience, ...]:
    """全社会, 特定对象 or both. A single column may say it in words."""
    words = squeeze(draft.get(Field.GENERAL_PUBLIC) + draft.get(Field.SPECIFIC_PARTIES))
    found = []
    if is_tick(draft.get(Field.GENERAL_PUBLIC)) or re.search("全社会|公众|全体", words):
        found.append(Audience.GENERAL_PUBLIC)
    if is_tick(draft.get(Field.SPECIFIC_PARTIES)) or "特定" in words:
        found.append(Audience.SPECIFIC_PARTIES)
    return tuple(found)


def _modes(draft: _Draft) -> tuple[Mode, ...]:
    """主动公开, 依申请公开 or both. A single column may say it in words."""
    words = squeeze(draft.get(Field.PROACTIVE) + draft.get(Field.ON_REQUEST))
    found = []
    if is_tick(draft.get(Field.PROACTIVE)) or "主动" in words:
        found.append(Mode.PROACTIVE)
    if is_tick(draft.get(Field.ON_REQUEST)) or "依申请" in words:
        found.append(Mode.ON_REQUEST)
    return tuple(found)


def _time_limit_warnings(items: list[Item]) -> Iterator[Warning]:
    for item in items:
        for doubt in (Doubt.SAME_AS_ABOVE, Doubt.EMPTY, Doubt.NOT_UNDERSTOOD):
            if doubt in item.time_limit.doubts:
                text = item.time_limit.text or "（空）"
                yield Warning(item.number, f"time_limit_{doubt.value}", f"公开时限“{text}”没有读成规则")


def _numbering_warnings(items: list[Item]) -> Iterator[Warning]:
    numbers = [item.number for item in items]
    for number in sorted({number for number in numbers if numbers.count(number) > 1}):
        yield Warning(number, "number_twice", f"序号 {number} 出现了不止一次")
