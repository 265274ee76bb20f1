"""``mingbai explain "PHRASE" --on DATE``: what a time limit means on a given day, step by step."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from mingbai.communities.commanding import refuse
from mingbai.data.calendars import packaged_calendar
from mingbai.data.profiles import UnknownProfile, packaged_profile, profile_codes
from mingbai.jobs.management.base import RulesCommand, day_argument
from mingbai.rules.schedule import explain, schedule
from mingbai.rules.timelimit import parse, render, why_not
from mingbai.rules.wording import DOUBTS
from mingbai.rules.workdays import OutOfCalendar


class Command(RulesCommand):
    help = "说明一句公开时限：有哪些要求，何日到期，公示到哪天，逐步说明理由。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("phrase", help="公开时限的原文")
        parser.add_argument("--on", type=day_argument, required=True, help="信息形成、变更或会计期间届满之日")
        parser.add_argument("--posted", type=day_argument, help="张贴之日")
        parser.add_argument("--profile", default="cn", help=f"法律口径：{'、'.join(profile_codes())}")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(
        self, *args: Any, phrase: str, on: date, posted: date | None, profile: str, json: bool, **options: Any
    ) -> None:
        try:
            law = packaged_profile(profile)
        except UnknownProfile as error:
            raise refuse(f"没有“{profile}”这个法律口径，可用的有：{'、'.join(profile_codes())}。") from error
        if posted is not None and posted < on:
            raise refuse("张贴日期早于起算日期，请改正 --posted。")
        limit = parse(phrase)
        try:
            schedules = [
                schedule(duty, on, calendar=packaged_calendar(), profile=law, posted_on=posted) for duty in limit.duties
            ]
        except OutOfCalendar as error:
            raise refuse(str(error)) from error
        if json:
            self.print_json(
                {
                    "duties": [duty.to_json() for duty in limit.duties],
                    "doubts": [doubt.value for doubt in limit.doubts],
                    "schedules": [derived.to_json() for derived in schedules],
                }
            )
            return
        for duty, derived in zip(limit.duties, schedules, strict=True):
            self.stdout.write(f"要求：{render(duty)}")
            self.stdout.write(f"应公开日期：{derived.due_on or '没有载明'}")
            if posted is not None:
                self.stdout.write(f"公示至：{derived.shown_until or '没有载明，或长期公开'}")
            self.stdout.write(explain(derived))
        for doubt in limit.doubts:
            self.stdout.write(f"存疑：{DOUBTS[doubt]}")
        reason = why_not(phrase)
        if reason:
            self.stdout.write(reason)
