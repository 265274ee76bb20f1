"""A process that acts and says after each act that it is done; somebody will kill it.

python -m tests.faults.worker
"""

from __future__ import annotations

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mingbai.settings")


def main() -> None:
    import django

    django.setup()
    from django.utils import timezone

    from mingbai.carriers.actions import publish
    from mingbai.catalogues.models import Duty
    from mingbai.communities.models import Community
    from mingbai.obligations.actions import record_occurrence
    from mingbai.rules.days import legal_day
    from tests.conftest import paragraphs

    community = Community.objects.get()
    duty = Duty.objects.get(item__number=22)
    while True:
        now = timezone.now()
        obligation = record_occurrence(
            community=community, duty=duty, on=legal_day(now), what="一件事", by=None, at=now
        )
        version = publish(obligation=obligation, content=paragraphs(1), dated_on=legal_day(now), by=None, at=now)
        sys.stdout.write(f"{version.pk}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
