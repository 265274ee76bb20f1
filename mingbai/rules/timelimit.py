"""The language of time limits: a printed phrase → the duties that it states, and a duty → a plain sentence.

What is not understood is said to be so and never guessed: a phrase with one word that isn't understood has no duties.
"""

from __future__ import annotations

from dataclasses import replace

from mingbai.rules import phrase
from mingbai.rules.clause import Clause, Contradiction, duties, joined
from mingbai.rules.duties import Doubt, Duty, TimeLimit
from mingbai.rules.grammar import Reading, clause, is_legal_tail, is_subject
from mingbai.rules.sentence import render
from mingbai.rules.words import SAME_AS_ABOVE

__all__ = ["looks_like_time_limit", "parse", "render", "why_not"]

MOST_CHARACTERS = 20_000  # as given, with its spaces; a phrase has at most phrase.LONGEST without them
NOT_UNDERSTOOD = (Doubt.NOT_UNDERSTOOD,)


class NotUnderstood(ValueError):
    """Words that the grammar doesn't know; the message is those words."""


def parse(text: str) -> TimeLimit:
    """What ``text``, a cell of the column 公开时限, states. Never raises; ``text`` is kept as printed."""
    if len(text) > MOST_CHARACTERS and not text.isspace():
        return TimeLimit(text, (), NOT_UNDERSTOOD)
    if text.isspace() or phrase.is_blank(text):
        return TimeLimit(text, (), (Doubt.EMPTY,))
    if _is_same_as_above(text):
        return TimeLimit(text, (), (Doubt.SAME_AS_ABOVE,))
    try:
        found, doubts = _understood(text)
    except NotUnderstood:
        return TimeLimit(text, (), NOT_UNDERSTOOD)
    return TimeLimit(text, found, tuple(sorted(doubts)))


def looks_like_time_limit(text: str) -> bool:
    """Whether a cell can be recognised as a time limit by what it says: understood, or 同上."""
    return bool((limit := parse(text)).duties) or Doubt.SAME_AS_ABOVE in limit.doubts


def why_not(text: str) -> str | None:
    """Which words of a phrase were not understood, as a Chinese sentence; None when it was, or is blank or 同上."""
    if Doubt.NOT_UNDERSTOOD not in parse(text).doubts:
        return None
    if len(text) > MOST_CHARACTERS:
        return "这段文字太长，不像是公开时限。"
    try:
        _understood(text)
    except NotUnderstood as error:
        return f"{error}。"
    return None


def _is_same_as_above(text: str) -> bool:
    return phrase.plain(text).strip("()[]。.,;、") in SAME_AS_ABOVE


def _understood(text: str) -> tuple[tuple[Duty, ...], frozenset[Doubt]]:
    """A line break is nothing (inside a word) or the end of a part; so may 、 be. The first form that reads, counts."""
    joined_up, broken = phrase.plain(text), phrase.plain(text, phrase.BREAK)
    if len(joined_up) > phrase.LONGEST:
        raise NotUnderstood("这段文字太长，不像是公开时限")
    first: NotUnderstood | None = None
    for form in dict.fromkeys((joined_up, broken, joined_up.replace("、", phrase.BREAK))):
        try:
            return _rules(form)
        except NotUnderstood as error:
            first = first or error
    raise first or NotUnderstood("没有可读的文字")


def _rules(text: str) -> tuple[tuple[Duty, ...], frozenset[Doubt]]:
    rules: list[Clause] = []
    names: list[str] = []
    for part in phrase.clauses(phrase.labelled(text)):
        if is_legal_tail(part):
            continue
        rule = clause(part)
        if rule is None and _is_bare_verb(part):
            continue
        if rule is None:
            names.append(_name(part))
            continue
        if names:
            rule = _with_names(rule, names)
            names = []
        try:
            rules = joined(rules, rule)
        except Contradiction:
            raise NotUnderstood(f"「{part}」与前文说法不一致") from None
    if names:
        raise NotUnderstood(f"「{names[-1]}」没有读懂")
    try:
        found = duties(rules)
    except Contradiction:
        raise NotUnderstood(f"「{text}」没有读懂") from None
    if not found[0]:
        raise NotUnderstood(f"「{text}」没有说明何时公开")
    return found


def _is_bare_verb(part: str) -> bool:
    """予以公开, standing alone: says nothing that the other clauses don't."""
    rule = Reading(part, 0).read()
    return rule is not None and rule.discloses and rule.subject is None


def _name(part: str) -> str:
    """A clause that states no rule, as the name that the next rule applies to (名单：公示7日)."""
    if not is_subject(part):
        raise NotUnderstood(f"「{unread(part)}」没有读懂")
    return part


def _with_names(rule: Clause, names: list[str]) -> Clause:
    """A rule with the names before it: 集体财务往来较多的，财务收支情况每月公布一次."""
    parts = [*names, *([rule.subject] if rule.subject else [])]
    return replace(rule, subject="，".join(parts))


def unread(part: str) -> str:
    """The words of a clause that no rule accounts for: all before the longest rule at its end."""
    for start in range(1, min(len(part), 61)):
        rule = Reading(part, start).read()
        if rule is not None and (rule.discloses or not rule.says_nothing):
            return part[:start]
    return part
