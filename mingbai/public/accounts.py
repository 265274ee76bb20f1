"""A version's tables with what is told of them: check, sentences, charts, words; and the money at a glance."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mingbai.carriers.series import Earlier, Said, earlier_periods
from mingbai.communities.queries import revision_of
from mingbai.data.words import Word, words_in
from mingbai.disclosures.content import Content
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import Forms, forms_at
from mingbai.obligations.models import Occurrence
from mingbai.rules.accounts import Proof, Wording, largest_expense, proofs, sentences, wording
from mingbai.rules.charts import Chart, account_chart, charts
from mingbai.rules.forms import ElementForm


@dataclass(frozen=True, slots=True)
class Told:
    """A block as the page shows it. ``has_file``: whether it is offered as a table file."""

    block: dict[str, Any]
    has_file: bool = False
    proofs: Sequence[Proof] = ()
    sentences: Sequence[str] = ()
    charts: Sequence[Chart] = ()
    words: Sequence[Word] = ()

    @property
    def name(self) -> str:
        """What the ids of its drawings begin with."""
        return str(self.block["element"])

    @property
    def other_notes(self) -> list[dict[str, str]]:
        """Stated reasons that the check doesn't tell already."""
        told = {proof.text for proof in self.proofs}
        return [note for note in self.block.get("notes", []) if note["text"] not in told]


def offers_file(block: dict[str, Any]) -> bool:
    """A table is offered as a file, and a list of persons as long as it may show its names."""
    return block["kind"] in ("table", "person_list") and "reduced" not in block


def has_money(block: dict[str, Any]) -> bool:
    return block["kind"] == "table" and any(column["type"] == "money" for column in block["columns"])


def tell(version: Version, content: Content, today: date) -> list[Told]:
    """Every block of a version. Other periods are read only where there is a table of money."""
    if not any(has_money(block) for block in content.blocks):
        return [Told(block, has_file=offers_file(block)) for block in content.blocks]
    occurrence = version.disclosure.obligation.occurrence
    revision = revision_of(version.community)
    forms = forms_at(version.community_id, revision, occurrence.item.pk, occurrence.item.code)
    earlier = earlier_periods(version, revision, today)
    told, known = [], set[str]()
    for block in content.blocks:
        words = [word for word in words_in(_texts(block)) if word.word not in known] if has_money(block) else []
        known |= {word.word for word in words}
        told.append(_told(block, forms, Said(version, occurrence.on, content), earlier, words))
    return told


def _told(block: dict[str, Any], forms: Forms, this: Said, earlier: Sequence[Earlier], words: Sequence[Word]) -> Told:
    form = forms.get(block["element"])
    if form is None or block["kind"] != "table":
        return Told(block, has_file=offers_file(block))
    before = [(said, same) for said in earlier if (same := block_of(said.content, [block["element"]])) is not None]
    previous = before[0][1] if before else None
    return Told(
        block,
        has_file=True,
        proofs=proofs(form, block, previous),
        sentences=sentences(form, block, previous, _words(this, before[0][0] if before else None)),
        charts=_charts(form, block, this, before),
        words=words,
    )


def _charts(
    form: ElementForm, block: dict[str, Any], this: Said, before: Sequence[tuple[Earlier, dict[str, Any]]]
) -> list[Chart]:
    """Figures over periods are drawn where the periods follow one another by the calendar."""
    if not _is_period(this.version):
        return charts(form, block)
    days = [*(said.on for said, _ in reversed(before)), this.on]
    names = _short_names(days)
    earlier = [(name, old) for name, (_, old) in zip(names, reversed(before), strict=False)]
    return charts(form, block, earlier, names[-1])


def _short_names(days: Sequence[date]) -> list[str]:
    """9月; with the year where it changes."""
    return [
        f"{day.year % 100}年{day.month}月" if place == 0 or days[place - 1].year != day.year else f"{day.month}月"
        for place, day in enumerate(days)
    ]


def _is_period(version: Version) -> bool:
    return bool(version.disclosure.obligation.occurrence.kind == Occurrence.Kind.PERIOD)


def _words(this: Said, last: Earlier | None) -> Wording:
    return wording(this.on, last.on if last is not None else None, is_period=_is_period(this.version))


def _texts(block: dict[str, Any]) -> list[str]:
    """What a reader sees of a table: heading, caption, columns and cells."""
    cells = [cell for row in block["rows"] for cell in row]
    total = block.get("total") or []
    return [block["heading"], block.get("caption") or "", *(c["label"] for c in block["columns"]), *cells, *total]


def block_of(content: Content, elements: Collection[int]) -> dict[str, Any] | None:
    """The first block for one of the elements that says something."""
    wanted = (block for block in content.blocks if block["element"] in elements and block["kind"] != "nothing")
    return next(wanted, None)


@dataclass(frozen=True, slots=True)
class Money:
    """Where the money went: the last account in one chart and three sentences."""

    version: Version
    chart: Chart
    sentences: Sequence[str]


def money_at_a_glance(accounts: dict[str, Forms], last: Iterable[Said], revision: int, today: date) -> Money | None:
    """The newest account of the items that keep one (``accounts``: their forms); None where none has been published."""
    for said in last:
        mine = accounts[said.version.disclosure.obligation.occurrence.item.code]
        block = block_of(said.content, mine)
        chart = account_chart(mine[block["element"]], block) if block is not None else None
        if block is not None and chart is not None:
            return Money(said.version, chart, _glance(said, block, mine[block["element"]], revision, today))
    return None


def accounts_among(forms: dict[str, Forms]) -> dict[str, Forms]:
    """The forms of accounts, of the items that have one."""
    found = {
        code: {place: form for place, form in mine.items() if form.balance is not None} for code, mine in forms.items()
    }
    return {code: mine for code, mine in found.items() if mine}


def _glance(said: Said, block: dict[str, Any], form: ElementForm, revision: int, today: date) -> list[str]:
    earlier = earlier_periods(said.version, revision, today)
    last = next((old for old in earlier if block_of(old.content, [block["element"]]) is not None), None)
    previous = block_of(last.content, [block["element"]]) if last is not None else None
    told = sentences(form, block, previous, _words(said, last))
    largest = next((text for one in said.content.blocks if (text := largest_expense(one))), "")
    return [f"{sentence}{largest}" if place == 1 else sentence for place, sentence in enumerate(told)]
