"""Beside the demo's community, one under the same subdistrict that was late in May: two things were overdue on 1 June,
and one of them was published on the 10th.

python -m tests.journeys.fourth_community
"""

from __future__ import annotations

import os
from datetime import date

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mingbai.settings")

ADOPTED, PUBLISHED = date(2026, 4, 1), date(2026, 6, 10)


def main() -> None:
    import django

    django.setup()
    from mingbai.carriers.actions import publish, put_up
    from mingbai.catalogues.actions import adopt_catalogue
    from mingbai.catalogues.models import Carrier, Duty
    from mingbai.communities.actions import found_community
    from mingbai.communities.models import Subdistrict, User
    from mingbai.obligations.actions import record_occurrence
    from mingbai.reading.read import read_bytes
    from tests.apps.test_rolling_out import SEED
    from tests.conftest import noon, paragraphs

    clerk = User.objects.get(username="clerk")
    community = found_community(
        slug="xinyuan",
        name="新园社区",
        body="新园社区居民委员会",
        subdistrict=Subdistrict.objects.get(slug="anhe"),
        by=None,
        at=noon(ADOPTED),
    )
    data = SEED.replace("金安社区", "新园社区").encode()
    adopt_catalogue(
        community=community,
        catalogue=read_bytes("新园社区目录.txt", data),
        source_name="新园社区目录.txt",
        source=data,
        by=None,
        on=ADOPTED,
        at=noon(ADOPTED),
    )
    owed = []
    for number, day, what in ((22, "2026-05-12", "召开居民代表大会"), (16, "2026-05-20", "核定灵活就业补贴人员")):
        duty = Duty.objects.get(item__catalogue__community=community, item__number=number)
        at = noon(day)
        owed.append(record_occurrence(community=community, duty=duty, on=at.date(), what=what, by=clerk, at=at))
    at = noon(PUBLISHED)
    content = paragraphs(1, title="居民代表大会情况")
    version = publish(obligation=owed[0], content=content, dated_on=PUBLISHED, by=clerk, at=at)
    board = Carrier.objects.get(community=community, kind=Carrier.Kind.PAPER_BOARD)
    put_up(version=version, carrier=board, on=PUBLISHED, by=clerk, at=at)


if __name__ == "__main__":
    main()
