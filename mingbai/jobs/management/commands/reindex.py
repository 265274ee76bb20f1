"""``mingbai reindex``: write anew what searching finds, after an upgrade that changes it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from mingbai.disclosures.actions import index_again


class Command(BaseCommand):
    help = "重新建立全部检索条目；查找不中断，可以重复运行。"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"重新建立检索条目 {index_again()} 条。")
