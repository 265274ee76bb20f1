"""``mingbai handover SLUG FILE.zip``: what one office hands to the next."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from mingbai.communities.commanding import community_named
from mingbai.jobs.files import fresh_file
from mingbai.outgoing.handover import write_handover
from mingbai.rules.days import legal_day


class Command(BaseCommand):
    help = "换届、换人时的交接清单（zip）：没有办完的事、公示栏、人员、口径；没有密码和密钥。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", metavar="SLUG", help="社区的网址名")
        parser.add_argument("file", metavar="FILE", type=Path, help="写到哪个 zip 文件")
        parser.add_argument("--force", action="store_true", help="文件已经在的，覆盖它")

    def handle(self, *args: Any, slug: str, file: Path, force: bool, **options: Any) -> None:
        community = community_named(slug)
        with fresh_file(file, force=force) as out:
            write_handover(out, community, legal_day(timezone.now()))
        self.stdout.write(f"写好“{file}”。里面有工作人员的姓名和没有公开的题目，请妥善保管。")
