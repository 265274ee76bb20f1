"""A community with thousands of published versions in 24 items, over ten years: what speed is measured on.

    python -m bench.published 10000

Rows go in by bulk, but under the same constraints, from the same rules, and with digests, codes, postings and events
as the actions write them. Seeded: two runs load the same texts.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

COMMUNITY = "bench"
YEARS = 10
BATCH = 500
# What was published in the last days doesn't hang on the board yet.
NOT_YET = 3
SUBJECTS = ("路灯", "电梯", "停车位", "绿化", "排水管", "健身器材", "垃圾分类", "消防通道", "文化活动", "养老食堂")
DEEDS = ("维修", "更换", "验收", "招标", "结算", "评议", "招募", "检查", "采购", "整治")
PLACES = ("金安苑", "惠民家园", "纺织厂宿舍", "河畔新居", "安和路", "澄河西岸", "南门广场", "老年活动室")
PURSES = ("惠民资金", "公共收益", "专项补助")
# What anyone may look for: this word stands in one text of a hundred.
RARE = ("井盖", "蚊虫", "漏水", "灯笼", "秋千", "鸟笼", "围墙", "水井")


@dataclass(frozen=True, slots=True)
class Owing:
    """One duty of an item whose versions don't replace one another, with what every row needs of it."""

    item: Any
    duty: Any
    elements: tuple[int, ...]
    carriers: tuple[Any, ...]


def content_of(chance: random.Random, elements: Sequence[int], number: int) -> dict[str, Any]:
    place, subject, deed = chance.choice(PLACES), chance.choice(SUBJECTS), chance.choice(DEEDS)
    rare = chance.choice(RARE) if number % 100 < 8 else subject
    rows = [
        [
            f"{subject}{deed}第{n}项",
            str(chance.randint(1, 40)),
            f"{chance.randint(100, 90_000)}.00",
            chance.choice(PLACES),
        ]
        for n in range(1, 7)
    ]
    columns = [("项目", "text"), ("数量", "number"), ("金额（元）", "money"), ("地点", "text")]
    table = {
        "kind": "table",
        "caption": None,
        "columns": [{"label": label, "type": kind} for label, kind in columns],
        "rows": rows,
        "total": None,
    }
    text = {
        "kind": "paragraphs",
        "paragraphs": [
            f"{place}的{subject}{deed}已经办理，涉及居民{chance.randint(20, 900)}户，{rare}一并处理。",
            f"经居民代表会议讨论，由居民委员会组织实施，费用从{chance.choice(PURSES)}列支。",
        ],
    }
    blocks = [
        {"element": element, "heading": f"{subject}{deed}（{element}）", **(table if element == elements[-1] else text)}
        for element in elements
    ]
    return {"title": f"{place}{subject}{deed}情况（第{number}号）", "blocks": blocks}


def load(count: int, today: date, seed: int = 7) -> None:
    """Fill the database that the settings name with one community of ``count`` versions, newest on ``today``."""
    from django.db import transaction

    with transaction.atomic():
        community = _adopted(today - timedelta(days=365 * YEARS))
        owings = _owings(community)
        chance = random.Random(seed)
        for start in range(0, count, BATCH):
            _load_batch(community, owings, range(start, min(start + BATCH, count)), count, today, chance)


def _adopted(on: date) -> Any:
    from mingbai.catalogues.actions import adopt_catalogue
    from mingbai.communities.actions import found_community
    from mingbai.data.seed import SEED_CATALOGUE
    from mingbai.reading.read import read

    at = _noon(on)
    community = found_community(slug=COMMUNITY, name="测速社区", body="测速社区居民委员会", by=None, at=at)
    catalogue = read(SEED_CATALOGUE)
    more = replace(catalogue.items[-1], number=25)
    catalogue = replace(catalogue, items=(*catalogue.items, more))
    source = {"source_name": SEED_CATALOGUE.name, "source": SEED_CATALOGUE.read_bytes()}
    adopt_catalogue(community=community, catalogue=catalogue, **source, by=None, on=on, at=at)
    return community


def _owings(community: Any) -> list[Owing]:
    from mingbai.catalogues.queries import catalogue_in_force, items_of

    catalogue = catalogue_in_force(community.pk)
    assert catalogue is not None
    owings = []
    for item in items_of(catalogue.pk):
        duty = item.duties.all()[0]
        covered = set(duty.element_positions)
        elements = tuple(e.position for e in item.elements.all() if not covered or e.position in covered)
        owings.append(Owing(item, duty, elements, tuple(item.carriers.all())))
    return owings


def _load_batch(
    community: Any, owings: list[Owing], numbers: range, count: int, today: date, chance: random.Random
) -> None:
    from mingbai.carriers.models import Posting
    from mingbai.communities.models import Event
    from mingbai.disclosures.models import Disclosure, Version
    from mingbai.obligations.models import Obligation, Occurrence

    days = [today - timedelta(days=(count - 1 - n) * 365 * YEARS // count) for n in numbers]
    chosen = [_owing_of(owings, n, count) for n in numbers]
    occurrences = Occurrence.objects.bulk_create(
        Occurrence(
            community=community,
            item=owing.item,
            duty=owing.duty,
            kind=Occurrence.Kind.EVENT,
            on=day - timedelta(days=3),
            what=f"{chance.choice(PLACES)}{chance.choice(SUBJECTS)}{chance.choice(DEEDS)}",
            recorded_at=_noon(day - timedelta(days=3)),
        )
        for owing, day in zip(chosen, days, strict=True)
    )
    obligations = Obligation.objects.bulk_create(_obligation(community, occurrence) for occurrence in occurrences)
    disclosures = Disclosure.objects.bulk_create(
        Disclosure(community=community, obligation=obligation, created_at=_noon(day))
        for obligation, day in zip(obligations, days, strict=True)
    )
    versions = Version.objects.bulk_create(
        _version(community, disclosure, owing, n, day, chance)
        for disclosure, owing, n, day in zip(disclosures, chosen, numbers, days, strict=True)
    )
    postings = Posting.objects.bulk_create(
        _posting(community, version, owing, carrier, day, today)
        for version, owing, day in zip(versions, chosen, days, strict=True)
        for carrier in owing.carriers
        if carrier.kind != "paper_board" or version.published_on < today - timedelta(days=NOT_YET)
    )
    subjects = [("version_published", v, v.published_at, v.digest) for v in versions]
    subjects += [("posted", p, p.posted_at, p.version.digest) for p in postings]
    Event.objects.bulk_create(
        Event(
            community=community,
            at=at,
            role="system",
            act=act,
            subject=f"{subject._meta.label_lower}:{subject.pk}",
            digest=digest,
        )
        for act, subject, at, digest in subjects
    )


def _owing_of(owings: list[Owing], number: int, count: int) -> Owing:
    """Items in turns; of what stays until it is replaced only the newest: nothing hangs beside its successor."""
    owing = owings[number % len(owings)]
    replaceable = owing.duty.is_long_term and number < count - len(owings)
    return owings[(number + len(owings) // 2) % len(owings)] if replaceable else owing


def _obligation(community: Any, occurrence: Any) -> Any:
    from mingbai.obligations.models import Obligation
    from mingbai.obligations.queries import current_calendar, profile_of
    from mingbai.rules.schedule import schedule

    calendar, profile = current_calendar(), profile_of(community)
    derived = schedule(
        occurrence.duty.value, occurrence.on, calendar=calendar, profile=profile, policy=community.policy
    )
    return Obligation(
        community=community,
        occurrence=occurrence,
        due_on=derived.due_on,
        certain=derived.certain,
        schedule_data=derived.to_json(),
        profile=f"{profile.code} {profile.version}",
        calendar_version=calendar.version,
        derived_at=occurrence.recorded_at,
    )


def _version(community: Any, disclosure: Any, owing: Owing, number: int, day: date, chance: random.Random) -> Any:
    from mingbai.disclosures.actions import bundle_of
    from mingbai.disclosures.content import read_content
    from mingbai.disclosures.models import Version
    from mingbai.rules.canonical import salted_digest, short_code

    content = read_content(content_of(chance, owing.elements, number))
    nonce = f"{chance.getrandbits(128):032x}"
    digest = salted_digest(bundle_of(content.to_json(), []), nonce)
    return Version(
        disclosure=disclosure,
        community=community,
        number=1,
        code=short_code(digest),
        index_number=f"BENCH-{owing.item.code}-{day.year}-{number + 1:06d}",
        title=content.title,
        content_data=content.to_json(),
        nonce=nonce,
        digest=digest,
        dated_on=day,
        published_on=day,
        published_at=_noon(day) + timedelta(seconds=number),
    )


def _posting(community: Any, version: Any, owing: Owing, carrier: Any, day: date, today: date) -> Any:
    from mingbai.carriers.models import Posting

    until = None if owing.duty.is_long_term else day + timedelta(days=15)
    over = until is not None and until < today
    return Posting(
        community=community,
        version=version,
        carrier=carrier,
        from_on=day,
        until_on=until,
        posted_at=_noon(day),
        ended_on=until if over else None,
        ended_as="expired" if over else "",
    )


def _noon(day: date) -> datetime:
    from mingbai.rules.days import SHANGHAI

    return datetime.combine(day, time(12), SHANGHAI)


def main() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from mingbai.disclosures.actions import index_missing
    from mingbai.rules.days import legal_day

    call_command("migrate", verbosity=0, interactive=False)
    load(int(sys.argv[1]), legal_day(timezone.now()))
    index_missing()


if __name__ == "__main__":
    main()
