"""``mingbai tick``: what the calendar owes by today, and names that have to leave. For a nightly timer."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mingbai.jobs.tick import tick


class Command(BaseCommand):
    help = "生成到今天为止应公开的事项，隐去公示期满名单里的个人信息，发出当天的提醒；可以重复运行。"

    def handle(self, *args: Any, **options: Any) -> None:
        done = tick(timezone.now())
        self.stdout.write(
            f"新增应公开 {done.owed} 条；公示期满、隐去个人信息 {done.reduced} 份；提醒 {done.reminded} 人。"
        )
        if done.failed:
            listed = "；".join(done.failed)
            raise CommandError(f"其余的都做了，以下没有做成：{listed}。原因见上面的记录；下次运行会再试。")
