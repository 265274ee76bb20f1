"""A consultation's tally: what may be answered, what is counted, and which small cells aren't told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

# A cell of a breakdown with fewer people than this would tell who said what.
SMALL = 5
MAX_TEXT = 1000

# What one slip says: the position of a question → the numbers of the options (1-based), or the text.
Answers: TypeAlias = Mapping[str, list[int] | str]


class Kind(StrEnum):
    """怎样回答一个问题."""

    CHOICE = "choice"
    CHOICES = "choices"
    TEXT = "text"


KINDS = {Kind.CHOICE: "选一项", Kind.CHOICES: "可选多项", Kind.TEXT: "写文字"}


class Stage(StrEnum):
    """征集的阶段, by the day alone."""

    TO_COME = "to_come"
    OPEN = "open"
    CLOSED = "closed"


STAGES = {Stage.TO_COME: "还没有开始", Stage.OPEN: "正在征集", Stage.CLOSED: "已经截止"}


def stage_on(opens_on: date, closes_on: date, today: date) -> Stage:
    """Both days count in."""
    if today < opens_on:
        return Stage.TO_COME
    return Stage.OPEN if today <= closes_on else Stage.CLOSED


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is put. ``splits``: the tally of the others is broken down by its answers."""

    text: str
    kind: Kind
    options: tuple[str, ...] = ()
    splits: bool = False


class BadAnswer(ValueError):
    """An answer that the question doesn't allow; the message says what to change."""


def checked_answers(questions: Sequence[Asked], given: Answers) -> dict[str, list[int] | str]:
    """The answers as they are kept: only to questions that exist, only options that are offered, nothing blank.

    Raises BadAnswer naming the question, and for a slip that answers nothing.
    """
    kept: dict[str, list[int] | str] = {}
    for position, question in enumerate(questions, 1):
        said = given.get(str(position))
        if not said:
            continue
        if question.kind is Kind.TEXT:
            if not isinstance(said, str):
                raise BadAnswer(f"第{position}题要写文字。")
            text = said.strip()
            if len(text) > MAX_TEXT:
                raise BadAnswer(f"第{position}题写得太长（{len(text)}字），请缩短到{MAX_TEXT}字以内。")
            if text:
                kept[str(position)] = text
            continue
        chosen = sorted(set(said)) if isinstance(said, list) else []
        if not chosen or chosen[0] < 1 or chosen[-1] > len(question.options):
            raise BadAnswer(f"第{position}题请从列出的选项里选。")
        if question.kind is Kind.CHOICE and len(chosen) > 1:
            raise BadAnswer(f"第{position}题只能选一项。")
        kept[str(position)] = chosen
    if not kept:
        raise BadAnswer("一个问题都没有回答，请至少回答一题。")
    return kept


class Away(StrEnum):
    """Why a cell of a breakdown isn't told: it is small, or a small one could be worked out from it."""

    SMALL = "少于5"
    GUARD = "不显示"


Cell: TypeAlias = int | Away


@dataclass(frozen=True, slots=True)
class Counted:
    """One option with how many chose it; ``cells``: by the groups of the breakdown."""

    label: str
    count: int
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """One question of choices, counted. ``groups``: the names of the breakdown's columns, empty without one."""

    position: int
    text: str
    answered: int
    options: tuple[Counted, ...]
    groups: tuple[str, ...] = ()


def tally(questions: Sequence[Asked], slips: Iterable[Answers]) -> list[Tally]:
    """Every question of choices counted over all slips, web and paper alike."""
    everything = list(slips)
    split = next((place for place, question in enumerate(questions, 1) if question.splits), None)
    found = []
    for position, question in enumerate(questions, 1):
        if question.kind is Kind.TEXT:
            continue
        chosen = [(slip, _numbers(slip, position)) for slip in everything if _numbers(slip, position)]
        counts = [sum(1 for _, numbers in chosen if option in numbers) for option in _options(question)]
        groups: tuple[str, ...] = ()
        cells: list[tuple[Cell, ...]] = [() for _ in counts]
        if split is not None and split != position:
            by: list[int | None] = [*_options(questions[split - 1])]
            groups = questions[split - 1].options
            if any(_group(slip, split) is None for slip, _ in chosen):
                by, groups = [*by, None], (*groups, "没有写明")
            by_group = [(_group(slip, split), numbers) for slip, numbers in chosen]
            rows = [
                [sum(1 for mine, numbers in by_group if mine == group and option in numbers) for group in by]
                for option in _options(question)
            ]
            cells = guarded(rows)
        options = tuple(
            Counted(label, count, mine) for label, count, mine in zip(question.options, counts, cells, strict=True)
        )
        found.append(Tally(position, question.text, len(chosen), options, groups))
    return found


def _options(question: Asked) -> range:
    return range(1, len(question.options) + 1)


def _numbers(slip: Answers, position: int) -> list[int]:
    said = slip.get(str(position), [])
    return said if isinstance(said, list) else []


def _group(slip: Answers, split: int) -> int | None:
    said = _numbers(slip, split)
    return said[0] if said else None


def guarded(rows: Sequence[Sequence[int]]) -> list[tuple[Cell, ...]]:
    """The cells that may be told: none below ``SMALL``, and none that would give such a one away.

    Totals are public. So what is away in a row or a column must add up to ``SMALL`` at least over two cells or more;
    where it doesn't, the smallest of its other cells goes too.
    """
    away = {(y, x) for y, row in enumerate(rows) for x, cell in enumerate(row) if cell < SMALL}
    width = len(rows[0]) if rows else 0
    lines = [[(y, x) for x in range(width)] for y in range(len(rows))]
    lines += [[(y, x) for y in range(len(rows))] for x in range(width)]
    is_settled = False
    while not is_settled:
        is_settled = True
        for line in lines:
            gone = [spot for spot in line if spot in away]
            shown = [spot for spot in line if spot not in away]
            if not gone or not shown or (len(gone) > 1 and sum(rows[y][x] for y, x in gone) >= SMALL):
                continue
            away.add(min(shown, key=lambda spot: (rows[spot[0]][spot[1]], spot)))
            is_settled = False
    return [tuple(_cell(cell, (y, x) in away) for x, cell in enumerate(row)) for y, row in enumerate(rows)]


def _cell(count: int, is_away: bool) -> Cell:
    if not is_away:
        return count
    return Away.SMALL if count < SMALL else Away.GUARD
