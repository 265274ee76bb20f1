"""What a version says in a few plain sentences: for the household leaflet and, with numbers spelled out, for the
loudspeaker. Lists of persons are told by their count and sums alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mingbai.rules.arithmetic import SUMMED, money_of

# A table longer than this is told by its sums; whoever wants each line goes to the board.
MOST_ROWS = 8
MEETING = (("name", "会议名称"), ("time", "时间"), ("place", "地点"), ("attendees", "参加人员"))
ORDER = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Part:
    """One element: its heading and its sentences."""

    heading: str
    sentences: tuple[str, ...]


def tell(blocks: Sequence[Mapping[str, Any]]) -> list[Part]:
    return [Part(block["heading"], tuple(_sentences(block))) for block in blocks]


def how_much(blocks: Sequence[Mapping[str, Any]]) -> list[str]:
    """The sums of money that a version states, each with what it is the sum of; not of tables with a row of them."""
    told = []
    for block in blocks:
        if block["kind"] not in ("table", "person_list"):
            continue
        sums = [said for kind, said in _sums(block) if kind == "money"]
        if 1 <= len(sums) <= 2:
            told.append(f"{block['heading']}：{'，'.join(sums)}")
    return told


def _sentences(block: Mapping[str, Any]) -> Iterator[str]:
    kind = block["kind"]
    if kind == "paragraphs":
        yield from block["paragraphs"]
    elif kind == "nothing":
        names = {"none_this_period": "本期无", "not_applicable": "不适用", "postponed": "暂缓公开"}
        yield f"{names[block['statement']]}。{_ended(block['reason'])}"
    elif kind == "meeting":
        for key, name in MEETING:
            yield f"{name}：{_ended(block[key])}"
        topics = [
            f"{'第' + ORDER[place] if place < len(ORDER) else '还有'}，{topic.rstrip('。；')}"
            for place, topic in enumerate(block["topics"])
        ]
        yield f"研究的事项：{'；'.join(topics)}。"
    elif kind == "attachment":
        yield f"另有附件{len(block['files'])}份，可以扫码查看，也可以到居委会查看。"
    else:
        yield from _table(block)


def _table(block: Mapping[str, Any]) -> Iterator[str]:
    sums = [said for _, said in _sums(block)]
    if block["kind"] == "person_list" or any(column["type"] == "name" for column in block["columns"]):
        count = block["reduced"]["count"] if "reduced" in block else len(block["rows"])
        yield f"名单共{count}人{''.join('，' + said for said in sums)}。"
    elif len(block["rows"]) > MOST_ROWS:
        yield f"共{len(block['rows'])}项{''.join('，' + said for said in sums)}。逐项的内容请看公示栏，或者扫码查看。"
    else:
        for row in block["rows"]:
            yield _row(block["columns"], row)
        if block.get("total") is not None and len(block["rows"]) > 1 and sums:
            yield f"{'，'.join(sums)}。"


def _row(columns: Sequence[Mapping[str, Any]], row: Sequence[str]) -> str:
    said = []
    for column, cell in list(zip(columns, row, strict=True))[1:]:
        text = cell.strip()
        if text in ("", "—"):
            continue
        if column["type"] in SUMMED and money_of(text) is not None:
            said.append(_figure(column, money_of(text) or Decimal(0)))
        else:
            said.append(text.rstrip("。") if len(columns) == 2 else f"{column['label']}：{text.rstrip('。')}")
    first = row[0].strip()
    sign = "，" if any("：" in one for one in said) else "："
    return f"{first}{sign}{'，'.join(said)}。" if said and first else f"{first or '，'.join(said)}。"


def _figure(column: Mapping[str, Any], value: Decimal, word: str = "") -> str:
    """«合计341,494.59元», «金额（万元）» → «金额12万元»; a figure without a unit stays one."""
    label, _, unit = column["label"].rstrip("）)").replace("(", "（").partition("（")
    if column["type"] == "money":
        unit = unit if unit.endswith("元") else "元"
        whole = value == value.to_integral_value()
        return f"{label}{word}{value:,.0f}{unit}" if whole else f"{label}{word}{value:,.2f}{unit}"
    return f"{label}{word}{value.normalize():,f}{unit}"


def _sums(block: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(type, «慰问金合计3,600元») of every column that is added up; of a list whose names have left, what remained."""
    if "reduced" in block:
        for entry in block["reduced"]["sums"]:
            column = next(one for one in block["columns"] if one["label"] == entry["label"])
            yield column["type"], _figure(column, Decimal(entry["sum"]), "合计")
        return
    total = block.get("total")
    for place, column in enumerate(block["columns"]):
        if column["type"] not in SUMMED:
            continue
        known = [value for value in (money_of(row[place]) for row in block["rows"]) if value is not None]
        stated = money_of(total[place]) if total is not None else None
        if stated is not None or (known and (block["kind"] == "person_list" or total is not None)):
            yield column["type"], _figure(column, stated if stated is not None else sum(known, Decimal(0)), "合计")


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith(("。", "！", "？")) else f"{sentence}。"
