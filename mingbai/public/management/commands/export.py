"""``mingbai export DIR``: the whole public site as files, to hang under another site or to carry on a memory stick."""

from __future__ import annotations

import sqlite3
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mingbai.communities.commanding import community_named, refuse
from mingbai.communities.queries import communities
from mingbai.public.exporting.manifest import MANIFEST, Folder, InUse, ManifestBroken, alone_in
from mingbai.public.exporting.routes import Options
from mingbai.public.exporting.run import Report, Run
from mingbai.rules.days import legal_day

SHEETS = {"none": (), "a4": ("a4",), "a3": ("a3",)}
LINE_EVERY = 1000


class Command(BaseCommand):
    help = "把居民看到的整个网站导出成静态文件，不需要服务器就能打开；再次运行只改写有变化的文件。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path, help="导出到哪个文件夹")
        parser.add_argument("--community", metavar="SLUG", help="只导出一个社区（网址名）")
        parser.add_argument("--sheets", choices=sorted(SHEETS), default="a4", help="公示单 PDF 的纸张，默认 a4")
        parser.add_argument("--all", action="store_true", help="不看指纹，每一页都重新生成")
        parser.add_argument("--force", action="store_true", help="文件夹里已有别的文件、或清单损坏时也导出")

    def handle(
        self, *args: Any, folder: Path, community: str | None, sheets: str, all: bool, force: bool, **options: Any
    ) -> None:
        chosen = communities() if community is None else [community_named(community)]
        root = folder.resolve()
        _check(root, force=force)
        start = time.monotonic()
        try:
            root.mkdir(parents=True, exist_ok=True)
            with alone_in(root), _opened(root, force=force) as opened:
                run = Run(opened, Options(SHEETS[sheets]), everything=all, say=self._say)
                report = run.export(chosen, legal_day(timezone.now()))
        except sqlite3.OperationalError as error:
            raise CommandError(
                f"没有写完：清单 {MANIFEST} 写不进去（{error}）。排除原因后再运行一次，会接着写完。"
            ) from error
        except sqlite3.DatabaseError as error:
            raise refuse(_broken(root)) from error
        except InUse as error:
            raise refuse(f"另一次导出正在写“{folder}”，请等它结束。") from error
        except OSError as error:
            raise CommandError(f"没有写完：{error.strerror or error}。排除原因后再运行一次，会接着写完。") from error
        self._tell(report, time.monotonic() - start)

    def _say(self, what: str, done: int, of: int) -> None:
        """How far it is: in place on a terminal, a line for every thousand elsewhere."""
        told = f"{what} {done}/{of}（{done * 100 // of}%）"
        if self.stdout.isatty():
            self.stdout.write(f"\r{told}", ending="\n" if done == of else "")
            self.stdout.flush()
        elif done % LINE_EVERY == 0:
            self.stdout.write(told)

    def _tell(self, report: Report, seconds: float) -> None:
        self.stdout.write(
            f"写入 {report.written} 个文件，未变 {report.unchanged} 个，删除 {report.removed} 个，"
            f"用时 {seconds:.1f} 秒。"
        )
        if not settings.PUBLIC_URL:
            self.stderr.write("提示：没有设置 MINGBAI_PUBLIC_URL，公示单上的二维码打不开这里的页面。")
        if report.failed:
            listed = "；".join(f"{url}（{status}）" for url, status in report.failed[:10])
            raise CommandError(f"有 {len(report.failed)} 页没有生成，旧的也已移走：{listed}。")


def _check(root: Path, *, force: bool) -> None:
    """Refuse a folder in which an export would do harm."""
    if root.exists() and not root.is_dir():
        raise refuse(f"“{root}”是一个文件，请给出文件夹。")
    for kept, what in ((settings.DATA_DIR, "数据目录"), (settings.PACKAGE, "程序目录")):
        if kept == root or kept in root.parents or root in kept.parents:
            raise refuse(f"“{root}”和{what}“{kept}”有重叠：导出的文件夹是给所有人看的，请另选一个。")
    if not force and root.is_dir() and any(root.iterdir()) and not _is_ours(root):
        raise refuse(f"“{root}”里已有别的文件，也没有导出清单。请换一个空文件夹；确实要用它，加上 --force。")


def _is_ours(root: Path) -> bool:
    return (root / MANIFEST).exists()


def _broken(root: Path) -> str:
    return f"“{root}”里的导出清单 {MANIFEST} 损坏。请换一个空文件夹，或加上 --force 重写。"


def _opened(root: Path, *, force: bool) -> Folder:
    try:
        return Folder(root)
    except ManifestBroken as error:
        if not force:
            raise refuse(_broken(root)) from error
        return Folder(root, forget=True)
