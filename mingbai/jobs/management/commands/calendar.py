"""``mingbai calendar``: show a year of working days, read a State Council notice, or load one."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from mingbai.carriers.queries import open_obligations
from mingbai.communities.commanding import refuse
from mingbai.data.calendars import packaged_calendar
from mingbai.jobs.management.base import RulesCommand, read_text
from mingbai.obligations.actions import NotLoadable, load_notice
from mingbai.rules.days import legal_day
from mingbai.rules.holidays import NotProjectable
from mingbai.rules.notice import NoticeError, notice_json, parse_notice
from mingbai.rules.workdays import DayKind, OutOfCalendar

MARKS = {DayKind.HOLIDAY: "休", DayKind.MAKE_UP: "班"}


class Command(RulesCommand):
    help = "显示一年的放假安排；--parse 只读取通知原文，--load 载入通知并重新推算尚未完成的日期。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", nargs="?", type=int, help="年份，例如 2026")
        parser.add_argument("--parse", metavar="FILE", help="通知原文的文件，- 表示标准输入；不需要数据库")
        parser.add_argument("--load", metavar="FILE", help="载入通知原文，- 表示标准输入")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(
        self, *args: Any, year: int | None, parse: str | None, load: str | None, json: bool, **options: Any
    ) -> None:
        if parse and load:
            raise refuse("--parse 和 --load 只能选一个。")
        try:
            if parse:
                self.parse(parse, year, as_json=json)
            elif load:
                self.load(load, year)
            elif year is not None:
                self.show(year, as_json=json)
            else:
                raise refuse("请写明年份，例如 mingbai calendar 2026。")
        except (NoticeError, NotLoadable, NotProjectable, OutOfCalendar) as error:
            raise refuse(str(error)) from error

    def parse(self, name: str, year: int | None, *, as_json: bool) -> None:
        table = parse_notice(read_text(name), year=year)
        if as_json:
            self.print_json(notice_json(table))
            return
        self.stdout.write(f"{table.year}年")
        for title, days in (("放假", table.off), ("上班", table.work)):
            for day in sorted(days):
                self.stdout.write(f"{title} {day} {days[day]}")

    def load(self, name: str, year: int | None) -> None:
        now = timezone.now()
        loaded, changed = load_notice(
            text=read_text(name),
            year=year,
            open_obligations=open_obligations(legal_day(now)),
            by=None,
            at=now,
        )
        self.stdout.write(f"已载入{loaded.year}年的放假安排；{len(changed)}个应公开日期重新推算后有变化。")
        for obligation in changed:
            before = obligation.earlier_answers.last()
            old = before.due_on if before is not None else None
            self.stdout.write(f"  {obligation.occurrence}：{old or '未载明'} → {obligation.due_on or '未载明'}")

    def show(self, year: int, *, as_json: bool) -> None:
        calendar = packaged_calendar()
        try:
            first, last = date(year, 1, 1), date(year, 12, 31)
        except ValueError as error:
            raise refuse(f"“{year}”不是年份，请写成 2026 这样的形式。") from error
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        if as_json:
            self.print_json(
                {
                    "year": year,
                    "off": [str(day) for day in days if calendar.kind(day) is DayKind.HOLIDAY],
                    "work": [str(day) for day in days if calendar.kind(day) is DayKind.MAKE_UP],
                    "official": calendar.is_official(first),
                    "source": calendar.source(first),
                }
            )
            return
        self.stdout.write(f"{year}年  {calendar.source(first)}")
        for month in range(1, 13):
            self.stdout.write(f"\n{month}月  一    二    三    四    五    六    日")
            of_month = [day for day in days if day.month == month]
            cells = ["      "] * of_month[0].weekday()
            cells += [f"{day.day:>2}{MARKS.get(calendar.kind(day), '  ')}  " for day in of_month]
            for start in range(0, len(cells), 7):
                self.stdout.write("     " + "".join(cells[start : start + 7]).rstrip())
