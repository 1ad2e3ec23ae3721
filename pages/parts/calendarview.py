"""工作日历: a year as twelve small months, each day off in words, and which layer says so."""

from __future__ import annotations

from datetime import date
from html import escape

import pandas as pd
import streamlit as st

from branch import calendar_drafts
from branch.calendar_drafts import Told
from pages.parts import calendaredit
from pages.parts.desk import Desk
from pages.parts.turn import turn
from texts import say

# One letter on the day itself, so that no kind is told by colour alone; a plain weekend is only pale.
MARKED = ("holiday", "shifted", "closure")
LOOK = """<style>
.huce-year {display: grid; grid-template-columns: repeat(auto-fill, minmax(15.5rem, 1fr)); gap: 1.1rem 1.6rem}
.huce-year table {border-collapse: collapse; width: 100%; table-layout: fixed; font-variant-numeric: tabular-nums}
.huce-year caption {text-align: left; font-weight: 600; padding: 0 0 0.3rem 0.3rem}
.huce-year th {font-weight: 400; opacity: 0.75; font-size: 0.8rem; padding: 0.1rem 0; border: 0}
.huce-year td {text-align: center; padding: 0.14rem 0; border: 0; line-height: 1.3; font-size: 0.92rem; border-radius: 4px}
.huce-year td small {display: block; font-size: 0.7rem; line-height: 1.1; min-height: 0.78rem}
@media (max-width: 640px) {.huce-year {grid-template-columns: 1fr 1fr; gap: 0.8rem 0.9rem}
  .huce-year td {font-size: 0.8rem; padding: 0.05rem 0} .huce-year th {font-size: 0.7rem}}
.huce-year td.weekend {opacity: 0.72}
.huce-year td.holiday {background: light-dark(#fbe3e0, #5a2a27)}
.huce-year td.shifted {background: light-dark(#dfeaf8, #24405f)}
.huce-year td.closure {background: light-dark(#f2e6c9, #57471d)}
.huce-year td.today {outline: 2px solid currentColor; outline-offset: -2px; font-weight: 700}
</style>"""


def draw(desk: Desk) -> None:
    st.markdown(desk.words("calendar.hint"))
    here = desk.today.year
    chosen = turn(desk.words("calendar.year"), [str(here), str(here + 1), str(here + 2)], "calendar.chosen", str, word="year")
    days, writes = calendar_drafts.year(desk.look, int(chosen)), desk.may("calendar", "write")
    if any(one.provisional for one in days):
        st.warning(" ".join([desk.words("calendar.provisional", year=chosen), *([desk.words("calendar.paste_it")] if writes else [])]))
    else:
        st.caption(desk.words("calendar.published", year=chosen))
    st.caption(desk.words("calendar.sum", workdays=sum(one.works for one in days), **_counts(days)))
    if writes:
        calendaredit.draw(desk)
    st.header(desk.words("calendar.months", year=chosen))
    st.html(f'{LOOK}<div class="huce-year">{"".join(_month(desk, days, number) for number in range(1, 13))}</div>')
    st.caption(desk.words("calendar.legend"))
    st.header(desk.words("calendar.named", year=chosen))
    _list(desk, days)
    st.page_link("ledgers.py", label=desk.words("calendar.leave"), query_params={"table": "leave"})


def _counts(days: list[Told]) -> dict[str, int]:
    return {kind: sum(one.kind == kind for one in days) for kind in MARKED}


def _month(desk: Desk, days: list[Told], number: int) -> str:
    mine = [one for one in days if one.on.month == number]
    heads = "".join(f'<th scope="col">{escape(desk.plainly(f"calendar.weekday.{n}"))}</th>' for n in range(7))
    cells = ["<td></td>"] * mine[0].on.weekday() + [_day(desk, one) for one in mine]
    weeks = "".join(f"<tr>{''.join(cells[n : n + 7])}</tr>" for n in range(0, len(cells), 7))
    title = escape(desk.plainly(f"calendar.month.{number}"))
    return f"<table><caption>{title}</caption><thead><tr>{heads}</tr></thead><tbody>{weeks}</tbody></table>"


def _day(desk: Desk, one: Told) -> str:
    mark = escape(desk.plainly(f"calendar.mark.{one.kind}")) if one.kind in MARKED else ""
    kinds = " ".join(filter(None, (one.kind, "today" if one.on == desk.today else "")))
    said = escape(" · ".join(filter(None, (desk.plainly(f"calendar.kind.{one.kind}"), called(desk, one)))))
    return f'<td class="{kinds}" title="{said}">{one.on.day}<small>{mark}</small></td>'


def called(desk: Desk, one: Told) -> str:
    """What a day is called: as the branch wrote it, else the festival."""
    return one.name or (say(f"calendar.festival.{one.festival}", desk.lang) if one.festival else "")


def _list(desk: Desk, days: list[Told]) -> None:
    """Every day that is not what its weekday says, in words: the same as the months, to be read and searched."""
    named = [one for one in days if one.kind in MARKED or one.layer == "branch"]
    st.dataframe(
        pd.DataFrame(
            {
                desk.plainly("calendar.day"): [one.on.isoformat() for one in named],
                desk.plainly("calendar.weekday_of"): [_weekday(desk, one.on) for one in named],
                desk.plainly("calendar.what"): [desk.plainly(f"calendar.kind.{one.kind}") for one in named],
                desk.plainly("calendar.called"): [called(desk, one) for one in named],
                desk.plainly("calendar.set_by"): [desk.plainly(f"calendar.layer.{one.layer}") for one in named],
                desk.plainly("calendar.source"): [one.source for one in named],
            }
        ),
        hide_index=True, placeholder="", alt=desk.plainly("calendar.named", year=days[0].on.year), key="calendar.list",
    )  # fmt: skip


def _weekday(desk: Desk, day: date) -> str:
    return say(f"screen.weekday.{day.isoweekday()}", desk.lang)
