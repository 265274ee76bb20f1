"""Numbers, money, dates and telephone numbers as a person reads them out: 一千二百元五角, 二〇二六年十月十四日.

The other way round (from 一百二十 to 120) is ``numerals``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

DIGITS = "零一二三四五六七八九"
YEAR_DIGITS = "〇一二三四五六七八九"
# On the telephone 一 is said 幺, so that nobody hears 七.
PHONE_DIGITS = "零幺二三四五六七八九"
PLACES = ("", "十", "百", "千")
LARGEST = 10**16
# Before these a lone 2 is 两: 两个, 两户; but 二月, 二号楼, 二楼.
MEASURES = "个人户次名天处份件家位项笔元条张台辆套块级类种方场批只组年小"
FULL_WIDTH = str.maketrans("０１２３４５６７８９％￥", "0123456789%¥")


def in_chinese(number: int) -> str:
    """12_345 → 一万二千三百四十五. Raises OverflowError from 10¹⁶ on."""
    if abs(number) >= LARGEST:
        raise OverflowError(number)
    if number < 0:
        return "负" + in_chinese(-number)
    if number == 0:
        return "零"
    said = _below(number)
    if said.startswith("一十"):
        said = said[1:]
    return "两" + said[1:] if said.startswith("二") and said[1:2] in {"千", "万", "亿"} else said


def _below(number: int) -> str:
    """A number above nought without the two habits of a beginning: 十二 for 一十二, 两千 for 二千."""
    for unit, sign in ((10**8, "亿"), (10**4, "万")):
        if number >= unit:
            high, low = divmod(number, unit)
            gap = "零" if 0 < low < unit // 10 else ""
            return _below(high) + sign + gap + (_below(low) if low else "")
    said = ""
    passed = False  # over a nought that has to be said
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            said += ("零" if passed and said else "") + DIGITS[digit] + PLACES[place]
        passed = not digit
    return said


def decimal_in_chinese(number: Decimal) -> str:
    """12.50 → 十二点五零: what stands behind the point is read digit by digit."""
    whole, _, rest = f"{abs(number):f}".partition(".")
    said = in_chinese(int(whole)) + (f"点{singly(rest)}" if rest else "")
    return f"负{said}" if number < 0 else said


def money_in_chinese(amount: Decimal) -> str:
    """1200.5 → 一千二百元五角; 0.05 → 五分; more than two decimals → 一点二三四元."""
    cents = abs(amount) * 100
    if cents != int(cents):
        return f"{decimal_in_chinese(amount)}元"
    yuan, rest = divmod(int(cents), 100)
    jiao, fen = divmod(rest, 10)
    said = f"{_counted(yuan)}元" if yuan or not rest else ""
    if jiao:
        said += (DIGITS[jiao] if said else _counted(jiao)) + "角"
    elif fen and said:
        said += "零"
    if fen:
        said += (DIGITS[fen] if said else _counted(fen)) + "分"
    return f"负{said}" if amount < 0 else said


def singly(digits: str, names: str = DIGITS) -> str:
    return "".join(names[int(digit)] for digit in digits if digit.isdecimal())


def _counted(number: int) -> str:
    return "两" if number == 2 else in_chinese(number)


_NUMBER = r"(?:(?<![\w)）])-)?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"


def _value(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def _say_number(text: str) -> str:
    whole = text.lstrip("-").partition(".")[0]
    long = len(whole.replace(",", "")) > 8 and "," not in text
    if long or (len(whole) > 1 and whole.startswith("0")) or len(whole) > 20:
        return singly(whole, PHONE_DIGITS) + (f"点{singly(text.partition('.')[2])}" if "." in text else "")
    return decimal_in_chinese(_value(text))


def _say_day(found: re.Match[str]) -> str:
    year, month, day = found.groups()
    if not 1 <= int(month) <= 12 or not 1 <= int(day or 1) <= 31:
        return "杠".join(_say_number(part) for part in (year, month, day) if part)
    said = f"{singly(year, YEAR_DIGITS)}年{in_chinese(int(month))}月"
    return said + (f"{in_chinese(int(day))}日" if day else "")


def _say_time(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2])
    said = f"{_counted(hour)}点"
    return said if not minute else f"{said}{'零' if minute < 10 else ''}{in_chinese(minute)}分"


def _say_yuan(found: re.Match[str]) -> str:
    value = _value(found["number"])
    if abs(value) >= LARGEST:
        return f"{_say_number(found['number'])}元"
    return money_in_chinese(value)


def _say_many(found: re.Match[str]) -> str:
    said = _say_number(found[1])
    return ("两" if said == "二" else said) + found[2]


def _say_measured(found: re.Match[str]) -> str:
    return "两" if found[0] == "2" else _say_number(found[0])


# Tried in this order at every place of the text.
_READINGS: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"(?<!\d)(\d{4})[-./](\d{1,2})(?:[-./](\d{1,2}))(?![\d.])", _say_day),
    (r"(?<!\d)((?:19|20)\d\d)-(0[1-9]|1[0-2])()(?![\d-])", _say_day),
    (r"(?<!\d)(\d{4})\s*[-—–~～至]+\s*(\d{4})(?=\s*(?:年|学年))", lambda m: f"{_year(m[1])}至{_year(m[2])}"),
    (r"(?<!\d)(\d{4})(?=\s*年)", lambda m: _year(m[1])),
    (r"[〔\[（(]((?:19|20)\d\d)[〕\]）)]", lambda m: f"{_year(m[1])}年"),
    (r"(?<![\d:：])([01]?\d|2[0-4])[:：]([0-5]\d)(?:[:：][0-5]\d)?(?![\d:：])", _say_time),
    (r"(?<!\d)0\d{2,3}[- ]?\d{3,4}[- ]?\d{4}(?!\d)", lambda m: singly(m[0], PHONE_DIGITS)),
    (r"(?<!\d)(?:1[3-9]\d[- ]?\d{4}|[48]00[- ]?\d{3})[- ]?\d{4}(?!\d)", lambda m: singly(m[0], PHONE_DIGITS)),
    (r"(?:(?<=电话)|(?<=热线)|(?<=拨打)|(?<=电话：)|(?<=热线：))\d{3,8}(?!\d)", lambda m: singly(m[0], PHONE_DIGITS)),
    (r"(?<!\d)\d{3,6}(?=热线)", lambda m: singly(m[0], PHONE_DIGITS)),
    (r"\d+(?:-\d+){2,}", lambda m: "杠".join(_say_number(part) for part in m[0].split("-"))),
    (rf"({_NUMBER})\s*%", lambda m: f"百分之{_say_number(m[1])}"),
    (rf"({_NUMBER})\s*‰", lambda m: f"千分之{_say_number(m[1])}"),
    (rf"¥\s*(?P<number>{_NUMBER})(?:\s*元)?(?![万亿])", _say_yuan),
    (rf"(?P<number>{_NUMBER})\s*元", _say_yuan),
    (rf"¥?({_NUMBER})\s*([万亿千百])", _say_many),
    (rf"(?<![第\d.,-]){_NUMBER}(?=[{MEASURES}])(?!\s*(?:年|小区|号))", _say_measured),
    (r"(?<=[\d年月日时分元%])\s*[-—–~～]+\s*(?=\d)", lambda m: "至"),
    (_NUMBER, lambda m: _say_number(m[0])),
    (r"(?<=[\u4e00-\u9fff])\*+", lambda m: "某"),
    (r"㎡|m²|m2", lambda m: "平方米"),
    (r"℃", lambda m: "摄氏度"),
    (r"(?<=[元人度吨])/(?=[\u4e00-\u9fff])", lambda m: "每"),
    (r"[＋＝×]", lambda m: {"＋": "加", "＝": "等于", "×": "乘以"}[m[0]]),
    (r"(?<=[\u4e00-\u9fff])－(?=[\u4e00-\u9fff])", lambda m: "减"),
)


def _year(digits: str) -> str:
    return singly(digits, YEAR_DIGITS)


def spoken(text: str) -> str:
    """A text as it is read out: no digit is left in it, and nothing but numbers and signs is changed."""
    folded = text.translate(FULL_WIDTH)
    said, at = [], 0
    while at < len(folded):
        for pattern, say in _COMPILED if folded[at].isdecimal() or folded[at] in STARTS else ():
            found = pattern.match(folded, at)
            if found is not None and found.end() > at:
                said.append(say(found))
                at = found.end()
                break
        else:
            said.append(folded[at])
            at += 1
    return "".join(said)


_COMPILED = tuple((re.compile(pattern), say) for pattern, say in _READINGS)
# What a reading may begin with, besides a digit.
STARTS = frozenset(" -—–~～¥〔[（(*㎡m℃/＋＝×－")
