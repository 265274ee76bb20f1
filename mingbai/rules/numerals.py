"""Numbers as catalogues print them: 20, 二十, 廿, 一百二十, 两."""

from __future__ import annotations

DIGITS = {
    **{sign: value for value, sign in enumerate("零一二三四五六七八九")},
    **{sign: value for value, sign in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "两": 2,
}
TENS = {"十": 10, "拾": 10, "廿": 20, "卅": 30}
HUNDREDS = {"百": 100, "佰": 100}
SIGNS = frozenset(DIGITS) | frozenset(TENS) | frozenset(HUNDREDS)
LONGEST = 9


def number_at(text: str, start: int) -> tuple[int, int] | None:
    """The number that begins at ``start`` and where it ends, or None. At most nine characters; never negative."""
    end = start
    while end < len(text) and end - start < LONGEST and text[end] in "0123456789":
        end += 1
    if end > start:
        return int(text[start:end]), end
    while end < len(text) and end - start < LONGEST and text[end] in SIGNS:
        end += 1
    value = chinese_number(text[start:end])
    return None if value is None else (value, end)


def chinese_number(signs: str) -> int | None:
    """二十 → 20, 廿五 → 25, 一百二十 → 120, 二〇 → 20; None for anything that is no number (十百, 一百二)."""
    if not signs or any(sign not in SIGNS for sign in signs):
        return None
    if all(sign in DIGITS for sign in signs):
        return int("".join(str(DIGITS[sign]) for sign in signs))
    hundreds, rest = 0, signs
    for sign in HUNDREDS:
        if sign in signs:
            before, _, rest = signs.partition(sign)
            if before not in DIGITS or DIGITS[before] == 0:
                return None
            hundreds = DIGITS[before] * 100
    below = _below_hundred(rest)
    return None if below is None else hundreds + below


def _below_hundred(signs: str) -> int | None:
    if not signs:
        return 0
    for sign, ten in TENS.items():
        if sign not in signs:
            continue
        before, _, after = signs.partition(sign)
        before = before.removeprefix("零") if len(before) > 1 else before
        times = 1 if not before else DIGITS.get(before, 0)
        units = 0 if not after else DIGITS.get(after, -1)
        if times == 0 or units < 0 or (before and ten != 10):
            return None
        return times * ten + units
    if signs[0] in "零〇" and len(signs) == 2 and signs[1] in DIGITS:
        return DIGITS[signs[1]]
    return None
