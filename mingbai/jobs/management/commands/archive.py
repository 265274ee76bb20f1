"""``mingbai archive SLUG YEAR FILE.zip``: a year for the archive."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mingbai.carriers.reports import years_of
from mingbai.communities.commanding import community_named, refuse
from mingbai.jobs.files import fresh_file
from mingbai.outgoing.archive import RetentionError, read_retention, write_archive
from mingbai.outgoing.rows import Wanted
from mingbai.rules.days import legal_day

LINE_EVERY = 100


class Command(BaseCommand):
    help = "把一年的公开内容做成一个档案包（zip）：公示单、附件、年度报告、各表和带保管期限的目录。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", metavar="SLUG", help="社区的网址名")
        parser.add_argument("year", metavar="YEAR", type=int, help="哪一年")
        parser.add_argument("file", metavar="FILE", type=Path, help="写到哪个 zip 文件")
        parser.add_argument("--retention", metavar="CSV", type=Path, help="保管期限表：事项编号、保管期限、依据")
        parser.add_argument("--force", action="store_true", help="文件已经在的，覆盖它")

    def handle(
        self, *args: Any, slug: str, year: int, file: Path, retention: Path | None, force: bool, **options: Any
    ) -> None:
        community, today = community_named(slug), legal_day(timezone.now())
        years = years_of(community, today)
        if year not in years:
            raise refuse(f"{community}没有 {year} 年的记录。可以做的年份：{'、'.join(map(str, years)) or '还没有'}。")
        try:
            periods = read_retention(retention) if retention is not None else {}
        except RetentionError as error:
            raise refuse(str(error)) from error
        wanted = Wanted(community, year, today, settings.PUBLIC_URL or "http://localhost:8000")
        with fresh_file(file, force=force) as out:
            made = write_archive(out, wanted, periods, font_dir=settings.FONT_DIR, say=self._say)
        self.stdout.write(f"写好“{file}”，目录里有 {made.files} 行。")
        if not settings.PUBLIC_URL:
            self.stderr.write("提示：没有设置 MINGBAI_PUBLIC_URL，公示单上的二维码打不开这里的页面。")
        if made.unprinted:
            raise CommandError(f"有 {len(made.unprinted)} 版没有公示单：{'；'.join(made.unprinted[:10])}")

    def _say(self, done: int) -> None:
        if done and done % LINE_EVERY == 0:
            self.stdout.write(f"已完成 {done} 版")
