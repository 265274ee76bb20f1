"""Write mingbai/data/workdays/YEAR.json from the tables of the development dependency ``chinesecalendar``.

Run as ``python -m tools.workdays_from_chinesecalendar`` after raising that dependency; a test says when the packaged
files and its tables differ.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from chinese_calendar.constants import Holiday, holidays, workdays

from mingbai.rules.workdays import YearTable

FOLDER = Path(__file__).parent.parent / "mingbai" / "data" / "workdays"

NAMES = {
    Holiday.new_years_day.value: "元旦",
    Holiday.spring_festival.value: "春节",
    Holiday.tomb_sweeping_day.value: "清明节",
    Holiday.labour_day.value: "劳动节",
    Holiday.dragon_boat_festival.value: "端午节",
    Holiday.national_day.value: "国庆节",
    Holiday.mid_autumn_festival.value: "中秋节",
    Holiday.anti_fascist_70th_day.value: "抗战胜利70周年纪念日",
}

# Three years were changed by a second notice after the yearly one; chinesecalendar holds the changed state.
SECOND_NOTICES = {
    2015: "《国务院关于中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日调休放假的通知》",
    2019: "《国务院办公厅关于调整2019年劳动节假期安排的通知》",
    2020: "《国务院办公厅关于延长2020年春节假期的通知》",
}


def notice_year(day: date, holiday: str) -> int:
    """The year whose notice names the day: days of 元旦 in December stand in the next year's notice."""
    return day.year + 1 if holiday == Holiday.new_years_day.value and day.month == 12 else day.year


def source(year: int) -> str:
    """The notices a year's table comes from, as people cite them."""
    return f"《国务院办公厅关于{year}年部分节假日安排的通知》" + SECOND_NOTICES.get(year, "")


def tables() -> list[YearTable]:
    """One official table for every year that chinesecalendar knows."""
    years = sorted({notice_year(day, name) for day, name in holidays.items()})
    return [
        YearTable(
            year=year,
            off={day: NAMES[name] for day, name in holidays.items() if notice_year(day, name) == year},
            work={day: NAMES[name] for day, name in workdays.items() if notice_year(day, name) == year},
            source=source(year),
            official=True,
        )
        for year in years
    ]


def main() -> None:
    """Write one file a year."""
    FOLDER.mkdir(exist_ok=True)
    for table in tables():
        text = json.dumps(table.to_json(), ensure_ascii=False, indent=1)
        (FOLDER / f"{table.year}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
