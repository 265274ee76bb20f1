"""Beside the demo's community, one whose catalogue has items for fewer people, with what was published for them.

python -m tests.journeys.third_community
"""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mingbai.settings")


def main() -> None:
    import django

    django.setup()
    from django.utils import timezone

    from mingbai.communities.actions import found_community, grant_role
    from mingbai.communities.models import Role, User
    from mingbai.rules.days import legal_day
    from tests.apps.restricted import ALSO_FOR_HOUSEHOLDS, FOR_HOUSEHOLDS, adopt_restricted, issue, saying
    from tests.conftest import names_list

    now = timezone.now()
    today = legal_day(now).isoformat()
    community = found_community(slug="heping", name="和平社区", body="和平社区居民委员会", by=None, at=now)
    clerk = User.objects.get(username="clerk")
    grant_role(community=community, user=clerk, kind=Role.Kind.CLERK, by=None, at=now)
    adopt_restricted(community, clerk, today)
    issue(community, FOR_HOUSEHOLDS, today, *saying("公租房轮候"), by=clerk)
    issue(community, ALSO_FOR_HOUSEHOLDS, today, names_list(), [], clerk)


if __name__ == "__main__":
    main()
