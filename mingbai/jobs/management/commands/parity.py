"""``mingbai parity``: whether board, site and digests agree; exit 1 when something differs."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mingbai.carriers.parity import TROUBLES, findings_of, prove
from mingbai.communities.queries import communities, community_by_slug
from mingbai.jobs.management.base import refuse
from mingbai.rules.days import legal_day


class Command(BaseCommand):
    help = "核对网上和公示栏：谁还挂着旧版、缺张贴、提前撤下、期满未撤；并重新计算每一版的摘要。有不一致时退出码为 1。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--community", metavar="SLUG", help="只核对一个社区")

    def handle(self, *args: Any, community: str | None, **options: Any) -> None:
        today = legal_day(timezone.now())
        one = community_by_slug(community) if community is not None else None
        if community is not None and one is None:
            raise refuse(f"没有“{community}”这个社区。")
        wrong = 0
        for place in [one] if one is not None else communities():
            for finding in findings_of(place, today):
                wrong += finding.differs
                self.stdout.write(
                    f"{place.slug} {finding.code} {TROUBLES[finding.trouble]}：{finding.title}，"
                    f"{finding.carrier}，{finding.sentence}"
                )
            proofs = list(prove(place, today))
            for proof in proofs:
                wrong += bool(proof.wrong)
                if proof.wrong:
                    self.stdout.write(f"{place.slug} {proof.code} 摘要：{proof.title}，{'；'.join(proof.wrong)}。")
            self.stdout.write(f"{place.name}：核对了 {len(proofs)} 版。")
        if wrong:
            raise CommandError(f"有 {wrong} 处不一致。", returncode=1)
