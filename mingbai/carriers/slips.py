"""Slips of paper with a household's code, many to a sheet of A4: what the clerk cuts up and brings round."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from urllib.parse import urlsplit

from mingbai.carriers.typesetting import check_texts, compile_pdf, qr_svg
from mingbai.rules.days import chinese_date

TEMPLATE = "slips.typ"


def slips_pdf(
    *,
    community: str,
    body: str,
    slips: Iterable[tuple[str, str]],
    url: str,
    on: date,
    font_dir: str = "",
) -> bytes:
    """``slips``: (household, code). The QR opens ``url``, the form; a code never stands in an address. What the code
    opens isn't printed: that alone may say too much of a household.

    Raises UnprintableText.
    """
    listed = list(slips)
    check_texts([("住户", "".join(label for label, _ in listed)), ("社区名称", community + body)], font_dir)
    data = {
        "community": community,
        "body": body,
        "on": chinese_date(on),
        "qr": qr_svg(url),
        "qr_alt": f"二维码，打开 {url}",
        "address": url.removeprefix(f"{urlsplit(url).scheme}://"),
        "slips": [{"label": label, "code": _in_fours(code)} for label, code in listed],
    }
    return compile_pdf(TEMPLATE, data, on=on, font_dir=font_dir)


def _in_fours(code: str) -> str:
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
