"""What was found that may not be public, said without repeating it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """BLOCK: can't be published. CONFIRM: may be, with a stated reason."""

    BLOCK = "block"
    CONFIRM = "confirm"


class Kind(StrEnum):
    """What was found (个人信息)."""

    ID_NUMBER = "id_number"
    ID_NUMBER_15 = "id_number_15"
    PERMIT = "permit"
    MOBILE = "mobile"
    LANDLINE = "landline"
    BANK_CARD = "bank_card"
    LONG_NUMBER = "long_number"
    BIRTH_DATE = "birth_date"
    ADDRESS = "address"
    ILLNESS = "illness"
    NAME_COLUMN = "name_column"
    OUTSIDE_WHITELIST = "outside_whitelist"
    HIDDEN = "hidden"
    METADATA = "metadata"


WORDS = {
    Kind.ID_NUMBER: ("身份证号码", "请删去；名单里用姓名“张*”和楼栋就能核对"),
    Kind.ID_NUMBER_15: ("15位身份证号码", "请删去"),
    Kind.PERMIT: ("居住证、通行证号码", "请删去"),
    Kind.MOBILE: ("手机号码", "请删去，或者说明这是公开的办公号码"),
    Kind.LANDLINE: ("个人电话", "请删去，或者说明这是公开的办公电话"),
    Kind.BANK_CARD: ("银行卡号", "请删去，或者说明这是可以公开的对公账号"),
    Kind.LONG_NUMBER: ("一长串数字", "请确认不是证件号、卡号或手机号"),
    Kind.BIRTH_DATE: ("出生日期", "请删去，需要时只写年龄段"),
    Kind.ADDRESS: ("详细到门牌的住址", "请只写楼栋"),
    Kind.ILLNESS: ("疾病或残疾情况", "请删去，改写成补助的类别"),
    Kind.NAME_COLUMN: ("没有隐去的全名", "请只写姓氏，例如“张*”"),
    Kind.OUTSIDE_WHITELIST: ("名单表单以外的列", "请删去这一列，或者请管理员调整表单"),
    Kind.HIDDEN: ("看不见的内容（隐藏的行列、批注、修订等）", "请在原文件里删去后重新上传"),
    Kind.METADATA: ("文件属性里的作者或拍摄地点", "请另存为不带属性的文件后重新上传"),
}
# The kinds that a string of characters proves by itself, wherever it stands.
CERTAIN = frozenset({Kind.ID_NUMBER, Kind.PERMIT})


@dataclass(frozen=True, slots=True)
class Found:
    """``place``: where, in Chinese. ``excerpt``: masked. ``key`` names it for a stated reason, and stays the same
    while the same thing stands in the same place."""

    kind: Kind
    severity: Severity
    place: str
    excerpt: str
    key: str

    @property
    def sentence(self) -> str:
        name, advice = WORDS[self.kind]
        shown = f"（{self.excerpt}）" if self.excerpt else ""
        return f"{self.place}：像是{name}{shown}，{advice}。"


def found(kind: Kind, severity: Severity, place: str, raw: str) -> Found:
    """A finding whose excerpt says no more than the first two characters of what was found."""
    key = hashlib.sha256(f"{kind}|{place}|{raw}".encode()).hexdigest()[:16]
    excerpt = raw[:2] + "*" * min(len(raw) - 2, 12) if len(raw) > 4 else ""
    return Found(kind, severity, place, excerpt, key)
