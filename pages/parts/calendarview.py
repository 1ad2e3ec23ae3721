"""工作日历: a year as twelve small months, each day off in words, and which layer says so."""

from __future__ import annotations

from datetime import date

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
.st-key-huce_year {display: grid; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); gap: 1.1rem 1.6rem}
.st-key-huce_year table {width: 100%; table-layout: fixed; font-variant-numeric: tabular-nums; border: 0}
.st-key-huce_year th, .st-key-huce_year td {text-align: center; padding: 0.12rem 0; border: 0; font-size: 0.9rem; white-space: nowrap}
.st-key-huce_year th {font-weight: 400; opacity: 0.75; font-size: 0.8rem}
</style>"""
SHADE = {"holiday": "red", "shifted": "blue", "closure": "orange"}


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
    st.html(LOOK)
    with st.container(key="huce_year"):
        for number in range(1, 13):
            st.markdown(_month(desk, days, number))
    st.caption(desk.words("calendar.legend"))
    st.header(desk.words("calendar.named", year=chosen))
    _list(desk, days)
    st.page_link("ledgers.py", label=desk.words("calendar.leave"), query_params={"table": "leave"})


def _counts(days: list[Told]) -> dict[str, int]:
    return {kind: sum(one.kind == kind for one in days) for kind in MARKED}


def _month(desk: Desk, days: list[Told], number: int) -> str:
    """A month as a table, Monday to Sunday."""
    mine = [one for one in days if one.on.month == number]
    cells = [""] * mine[0].on.weekday() + [_day(desk, one) for one in mine]
    cells += [""] * (-len(cells) % 7)
    weeks = [cells[n : n + 7] for n in range(0, len(cells), 7)]
    heads = [desk.plainly(f"calendar.weekday.{n}") for n in range(7)]
    lines = [heads, ["---"] * 7, *weeks]
    return f"**{desk.words(f'calendar.month.{number}')}**\n\n" + "\n".join(f"|{'|'.join(line)}|" for line in lines)


def _day(desk: Desk, one: Told) -> str:
    """The number of a day; what it is besides stands beside it as one letter."""
    text = f"**{one.on.day}**" if one.on == desk.today else str(one.on.day)
    if one.kind in MARKED:
        return f":{SHADE[one.kind]}-background[{text}{desk.words(f'calendar.mark.{one.kind}')}]"
    return text if one.works else f":gray[{text}]"


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
