"""The event that starts a clock: 自信息形成或者变更之日起, 收到批复后, 如有变更."""

from __future__ import annotations

from mingbai.rules import words
from mingbai.rules.clause import Clause
from mingbai.rules.duties import Immediate, Trigger
from mingbai.rules.words import Table

LONGEST_UNKNOWN = 24


def event_at(text: str, start: int) -> tuple[Clause, int] | None:
    """The event that begins at ``start``, or None. Unknown words may only stand between 自/经/收到 and 之日起/后."""
    return _Event(text, start).read()


class _Event:
    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.start = start
        self.at = start

    def take(self, table: Table[str]) -> str | None:
        found = table.at(self.text, self.at)
        if found is None:
            return None
        value, self.at = found
        return value

    def read(self) -> tuple[Clause, int] | None:
        marked = self.take(words.OF_EVENT) is not None
        if self.take(words.WHOLE_EVENTS) is not None:
            return Clause(event=Trigger.FORMATION), self.at
        by_someone = self.take(words.APPROVED_BY) is not None
        begin = self.at
        kinds = self.kinds(unknown=marked or by_someone)
        if kinds is None:
            return None
        thing, trigger = kinds
        if marked:
            thing = None
        elif by_someone:
            thing = ""
        if self.take(words.SAME_DAY) is not None:
            return Clause(event=trigger, due=Immediate(), thing=thing), self.at
        published = self.text.endswith(words.PUBLISHED, begin, self.at)
        since = self.take(words.SINCE)
        if published and since in words.VAGUE_MARKS:
            return None
        if since is None and not marked and not self.is_plain(begin):
            return None
        return Clause(event=trigger, thing=thing), self.at

    def is_plain(self, begin: int) -> bool:
        """信息形成, 发生变更: an event without 自 and 之日起, that can't be part of a name (项目审批, 新增人员)."""
        at, core, thing = begin, False, False
        while at < self.at:
            for table in (words.HAPPENS, words.CORE, words.CORE_OF_THINGS, words.OR, words.THINGS, words.THE):
                found = table.at(self.text, at)
                if found is not None:
                    core = core or table is words.CORE or (table is words.CORE_OF_THINGS and thing)
                    thing = thing or table in (words.HAPPENS, words.THINGS)
                    break
            else:
                return False
            at = found[1]
        return core

    def kinds(self, *, unknown: bool) -> tuple[str | None, Trigger] | None:
        """The thing and what happens to it, up to the mark (之日起, 后) or the last verb."""
        begin = self.at
        groups: list[set[Trigger]] = []
        alternative = True
        first_verb = last_end = -1
        for _ in range(40):
            end_mark = words.SINCE.at(self.text, self.at) or words.SAME_DAY.at(self.text, self.at)
            if end_mark and groups and self.at == last_end:
                if self.alternative():
                    alternative = True
                    continue
                break
            event = words.EVENTS.at(self.text, self.at)
            if event is not None:
                first_verb = self.at if first_verb < 0 else first_verb
                if alternative:
                    groups.append(set())
                groups[-1].add(event[0])
                alternative = False
                self.at = last_end = event[1]
                continue
            if groups and self.alternative():
                alternative = True
                continue
            if self.take(words.HAPPENS) or self.take(words.THINGS) or self.take(words.THE):
                if groups:
                    last_end = self.at
                continue
            if not self.skip_unknown(unknown, groups):
                break
            last_end = self.at if groups else last_end
        if not groups:
            return None
        self.at = last_end
        return self.named(begin, first_verb), _combined(groups)

    def alternative(self) -> bool:
        """形成｜或者｜变更, 形成｜之日或者｜变更之日起."""
        here = self.at
        self.take(words.DATE_MARK)
        if not self.text.startswith("及时", self.at) and self.take(words.OR) is not None:
            return True
        self.at = here
        return False

    def skip_unknown(self, unknown: bool, groups: list[set[Trigger]]) -> bool:
        """Step over words that aren't vocabulary to the next verb or mark, when there is one close by."""
        if not unknown and not groups:
            return False
        for end in range(self.at + 1, min(len(self.text), self.at + LONGEST_UNKNOWN)):
            mark = words.SINCE.at(self.text, end)
            if groups and mark is not None and (mark[0].startswith("之") or mark[0] in {"后", "以后", "日起"}):
                break
            if words.EVENTS.at(self.text, end) is not None and unknown:
                break
        else:
            return False
        skipped = self.text[self.at : end]
        if any(sign.isdigit() for sign in skipped) or any(word in skipped for word in words.NOT_SKIPPED):
            return False
        self.at = end
        return True

    def named(self, begin: int, first_verb: int) -> str | None:
        thing = self.text[begin:first_verb]
        return None if thing in words.GENERIC else thing


def _combined(groups: list[set[Trigger]]) -> Trigger:
    """形成或者变更 → either; 发生变更 → the change."""
    kinds = {Trigger.CHANGE if Trigger.CHANGE in group else Trigger.FORMATION for group in groups}
    return kinds.pop() if len(kinds) == 1 else Trigger.FORMATION_OR_CHANGE
