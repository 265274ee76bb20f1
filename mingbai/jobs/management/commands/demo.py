"""``mingbai demo``: set up the demo where it isn't yet, and serve it."""

from __future__ import annotations

import os
import shutil
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from mingbai.communities.commanding import refuse
from mingbai.communities.queries import community_by_slug
from mingbai.jobs.demo import PASSWORD, load_demo
from mingbai.jobs.tick import tick
from mingbai.rules.days import legal_day


class Command(BaseCommand):
    help = "载入金安社区的演示数据并打开网站；重复运行不会重复载入，--fresh 从头开始。"
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="端口，默认 8000")
        parser.add_argument("--fresh", action="store_true", help="删除演示数据库后重新载入（只用于 SQLite）")
        parser.add_argument("--no-serve", action="store_true", help="只载入数据，不打开网站")

    def handle(self, *args: Any, port: int, fresh: bool, no_serve: bool, **options: Any) -> None:
        if settings.PRODUCTION:
            raise refuse("演示数据不能载入正式环境，请去掉 MINGBAI_PRODUCTION。")
        if fresh:
            self.start_over()
        call_command("migrate", verbosity=0, interactive=False)
        now = timezone.now()
        community = community_by_slug("jinan")
        if community is None:
            self.stdout.write("正在读取目录并载入2026年的公开记录……")
            community = load_demo(legal_day(now))
        tick(now)
        self.stdout.write(
            f"演示账号：director（主任）、clerk（专干）、supervisor（监督委员）、street（街道），密码 {PASSWORD}"
        )
        if no_serve:
            return
        self.stdout.write(f"请在浏览器打开 http://localhost:{port}/c/{community.slug}/ （按 Ctrl+C 结束）")
        self.stdout.flush()
        server = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
        os.execv(  # noqa: S606 — no shell, and nothing in the list comes from outside but the port, which is a number
            sys.executable, [*server, "--blocking-threads", "4", "--log-level", "warning", "mingbai.wsgi:application"]
        )

    def start_over(self) -> None:
        database = settings.DATABASES["default"]
        if database["ENGINE"] != "django.db.backends.sqlite3":
            raise refuse("--fresh 只能用于 SQLite；PostgreSQL 请自行新建一个空的数据库。")
        for suffix in ("", "-wal", "-shm"):
            path = settings.DATA_DIR / f"{os.path.basename(database['NAME'])}{suffix}"
            path.unlink(missing_ok=True)
        if settings.PAGES is not None:
            shutil.rmtree(settings.PAGES, ignore_errors=True)
