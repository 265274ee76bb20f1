"""``mingbai read FILE``: read a catalogue document and show what was understood."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from mingbai.communities.commanding import refuse
from mingbai.jobs.management.base import RulesCommand, table
from mingbai.reading.read import NotReadable, read


class Command(RulesCommand):
    help = "读取一份《居务公开事项标准目录》（txt、docx、xlsx、xls、html、pdf）；读不懂时退出码为 2。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="目录文件")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args: Any, file: Path, json: bool, **options: Any) -> None:
        try:
            catalogue = read(file)
        except NotReadable as error:
            raise refuse(str(error)) from error
        if json:
            self.print_json(catalogue.to_json())
        else:
            self.stdout.write(catalogue.title)
            rows = [("序号", "事项", "公开时限", "内容", "载体")]
            rows += [
                (
                    str(item.number),
                    " › ".join(level for level in (item.level1, item.level2, item.level3) if level),
                    item.time_limit.text,
                    f"{len(item.elements)}项",
                    "、".join(item.carriers),
                )
                for item in catalogue.items
            ]
            for line in table(rows, (4, 40, 46, 5, 36)):
                self.stdout.write(line)
            self.stdout.write(f"共 {len(catalogue.items)} 项")
        for warning in catalogue.warnings:
            place = f"序号 {warning.row}：" if warning.row is not None else ""
            self.stderr.write(f"提示 {place}{warning.message or warning.kind}")
