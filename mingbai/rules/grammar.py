"""The grammar of one clause: what may stand in it, and what it means.

A clause is a run of parts, each read by one method of ``Reading`` — the event, the days, the period, the verb, the
display — until nothing is left. A clause of which anything is left states nothing: no part of a rule is skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from mingbai.rules import words
from mingbai.rules.clause import Clause, Contradiction, merged
from mingbai.rules.duties import (
    AtLeast,
    DueUnspecified,
    Immediate,
    LongTerm,
    Prompt,
    Unit,
    Within,
)
from mingbai.rules.events import event_at
from mingbai.rules.numerals import number_at
from mingbai.rules.periods import period_at
from mingbai.rules.words import Table, Value

MOST_DAYS = 3650


@dataclass
class Reading:
    """A clause being read from left to right. Every part returns whether it stood there."""

    text: str
    start: int

    def __post_init__(self) -> None:
        self.at = self.start
        self.rule = Clause()
        self.verb = ""  # the verb that stands directly before the present place
        self.parts: list[str] = []

    def take(self, table: Table[Value]) -> Value | None:
        found = table.at(self.text, self.at)
        if found is None:
            return None
        value, self.at = found
        return value

    def add(self, more: Clause) -> bool:
        self.rule = merged(self.rule, more)
        return True

    def read(self) -> Clause | None:
        """The rule that the rest of the clause states, or None when any of it is not understood."""
        parts = self.grammar()
        try:
            while self.at < len(self.text):
                before = self.at
                if not any(self._part(name, part) for name, part in parts):
                    self.at = before
                    return None
        except Contradiction:
            return None
        verb_before_rule = self.parts[:1] == ["verb"] and self.parts[1:2] in (
            ["period"],
            ["event"],
            ["quick"],
            ["verb"],
        )
        if self.start and verb_before_rule:  # 财务公开｜每季度一次: the verb belongs to the name
            return None
        if self.start and self.parts == ["period"] and words.ALONE.at(self.text, self.start) is not None:
            return None  # 居务季度: a name that ends in a period
        if self.parts[:1] == ["days"] and any(verb in self.text[: self.start] for verb in words.VERBS_OF_DAYS):
            return None  # 公示名单7日: not a name and a deadline
        return self.rule

    def grammar(self) -> list[tuple[str, Callable[[], bool]]]:
        return [
            ("display", self.display_part),
            ("period", self.period_part),
            ("event", self.event_part),
            ("days", self.days_part),
            ("saying", self.saying_part),
            ("quick", self.quick_part),
            ("verb", self.verb_part),
            ("aside", self.aside_part),
        ]

    def _part(self, name: str, part: Callable[[], bool]) -> bool:
        before = self.at
        if not part():
            self.at = before
            return False
        if name != "verb" and name != "aside":
            self.verb = ""
        if name != "aside" or not self.parts:
            self.parts.append(name)
        return True

    # --- parts --------------------------------------------------------------------------------------------------------

    def display_part(self) -> bool:
        """公示期不少于7日, 公示时间为5个工作日, 一次公开5天, 不少于15日."""
        since = self.take(words.SHOWN_SINCE) is not None
        certain = since or self.take(words.DISPLAY_LABELS) is not None
        label = certain or self.take(words.LABELS) is not None
        if not label and self.take(words.TIMES_ONLY) is not None:
            self.take(words.DISCLOSE) or self.take(words.SHOW)
            self.take(words.LABELS)
            certain = label = True
        while label and self.take(words.OF_LABEL) is not None:
            pass
        at_least = self.take(words.AT_LEAST) is not None
        if not label and not at_least:
            return False
        if at_least and words.SHOW.at(self.text, self.at) is not None:  # 至少公示7日
            self.take(words.SHOW)
        days = self.days()
        if days is None:
            return label and not at_least and not certain and self.at < len(self.text)  # 公开时限：长期
        inside = self.take(words.INSIDE) is not None
        at_least = self.take(words.OR_MORE) is not None or at_least
        if inside and since:
            return False  # 自公布之日起20日内: an event and a deadline
        if inside and not certain and not at_least:
            return self.add(Clause(due=Within(*days)))
        return self.add(Clause(display=AtLeast(*days), ambiguous=inside or not (certain or at_least)))

    def period_part(self) -> bool:
        found = period_at(self.text, self.at, self.rule.period)
        if found is None:
            return False
        more, self.at = found
        return self.add(more)

    def event_part(self) -> bool:
        found = event_at(self.text, self.at)
        if found is None or self.rule.event is not None:
            return False
        more, self.at = found
        return self.add(more)

    def days_part(self) -> bool:
        """20个工作日内, 最迟5日, and a bare number: after a verb of showing it is a display, elsewhere a deadline."""
        at_most = self.take(words.AT_MOST) is not None
        days = self.days()
        if days is None:
            return False
        if self.take(words.OR_MORE) is not None:
            return not at_most and self.add(Clause(display=AtLeast(*days)))
        inside = self.take(words.INSIDE) is not None or at_most
        shown = self.verb == "show" or (self.verb == "disclose")
        if inside:
            return self.add(Clause(due=Within(*days), ambiguous=shown and not at_most))
        if self.verb == "update":
            return False
        if shown:
            ambiguous = self.verb == "disclose" and isinstance(self.rule.due, Prompt)
            return self.add(Clause(display=AtLeast(*days), ambiguous=ambiguous))
        return self.add(Clause(due=Within(*days)))

    def saying_part(self) -> bool:
        """随时变动随时公开, 有变动即更新, 动态更新."""
        found = self.take(words.SAYINGS)
        if found is None or not self.verb_ahead():
            return False
        immediate, event = found
        return self.add(Clause(event=event, due=Immediate() if immediate else Prompt()))

    def quick_part(self) -> bool:
        """即时, 及时, 长期."""
        if self.take(words.LONG_TERM) is not None:
            self.take(words.KEEP) or self.take(words.SHOW) or self.take(words.DISCLOSE)
            self.object()
            return self.add(Clause(display=LongTerm()))
        if self.take(words.NOT_SET) is not None:
            return self.add(Clause(due=DueUnspecified()))
        if self.take(words.IMMEDIATE) is not None:
            return self.add(Clause(due=Immediate()))
        return self.take(words.PROMPT) is not None and self.add(Clause(due=Prompt()))

    def verb_part(self) -> bool:
        """公开, 公布一次, 更新; with its object only at the clause's end."""
        first = not (self.rule.updates or self.rule.discloses)
        if self.take(words.SHOW) is not None and words.DISCLOSE.at(self.text, self.at) is None:
            self.verb = "show"
            self.add(Clause(discloses=True))
        elif self.take(words.DISCLOSE) is not None:
            self.verb = "disclose"
            self.add(Clause(discloses=True))
        elif self.take(words.UPDATE) is not None:
            self.verb = "update"
            self.add(Clause(updates=True, updates_first=first))
        else:
            return False
        self.object()
        return True

    def aside_part(self) -> bool:
        """Words that say nothing about time; 一次 too, but no other number of times."""
        if self.take(words.PROGRESS) is not None or self.take(words.LEADING) is not None:
            return True
        if self.at == 0 and self.take(words.ABOUT) is not None:
            return True
        if (self.at > self.start or not self.start) and self.take(words.JOINING) is not None:
            return True
        at_least = self.take(words.AT_LEAST) is not None
        number = number_at(self.text, self.at)
        if number is not None and number[0] == 1:
            self.at = number[1]
            return self.take(words.TIMES) is not None
        return at_least and self.once_ahead()

    def verb_ahead(self) -> bool:
        tables = (words.DISCLOSE, words.SHOW, words.UPDATE)
        return any(table.at(self.text, self.at) is not None for table in tables)

    def once_ahead(self) -> bool:
        """至少｜每季度公布一次, 至少｜公布一次."""
        if period_at(self.text, self.at, None) is not None:
            return True
        for table in (words.DISCLOSE, words.SHOW, words.UPDATE):
            verb = table.at(self.text, self.at)
            number = number_at(self.text, verb[1]) if verb else None
            if number is not None and number[0] == 1 and words.TIMES.at(self.text, number[1]):
                return True
        return False

    # --- smaller ------------------------------------------------------------------------------------------------------

    def days(self) -> tuple[int, Unit] | None:
        """3个工作日, 五天, 两周."""
        number = number_at(self.text, self.at)
        if number is None:
            return None
        unit = words.UNITS.at(self.text, number[1])
        if unit is None:
            return None
        (kind, each), end = unit
        count = number[0] * each
        if not 0 < count <= MOST_DAYS:
            return None
        self.at = end
        return count, kind

    def object(self) -> None:
        """…公布上月财务收支情况: what stands after the verb up to the clause's end, if it is a noun."""
        rest = self.text[self.at :]
        if not rest or self.rule.subject is not None:
            return
        before = self.at
        if self.take(words.THIS_OR_LAST) is not None and self.take(words.PERIODS) is not None:
            self.take(words.THE)
            rest = self.text[self.at :]
        else:
            self.at = before
        if rest in words.EMPTY_OBJECTS or not rest:
            self.at = len(self.text)
        elif rest.endswith(words.OBJECT_HEADS) and is_subject(rest):
            self.at = len(self.text)
            self.rule = replace(self.rule, subject=rest)
        else:
            self.at = before


def is_subject(text: str) -> bool:
    """Whether unknown words can be the name of what a rule applies to: a noun, as far as its edges show."""
    if not 2 <= len(text) <= 60 or text.endswith(words.NOT_AT_END):
        return False
    if text.startswith(words.NOT_AT_START) and not text.startswith(words.NAMES_BEGIN):
        return False
    if any(word in text for word in words.NOT_IN_SUBJECT) or words.LABELS.at(text, 0) is not None:
        return False
    return all(sign.isalnum() or sign in "、《》[]〔〕/-+%&" for sign in text)


def is_legal_tail(text: str) -> bool:
    """法律、法规另有规定的｜从其规定: says nothing of its own about time."""
    if not any(mark in text for mark in words.LEGAL_MARKS):
        return False
    at = 0
    while at < len(text):
        found = words.LEGAL.at(text, at)
        if found is None:
            return False
        at = found[1]
    return True


def readings(text: str) -> Iterator[Clause]:
    """Every way to read the clause as subject and rule, the shortest subject first."""
    for start in range(min(len(text), 61)):
        subject = text[:start]
        if any(subject.endswith(word) for word in words.NOT_IN_SUBJECT):
            return  # nor can any longer one be a name
        if start and not is_subject(subject.removeprefix(leading(subject))):
            continue
        rule = Reading(text, start).read()
        if rule is None or rule.says_nothing:
            continue
        if not start:
            yield rule
        elif rule.thing is not None:
            yield replace(rule, thing=subject + rule.thing)  # 村规民约｜修订后: what is revised, not a part of the item
        elif rule.subject is None:
            yield replace(rule, subject=subject.removeprefix(leading(subject)))


def leading(subject: str) -> str:
    """对, 凡, 遇有 before a name."""
    return next((word for word in words.BEFORE_NAMES if subject.startswith(word)), "")


def clause(text: str) -> Clause | None:
    """The rule of one clause, or None when not every word of it is understood."""
    return next(readings(text), None)
