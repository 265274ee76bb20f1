"""Which strings of digits are identity numbers, telephones and cards."""

from __future__ import annotations

import re
from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
# The first two digits of GB/T 2260, and of residence permits for Hong Kong, Macau and Taiwan (81, 82, 83).
REGIONS = {1: "12345", 2: "123", 3: "1234567", 4: "123456", 5: "01234", 6: "12345", 7: "1", 8: "123"}
PROVINCES = frozenset(f"{region}{one}" for region, ones in REGIONS.items() for one in ones)
PERMIT_PREFIXES = ("81", "82", "83")
CARD = re.compile(r"(?:62\d{14,17}|4\d{15}|5[1-5]\d{14}|35\d{14}|3[47]\d{13}|9\d{15,18})")
MOBILE = re.compile(r"(?:0|86|086|0086)?1[3-9]\d{9}")
PERMANENT_RESIDENCE = "9"


def is_date(digits: str) -> bool:
    """Whether eight digits are a day between 1850 and 2100."""
    try:
        return 1850 <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year <= 2100
    except ValueError:
        return False


def looks_like_id_number(text: str) -> bool:
    """18 characters with a province (or the 9 of a foreigner's permanent residence) and a day; check not looked at."""
    if len(text) != 18 or not text[:17].isdigit() or not (text[17].isdigit() or text[17] in "Xx"):
        return False
    return (text[:2] in PROVINCES or text[0] == PERMANENT_RESIDENCE) and is_date(text[6:14])


def is_id_number(text: str) -> bool:
    """18 characters with a province, a day and the check character of GB 11643."""
    if not looks_like_id_number(text):
        return False
    body, check = text[:17], text[17:].upper()
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return CHECKS[total % 11] == check


def is_old_id_number(text: str) -> bool:
    """15 digits with a province and a day of the 1900s."""
    return len(text) == 15 and text.isdigit() and text[:2] in PROVINCES and is_date(f"19{text[6:12]}")


def is_moment(digits: str) -> bool:
    """20260105143000, with or without thousandths: the time at which a camera or a program named a file."""
    if len(digits) not in (14, 17) or digits[:2] not in ("19", "20") or not is_date(digits[:8]):
        return False
    return int(digits[8:10]) < 24 and int(digits[10:12]) < 60 and int(digits[12:14]) < 60


def passes_luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_bank_card(digits: str) -> bool:
    return CARD.fullmatch(digits) is not None and passes_luhn(digits)
