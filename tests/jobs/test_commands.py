"""The commands as they are typed: what they print, with which exit code, and that they leave nothing behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from mingbai.data.seed import SEED_CATALOGUE
from mingbai.obligations.models import WorkingYear
from tests.conftest import DATA, Cast, golden, noon

LIMIT = "自信息形成或者变更之日起20个工作日内及时公开"
NOTICES = DATA / "notices"


def mingbai(*args: str, cwd: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """``mingbai …`` as a process of its own, in an empty folder and with no database to find."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MINGBAI", "DATABASE"))}
    return subprocess.run(
        [sys.executable, "-m", "mingbai", *args],
        cwd=cwd,
        env={**environment, "PYTHONPATH": str(DATA.parents[1]), "PYTHONIOENCODING": "utf-8"},
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_read_prints_the_seed_as_json_and_its_warnings_apart(tmp_path: Path) -> None:
    done = mingbai("read", str(SEED_CATALOGUE), "--json", cwd=tmp_path)
    assert done.returncode == 0
    got, right = json.loads(done.stdout), golden("jinan.json")
    assert [{key: item[key] for key in right["items"][0]} for item in got["items"]] == right["items"]
    assert "序号 4" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_read_exits_2_and_names_the_file(tmp_path: Path) -> None:
    wrong = tmp_path / "通讯录.txt"
    wrong.write_text("姓名\t电话\n", encoding="utf-8")
    done = mingbai("read", str(wrong), "--json", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "通讯录.txt" in done.stderr and "公开时限" in done.stderr


def test_parse_reads_a_notice_from_standard_input(tmp_path: Path) -> None:
    text = (NOTICES / "2026.txt").read_text(encoding="utf-8")
    done = mingbai("calendar", "--parse", "-", "--json", cwd=tmp_path, stdin=text)
    got = json.loads(done.stdout)
    assert done.returncode == 0 and set(got) == {"year", "off", "work"}
    assert got["year"] == 2026 and got["off"][0] == "2026-01-01" and got["work"][0] == "2026-01-04"
    assert list(tmp_path.iterdir()) == []


def test_a_notice_that_contradicts_itself_exits_2_naming_the_line(tmp_path: Path) -> None:
    text = (NOTICES / "2026.txt").read_text(encoding="utf-8").replace("共3天", "共4天", 1)
    done = mingbai("calendar", "--parse", "-", "--json", cwd=tmp_path, stdin=text)
    assert (done.returncode, done.stdout) == (2, "")
    assert "第5行" in done.stderr


def test_explain_prints_what_the_issue_of_it_promises(tmp_path: Path) -> None:
    done = mingbai("explain", LIMIT, "--on", "2026-09-10", "--posted", "2026-09-20", "--json", cwd=tmp_path)
    got = json.loads(done.stdout)
    assert set(got) == {"duties", "doubts", "schedules"} and done.returncode == 0
    derived = got["schedules"][0]
    assert (derived["due_on"], derived["shown_until"]) == ("2026-10-14", "2026-10-05")
    assert (derived["legal_floor_days"], derived["certain"]) == (15, True)
    assert derived["steps"]
    assert list(tmp_path.iterdir()) == []


def run(*args: Any, **options: Any) -> str:
    out = StringIO()
    call_command(*args, stdout=out, stderr=out, **options)
    return out.getvalue()


def test_without_json_people_read_it() -> None:
    table = run("read", str(SEED_CATALOGUE))
    assert "共 23 项" in table and "居务财务工作" in table
    steps = run("explain", LIMIT, "--on", "2026-09-10")
    assert "应公开日期：2026-10-14" in steps and "10月10日（周六）调休上班" in steps
    assert "系统读不懂" in run("explain", "看情况办", "--on", "2026-09-10")


def test_a_province_sets_what_the_phrase_leaves_open() -> None:
    assert "应公开日期：没有载明" in run("explain", "及时公开", "--on", "2026-03-02")
    assert "应公开日期：2026-03-12" in run("explain", "及时公开", "--on", "2026-03-02", "--profile", "cn-sichuan")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        pytest.param(("explain", "x", "--on", "2026-13-40"), "2026-09-10", id="not-a-date"),
        pytest.param(("explain", "x", "--on", "2026-02-01", "--profile", "mars"), "mars", id="no-such-profile"),
        pytest.param(
            ("explain", "x", "--on", "2026-02-01", "--posted", "2026-01-01"), "早于", id="posted-before-it-happened"
        ),
        pytest.param(("calendar",), "年份", id="no-year"),
        pytest.param(("calendar", "2040"), "2040", id="a-year-that-nobody-knows"),
        pytest.param(("calendar", "0"), "年份", id="not-a-year"),
        pytest.param(("calendar", "--parse", "nowhere.txt"), "nowhere.txt", id="no-such-file"),
        pytest.param(("calendar", "--parse", "a", "--load", "b"), "只能选一个", id="both"),
        pytest.param(("read", "nowhere.docx"), "nowhere.docx", id="no-such-catalogue"),
    ],
)
def test_a_wrong_word_on_the_command_line_is_refused(args: tuple[str, ...], words: str) -> None:
    with pytest.raises(CommandError, match=words) as refused:
        run(*args)
    assert refused.value.returncode in (1, 2)


def test_calendar_draws_a_year_with_its_make_up_days() -> None:
    drawn = run("calendar", "2026")
    assert "2026年" in drawn and "4班" in drawn and "1休" in drawn
    told = json.loads(run("calendar", "2027", "--json"))
    assert told["official"] is False and "2027-10-01" in told["off"] and told["work"] == []


def test_load_stores_a_notice_and_refuses_one_that_changes_a_single_holiday(cast: Cast, tmp_path: Path) -> None:
    out = run("calendar", "--load", str(NOTICES / "2026.txt"))
    assert "已载入2026年的放假安排" in out
    assert WorkingYear.objects.get().year == 2026
    second = tmp_path / "延长.txt"
    second.write_text("关于延长2026年春节假期的通知\n春节：2月15日至2月24日放假调休，共10天。\n", encoding="utf-8")
    with pytest.raises(CommandError, match="不是2026年全年的放假安排"):
        run("calendar", "--load", str(second))
    assert WorkingYear.objects.count() == 1


def test_load_says_which_dates_moved(cast: Cast, owe: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In 2026-12 a date depends on the projected year 2027; the notice, when it comes, moves it."""
    obligation = owe(1, "2026-12-07")
    notice = tmp_path / "2027.txt"
    notice.write_text(
        "国务院办公厅关于2027年部分节假日安排的通知\n"
        "一、元旦：1月1日（周五）至4日（周一）放假调休，共4天。1月9日（周六）上班。\n"
        "二、春节：2月5日（周五）至11日（周四）放假调休，共7天。1月30日（周六）、2月13日（周六）上班。\n"
        "三、清明节：4月3日（周六）至5日（周一）放假，共3天。\n"
        "四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。4月25日（周日）、5月8日（周六）上班。\n"
        "五、端午节：6月9日（周三）放假，共1天。\n"
        "六、中秋节：9月15日（周三）放假，共1天。\n"
        "七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。\n",
        encoding="utf-8",
    )
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon("2026-12-28"))
    assert (obligation.due_on, obligation.certain) == (date(2027, 1, 5), False)
    out = run("calendar", "--load", str(notice))
    obligation.refresh_from_db()
    assert (obligation.due_on, obligation.certain) == (date(2027, 1, 6), True)
    assert obligation.earlier_answers.get().due_on == date(2027, 1, 5)
    assert "已载入2027年" in out and "2027-01-05 → 2027-01-06" in out
