"""``mingbai parity``: whether board, site and digests agree; exit 1 when something differs."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mingbai.carriers.parity import TROUBLES, findings_of, prove
from mingbai.communities.commanding import community_named
from mingbai.communities.queries import communities
from mingbai.rules.days import legal_day


class Command(BaseCommand):
    help = "核对网上和公示栏：谁还挂着旧版、缺张贴、提前撤下、期满未撤；并重新计算每一版的摘要。有不一致时退出码为 1。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--community", metavar="SLUG", help="只核对一个社区")

    def handle(self, *args: Any, community: str | None, **options: Any) -> None:
        today = legal_day(timezone.now())
        wrong = 0
        for place in communities() if community is None else [community_named(community)]:
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
