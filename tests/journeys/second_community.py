"""Beside the demo's community, a second one that adopted its catalogue four months ago and has published nothing.

python -m tests.journeys.second_community
"""

from __future__ import annotations

import os
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mingbai.settings")


def main() -> None:
    import django

    django.setup()
    from django.utils import timezone

    from mingbai.catalogues.actions import adopt_catalogue
    from mingbai.communities.actions import found_community, grant_role
    from mingbai.communities.models import Role, User
    from mingbai.data.seed import SEED_CATALOGUE
    from mingbai.obligations.actions import make_occurrences
    from mingbai.reading.read import read
    from mingbai.rules.days import legal_day
    from mingbai.rules.profiles import Policy

    now = timezone.now()
    start = now - timedelta(days=120)
    community = found_community(
        slug="yuhe",
        name="玉河社区",
        body="玉河社区居民委员会",
        policy=Policy(light_review=True),
        by=None,
        at=start,
    )
    for username, kind in (
        ("clerk", Role.Kind.CLERK),
        ("director", Role.Kind.DIRECTOR),
        ("director", Role.Kind.ADMINISTRATOR),
        ("supervisor", Role.Kind.SUPERVISION_MEMBER),
    ):
        grant_role(community=community, user=User.objects.get(username=username), kind=kind, by=None, at=start)
    adopt_catalogue(
        community=community,
        catalogue=read(SEED_CATALOGUE),
        source_name=SEED_CATALOGUE.name,
        source=SEED_CATALOGUE.read_bytes(),
        by=None,
        on=legal_day(start),
        at=start,
    )
    make_occurrences(community=community, through=legal_day(now), at=now)


if __name__ == "__main__":
    main()
