"""Dates and instants in cells: year first, four digits, a day that exists; nothing is guessed (HU033)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets.cells import plain, read, read_column, show
from sheets.schema import Column
from sheets.tables import TABLES
from tests.sheets.cases import rows, table

DAY = Column("on", "日期", "Date", "date")
MUST = Column("on", "日期", "Date", "date", required=True)
AT = Column("at", "时间", "At", "datetime")
MONTHDAY = Column("day", "扣息日", "Interest day", "monthday")
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


def cell_of(row: dict[str, Any]) -> object:
    if row["cell_kind"] == "datetime":
        return datetime.fromisoformat(row["cell"])
    return date.fromisoformat(row["cell"]) if row["cell_kind"] == "date" else row["cell"]


@pytest.mark.parametrize("row", rows("dates"))
def test_the_shared_dates_read_as_they_must(row: dict[str, Any]) -> None:
    found = read(DAY, cell_of(row), epoch=1904 if row["cell_kind"] == "xlsx_1904" else 1900)
    if row["expect"] == "issue":
        assert found.value is None
        assert found.code
        assert found.raw == row["cell"]
        assert not found.warning
    elif row["expect"] == "blank+required_issue":
        assert (found.value, found.code) == (None, "")
        assert read(MUST, row["cell"]).code == "missing"
    else:
        assert found.value == date.fromisoformat(row["expect"])
        assert found.code == ""


GOOD = """
２０２６－０３－０５ | 2026-03-05
2026.3.5 | 2026-03-05
2026．3．5 | 2026-03-05
2026–03–05 | 2026-03-05
2026年03月05日 | 2026-03-05
2026年3月5号 | 2026-03-05
2026 年 3 月 5 日 | 2026-03-05
2026 - 3 - 5 | 2026-03-05
\\t2026-03-05\\n | 2026-03-05
2026-03-05T08:00Z | 2026-03-05
2026-03-04T16:00:00Z | 2026-03-05
2026-03-05T23:59:59.999+08:00 | 2026-03-05
2026-03-05T20:00:00-0400 | 2026-03-06
2026/3/5 14:30 | 2026-03-05
2026/3/5 下午2:30:00 | 2026-03-05
2026-03-05 2:30 PM | 2026-03-05
2026年3月5日 14时30分 | 2026-03-05
20260305143000 | 2026-03-05
2026年3月5日星期四 | 2026-03-05
2026-03-05 (周四) | 2026-03-05
二〇二六年三月五日 | 2026-03-05
二○二六年十二月三十一日 | 2026-12-31
5-Mar-2026 | 2026-03-05
Mar 5, 2026 | 2026-03-05
5th March 2026 | 2026-03-05
2000-02-29 | 2000-02-29
1900-01-01 | 1900-01-01
2100-12-31 | 2100-12-31
"""


@pytest.mark.parametrize(("cell", "wanted"), table(GOOD))
def test_dates_that_are_certain(cell: str, wanted: str) -> None:
    assert read(DAY, cell).value == date.fromisoformat(wanted)
    assert read(DAY, cell).code == ""


BAD = """
2026-02-30 | date_no_such_day
2026-04-31 | date_no_such_day
2100-02-29 | date_no_such_day
2026年2月29日 | date_no_such_day
20260230 | date_no_such_day
2026-03-00 | date_no_such_day
2026-00-10 | date_no_such_month
2026-13-01 | date_no_such_month
3/5/2026 | date_order
05-03-2026 | date_order
13.5.2026 | date_order
26-3-5 | date_two_digit_year
26/3/5 | date_two_digit_year
26年3月5日 | date_two_digit_year
'26.3.5 | date_two_digit_year
260305 | date_two_digit_year
5-Mar-26 | date_two_digit_year
3-5 | date_no_year
3/5 | date_no_year
3月5号 | date_no_year
2026-03 | date_month_only
2026/3 | date_month_only
2026年3 | date_month_only
202603 | date_month_only
2026 | date_year_only
2026年 | date_year_only
46086 | date_serial_text
46086.5 | date_serial_text
9999-12-31 | date_too_late
2101-01-01 | date_too_late
1899-12-31 | date_too_early
0026-03-05 | date_too_early
长期 | date_no_expiry
长期有效 | date_no_expiry
无固定期限 | date_no_expiry
2026-03-05 24:00 | date_no_such_time
2026-03-05 10:60 | date_no_such_time
2026-03-05 13:00 PM | date_no_such_time
2026年3月5日星期五 | date_weekday
2026-03-05至2026-06-05 | date_several
2026.3.5、2026.3.6 | date_several
约2026-03-05 | date_unreadable
2026-03-05前 | date_unreadable
2026-03-05? | date_unreadable
2026/03-05 | date_unreadable
2026-03-055 | date_unreadable
2026.3-5 | date_unreadable
٢٠٢٦-٠٣-٠٥ | date_unreadable
2026-03-05 10:00 CST | date_unreadable
三月五日 | date_unreadable
二〇二六年二月三十日 | date_no_such_day
待定 | date_unreadable
- | date_unreadable
nan | date_unreadable
None | date_unreadable
#REF! | formula_error
#VALUE! | formula_error
#N/A | formula_error
######## | formula_error
Loading... | formula_error
Loading… | formula_error
"""


@pytest.mark.parametrize(("cell", "code"), table(BAD))
def test_dates_that_would_need_guessing(cell: str, code: str) -> None:
    found = read(DAY, cell)
    assert (found.value, found.code, found.raw, found.warning) == (None, code, cell, False)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [(46086, "2026-03-05"), (46086.0, "2026-03-05"), (46086.99, "2026-03-05"), (20260305, "2026-03-05"),
     (61, "1900-03-01"), (73415, "2100-12-31"), (np.float64(46086), "2026-03-05"), (np.int64(46086), "2026-03-05")],
)  # fmt: skip
def test_a_number_is_the_day_count_of_a_spreadsheet(cell: object, wanted: str) -> None:
    assert read(DAY, cell).value == date.fromisoformat(wanted)


@pytest.mark.parametrize(
    ("cell", "code"),
    [(60, "date_serial_range"), (1, "date_serial_range"), (0, "date_serial_range"), (-5, "date_serial_range"),
     (73416, "date_serial_range"), (1e300, "date_serial_range"), (float("inf"), "date_serial_range"),
     (2026, "date_year_only"), (202603, "date_month_only"), (20260230, "date_no_such_day"), (True, "date_unreadable")],
)  # fmt: skip
def test_numbers_that_are_no_certain_day(cell: object, code: str) -> None:
    assert (read(DAY, cell).value, read(DAY, cell).code) == (None, code)


def test_workbooks_of_the_1904_system_count_from_there() -> None:
    assert read(DAY, 44624, epoch=1904).value == date(2026, 3, 5)
    assert read(DAY, 1, epoch=1904).value == date(1904, 1, 2)


@pytest.mark.parametrize("cell", ["", "  ", "\u3000", "\ufeff", None, float("nan"), pd.NaT, pd.NA, np.nan])
def test_empty_is_empty_and_told_only_where_required(cell: object) -> None:
    assert (read(DAY, cell).value, read(DAY, cell).code) == (None, "")
    assert read(MUST, cell).code == "missing"


def test_objects_of_spreadsheet_libraries() -> None:
    late = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    assert read(DAY, date(2026, 3, 5)).value == date(2026, 3, 5)
    assert read(DAY, datetime(2026, 3, 5, 23, 59)).value == date(2026, 3, 5)
    assert read(DAY, late).value == date(2026, 3, 5)
    assert read(DAY, pd.Timestamp("2026-03-05")).value == date(2026, 3, 5)
    assert read(DAY, date(1899, 1, 1)).code == "date_too_early"
    assert read(AT, late).value == datetime(2026, 3, 5, 7, 30)
    assert read(AT, late.astimezone(timezone(timedelta(hours=-11)))).value == datetime(2026, 3, 5, 7, 30)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [("2026-03-05 14:30", "2026-03-05T14:30:00"), ("2026-03-05T06:30:00Z", "2026-03-05T14:30:00"),
     ("2026-03-05T14:30:00+08:00", "2026-03-05T14:30:00"), ("2026-03-05", "2026-03-05T00:00:00"),
     ("2026/3/5 上午12:05", "2026-03-05T00:05:00"), (46086.604166666664, "2026-03-05T14:30:00"),
     ("2026-03-05 14:30:59.999", "2026-03-05T14:30:59")],
)  # fmt: skip
def test_instants_are_naive_shanghai_to_the_second(cell: object, wanted: str) -> None:
    assert read(AT, cell).value == datetime.fromisoformat(wanted)


@pytest.mark.parametrize(("cell", "wanted"), [("20", 20), ("20日", 20), ("每月21号", 21), ("月末", 31), (20.0, 20), (1, 1), ("２０", 20)])
def test_a_day_of_the_month(cell: object, wanted: int) -> None:
    assert read(MONTHDAY, cell).value == wanted


@pytest.mark.parametrize("cell", ["0", "32", 0, 32, 20.5, "20-21", "2026-03-20", date(2026, 3, 20), True and "二十", "-1"])
def test_what_is_no_day_of_the_month(cell: object) -> None:
    assert read(MONTHDAY, cell).code == "monthday_range"


@given(DAYS)
def test_a_day_written_in_any_sure_way_is_that_day(day: date) -> None:
    ways = (
        day.isoformat(), f"{day.year}/{day.month}/{day.day}", f"{day.year}.{day.month}.{day.day}", f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日", f"{day.isoformat()} 00:00:00", f"{day:%Y-%m-%d}T00:00:00+08:00",
    )  # fmt: skip
    assert {read(DAY, way).value for way in ways} == {day}


@given(DAYS)
def test_days_are_written_and_read_back(day: date) -> None:
    assert read(DAY, plain(DAY, day)).value == day
    assert read(DAY, show(DAY, day, "zh")).value == read(DAY, show(DAY, day, "en")).value == day
    assert plain(DAY, pd.Timestamp(day)) == day.isoformat()


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 12, 31)))
def test_instants_are_written_and_read_back(at: datetime) -> None:
    whole = at.replace(microsecond=0)
    assert read(AT, plain(AT, whole)).value == whole
    assert plain(AT, whole).endswith("+08:00")


@given(st.integers(1, 31))
def test_days_of_the_month_are_written_and_read_back(day: int) -> None:
    assert read(MONTHDAY, plain(MONTHDAY, day)).value == day
    assert read(MONTHDAY, show(MONTHDAY, day, "zh")).value == read(MONTHDAY, show(MONTHDAY, day, "en")).value == day


@given(st.text(max_size=30))
def test_no_text_whatever_breaks_the_reader(text: str) -> None:
    found = read(DAY, text)
    assert found.value is None or isinstance(found.value, date)
    assert (
        found.value is not None
        or found.code
        or not text.strip(
            "\u200b\u200e\u200f\u2060\ufeff \t\r\n\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
        )
    )


def test_one_bad_date_among_500_costs_only_itself() -> None:
    """HU034: 499 good rows, one 2026-02-30."""
    cells: list[object] = ["2026-03-05"] * 250 + ["2026-02-30"] + ["2026/3/6"] * 249
    values, told = read_column(DAY, cells)
    assert values.count(date(2026, 3, 5)) == 250
    assert values.count(date(2026, 3, 6)) == 249
    assert {position: reading.code for position, reading in told.items()} == {250: "date_no_such_day"}


@pytest.mark.parametrize(
    ("cell", "code"),
    [("1970-01-01", "date_zero"), ("1900-01-01", "date_zero"), (25569, "date_zero"), ("1989-12-31", "date_zero"),
     ("1900-01-00", "date_no_such_day"), ("0000-00-00", "date_too_early"), ("1990-01-01", "")],
)  # fmt: skip
def test_a_deadline_is_no_zero_of_a_computer(cell: object, code: str) -> None:
    assert read(TABLES["ratings"]["expires_on"], cell).code == code


def test_a_company_may_be_as_old_as_it_is() -> None:
    assert read(TABLES["customers"]["founded_on"], "1970-01-01").value == date(1970, 1, 1)
