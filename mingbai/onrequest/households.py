"""Every write about household codes: making them for a list of households, ending one, counting what was mistyped."""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F

from mingbai.communities.models import Community, User, one_at_a_time, record
from mingbai.onrequest.models import HouseholdCode, WrongCode
from mingbai.onrequest.queries import for_specific_parties
from mingbai.privacy.findings import Kind, Severity
from mingbai.privacy.text import find_in_text
from mingbai.rules.days import legal_day

# A longer name of a household would run over its slip.
DIGITS, AT_ONCE, MAX_LABEL = 16, 500, 24
# After so many codes that nobody has, on one day at one community, the form is closed until the next. Sixteen digits
# can't be guessed at this rate: 2000 tries a day against 5000 households find one in a million years.
WRONG_A_DAY = 2000


class NotMade(ValueError):
    """These codes can't be made or ended like this; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What is printed for one household, once: the code itself is stored nowhere."""

    label: str
    code: str


def code_hash(community: Community, code: str) -> str:
    """The HMAC-SHA256 of a code's digits, however they were typed, for one community: the same digits are another's
    in another one. Without the site's secret a copied database doesn't let codes be tried."""
    digits = "".join(sign for sign in unicodedata.normalize("NFKC", code) if sign in "0123456789")
    return _digest(f"household|{community.pk}|{digits}").hex()


def _digest(said: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), said.encode(), "sha256")


def _code_of(nonce: str, label: str) -> str:
    """The code for a household in one opened form: the same for a second click, which so prints the same slips."""
    return f"{int.from_bytes(_digest(f'slip|{nonce}|{label}')[:16]) % 10**DIGITS:0{DIGITS}d}"


def labels_in(text: str) -> list[str]:
    """The households of a list, one a line, each once. Raises NotMade naming the line to change."""
    labels = list(dict.fromkeys(" ".join(line.split()) for line in text.splitlines() if line.strip()))
    if not labels:
        raise NotMade("“住户”没有填写，请一行写一户，例如：3号楼2单元501。")
    if len(labels) > AT_ONCE:
        raise NotMade(f"“住户”一次最多{AT_ONCE}户，现在有{len(labels)}户，请分几次。")
    for label in labels:
        if len(label) > MAX_LABEL:
            raise NotMade(f"“{label[:12]}……”太长，请缩短到{MAX_LABEL}字以内，只写楼号、单元和房号。")
        found = [one for one in find_in_text(label, "住户", listed=True) if one.severity is Severity.BLOCK]
        if any(one.kind is not Kind.ADDRESS for one in found):
            raise NotMade("“住户”里像是有证件号或者电话号码，请只写楼号、单元和房号。")
    return labels


@transaction.atomic
def make_codes(
    *,
    community: Community,
    labels: Sequence[str],
    item_codes: Sequence[str],
    nonce: str,
    replace: bool,
    by: User,
    at: datetime,
) -> list[Slip]:
    """A code for each household, and what to print on its slip. ``replace``: a household's old code ends.

    ``nonce`` names the opened form: the same one twice makes nothing new. Raises NotMade.
    """
    one_at_a_time(community.pk)
    offered = {item.code for item in for_specific_parties(community)}
    if not item_codes or not set(item_codes) <= offered:
        raise NotMade("“可以看的事项”没有选，请至少勾选一项。")
    today = legal_day(at)
    slips = [Slip(label, _code_of(nonce, label)) for label in labels]
    hashes = {slip.label: code_hash(community, slip.code) for slip in slips}
    made_before = {one.code_hash: one for one in HouseholdCode.objects.filter(code_hash__in=hashes.values())}
    if any(one.ended_on is not None for one in made_before.values()):
        raise NotMade("这一页已经用过，里面有的住户码已经作废，请重新打开这一页再做。")
    new = [label for label in labels if hashes[label] not in made_before]
    if not new:
        return slips
    live = HouseholdCode.objects.filter(community=community, label__in=new, ended_on=None)
    if replace:
        live.update(ended_on=today, ended_by=by)
    elif held := list(live.values_list("label", flat=True)[:5]):
        raise NotMade(f"{'、'.join(held)}已经有住户码。要换新的，请勾选“旧的作废，换新的”。")
    HouseholdCode.objects.bulk_create(
        HouseholdCode(
            community=community,
            label=label,
            code_hash=hashes[label],
            item_codes=sorted(set(item_codes)),
            made_on=today,
            made_by=by,
        )
        for label in new
    )
    record(community, "household_codes_made", community, by=by, at=at)
    return slips


@transaction.atomic
def end_code(*, household: HouseholdCode, by: User, at: datetime) -> HouseholdCode:
    """A slip was lost or the household has moved: its code opens nothing any more. Twice is once."""
    one_at_a_time(household.community_id)
    ended = HouseholdCode.objects.filter(pk=household.pk, ended_on=None).update(ended_on=legal_day(at), ended_by=by)
    household.refresh_from_db()
    if ended:
        record(household.community, "household_code_ended", household, by=by, at=at)
    return household


@transaction.atomic
def count_wrong_code(*, community: Community, on: date) -> None:
    """One more code that nobody has. Not an act of a person: no event, and nothing of who tried it."""
    WrongCode.objects.get_or_create(community=community, on=on, defaults={"count": 0})
    WrongCode.objects.filter(community=community, on=on).update(count=F("count") + 1)


def too_many_wrong(community: Community, on: date) -> bool:
    return WrongCode.objects.filter(community=community, on=on, count__gte=WRONG_A_DAY).exists()


def household_of(community: Community, code: str) -> HouseholdCode | None:
    """Whose code this is in a community, while it holds."""
    return HouseholdCode.objects.filter(
        community=community, code_hash=code_hash(community, code), ended_on=None
    ).first()
