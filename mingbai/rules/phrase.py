"""A printed phrase, made comparable: one width, one script, no spaces; and cut into its clauses."""

from __future__ import annotations

import re
import unicodedata

from mingbai.rules import words
from mingbai.rules.script import SIMPLIFIED

# Scanned tables print 日 as 曰; quotation marks and bullets carry nothing.
LOOKALIKES = str.maketrans("曰﹑", "日、", "·•●■“”「」『』\"'‘’")
CIRCLED = re.compile("[①-⑳]")
LINE_BREAK = re.compile(r"[\r\n\v\f\u2028\u2029]+")
NUMBER = "([1-9]|1[0-9]|[一二三四五六七八九十])"
NUMBERING = re.compile(rf"(?:^|(?<=[;,。:.])){NUMBER}、|[(]{NUMBER}[)]|(?<![0-9]){NUMBER}[.)](?![0-9])")
ALTERNATIVE = re.compile(
    r"[(](?:或|或者|含|及)?(变更|变动|变化|更新|调整|修改|修订|获取|制定|制作|形成|产生|新增)[)](?!$)"
)
ALONE_SHOWN = re.compile("(?:^|(?<=[;,。:]))公示[:,(](?=[0-9一二三四五六七八九十])")
SEPARATORS = re.compile("[,;。:()!?.]+")
BREAK = ";"
LONGEST = 400
DASHES = frozenset("-—–―−/\\_~*")


def plain(text: str, line_break: str = "") -> str:
    """``text`` in one width and one script, without spaces and numbering; line breaks become ``line_break``."""
    text = CIRCLED.sub(lambda sign: f"{BREAK}({ord(sign.group()) - ord('①') + 1})", text)
    text = LINE_BREAK.sub(line_break, text)
    text = unicodedata.normalize("NFKC", text).translate(SIMPLIFIED).translate(LOOKALIKES)
    text = "".join(sign for sign in text if not sign.isspace() and unicodedata.category(sign) not in {"Cf", "Cc"})
    return _without_brackets(_without_numbering(text))


def _without_brackets(text: str) -> str:
    """信息形成（变更） → 信息形成或变更; 3（个）工作日 → 3个工作日."""
    text = ALTERNATIVE.sub(r"或\1", text)
    return text.replace("(个)", "个").replace("(含)", "")


def _without_numbering(text: str) -> str:
    """1.…2.… → parts. Only marks that count up from one are numbering; any other number is left to the grammar."""
    expected = 1

    def mark(found: re.Match[str]) -> str:
        nonlocal expected
        sign = next(group for group in found.groups() if group)
        value = int(sign) if sign.isdigit() else "一二三四五六七八九十".index(sign) + 1
        if value != expected:
            return found.group()
        expected += 1
        return BREAK

    return NUMBERING.sub(mark, text)


def labelled(text: str) -> str:
    """公示期：7日 → 公示期为7日: the colon after such a label parts nothing."""
    for table in (words.DISPLAY_LABELS, words.LABELS):
        for label in table.words:
            text = text.replace(f"{label}:", f"{label}为")
    return ALONE_SHOWN.sub("公示", text)


def clauses(text: str) -> list[str]:
    """The clauses of a plain phrase, without their punctuation."""
    return [clause for part in SEPARATORS.split(text) if (clause := part.strip("、"))]


def is_blank(text: str) -> bool:
    """Nothing printed, or only the dash that stands for nothing."""
    return DASHES.issuperset(plain(text))
