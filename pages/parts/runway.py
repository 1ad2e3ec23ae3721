"""The credit runway of one customer: a lane for each paper, drawn and said; the latest day on which to begin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from branch import runway as ways
from branch.runway import Lane, Start, Stop
from pages.parts.desk import Desk
from pages.parts.dues import COLOURS
from pages.parts.names import name as name_of
from pages.parts.words import literal
from texts import say

AHEAD, BACK = timedelta(days=200), timedelta(days=60)  # what is drawn; the list has all
LEVELS = (-13, 14, -24)  # pixels from a mark to its numbers
ROOM = 54  # pixels a lane


def runway(desk: Desk, customer: str) -> None:
    """Nothing at all where this person may see no paper that runs out."""
    lanes = ways.lanes(desk.look, desk.person, customer, desk.lang)
    if not lanes:
        return
    titles = {(one.table, one.row): _title(desk, one) for one in lanes}
    drawn = [one for one in lanes if any(_in_sight(desk, stop) for stop in one.stops)]
    if drawn:
        st.vega_lite_chart(
            pd.DataFrame([mark for one in drawn for mark in _marks(desk, one, titles[one.table, one.row])]),
            _spec(desk, [titles[one.table, one.row] for one in drawn]),
            width="stretch",
            height=ROOM * len(drawn) + 104,
            key="runway.chart",
        )
        st.caption(desk.words("runway.how_to_read"))
    for one in lanes:
        with st.container(border=True, gap="xsmall"):
            _said(desk, one, titles[one.table, one.row])


def _title(desk: Desk, lane: Lane) -> str:
    named = name_of(desk, lane.table, lane.row).rpartition(" · ")[2]
    return f"{desk.tables[lane.table].label(desk.lang)} {named}"


def _in_sight(desk: Desk, stop: Stop) -> bool:
    return desk.today - BACK <= stop.due <= desk.today + AHEAD


def _said(desk: Desk, lane: Lane, title: str) -> None:
    """In sentences what the chart shows, and stop by stop."""
    head, comma = [f"**{literal(title)}**"], desk.plainly("comma")
    if lane.expires is not None:
        head.append(desk.words("runway.expires", day=lane.expires, days=(lane.expires - desk.today).days))
    authority = desk.tables[lane.table].column("authority")
    if lane.authority and authority is not None and (choice := authority.choice(lane.authority)):
        head.append(desk.words("runway.authority", level=choice.label(desk.lang)))
    st.markdown(" · ".join(head) + (_start(desk, lane.start) if lane.start is not None else ""))
    if lane.clash is not None:
        letter, step = lane.clash
        st.markdown(desk.words("runway.clash", letter=letter.task, step=step.task, day=step.due))
    for tasks, off in _holidays(lane).items():
        st.markdown(desk.words("runway.moved", days=comma.join(off), tasks=comma.join(tasks)))
    if any(one.provisional for one in lane.stops):
        st.caption(desk.words("due.provisional"))
    with st.expander(desk.words("runway.list", count=len(lane.stops))):
        if lane.start is not None:
            steps = comma.join(desk.plainly("runway.step", task=one.task, day=one.due) for one in lane.start.steps)
            st.markdown(desk.words("runway.counted" if len(lane.start.steps) > 1 else "runway.counted_one", steps=steps))
        st.table(pd.DataFrame([_line(desk, number, stop) for number, stop in enumerate(lane.stops, 1)]), hide_index=True)


def _start(desk: Desk, start: Start) -> str:
    """The badge, and how long there still is."""
    late, days = start.on < desk.today, abs((start.on - desk.today).days)
    badge = f":{'red' if late else 'blue'}-badge[{literal(desk.plainly('runway.start', day=start.on))}]"
    return f"  \n{badge} {desk.words('runway.start_late' if late else 'runway.start_left', days=days)}"


def _holidays(lane: Lane) -> Mapping[tuple[str, ...], list[str]]:
    """Tasks → the days off that moved them together."""
    off = {one: list(dict.fromkeys(stop.task for stop in lane.stops if one in stop.moved)) for stop in lane.stops for one in stop.moved}
    found: dict[tuple[str, ...], list[str]] = {}
    for one, tasks in off.items():
        found.setdefault(tuple(tasks), []).append(one)
    return found


def _line(desk: Desk, number: int, stop: Stop) -> dict[str, str]:
    until = desk.plainly("runway.window", first=stop.opens, last=stop.due) if stop.opens else str(stop.due)
    if stop.kind == "interest":
        until = desk.plainly("runway.interest", day=stop.anchor, last=stop.due)
    state = f":{COLOURS.get(stop.state, 'gray')}-badge[{literal(say(f'state.{stop.state}', desk.lang))}]"
    done = f" {stop.met_on}" if stop.met_on else ""
    return {
        desk.plainly("runway.number"): str(number),
        desk.plainly("runway.task"): literal(stop.task),
        desk.plainly("runway.until"): literal(until),
        desk.plainly("runway.state"): state + done,
    }


def _marks(desk: Desk, lane: Lane, title: str) -> list[dict[str, Any]]:
    """What is drawn of one lane: the way, its windows, and one mark a day with the numbers of its stops in the list."""
    seen = [(number, stop) for number, stop in enumerate(lane.stops, 1) if _in_sight(desk, stop)]
    first = min(stop.opens or stop.due for _, stop in seen)
    last = max(stop.due for _, stop in seen)
    marks: list[dict[str, Any]] = [_mark(title, "way", first, last)]
    marks += [_mark(title, "window", stop.opens, stop.due) for _, stop in seen if stop.opens and stop.kind != "interest"]
    for place, day in enumerate(sorted({stop.due for _, stop in seen})):
        here = [(number, stop) for number, stop in seen if stop.due == day]
        tasks = "；".join(f"{number} {stop.task}" for number, stop in here)
        kind = desk.plainly(f"runway.mark.{_kind([stop for _, stop in here])}")
        marks.append(_mark(title, "stop", day, day, "·".join(str(number) for number, _ in here), kind, tasks, place % len(LEVELS)))
    return marks


def _mark(
    lane: str, part: str, first: object, last: object, label: str = "", kind: str = "", tasks: str = "", level: int = 0
) -> dict[str, Any]:
    """`level`: how high its numbers stand, so that those of days close together do not run into each other."""
    return {
        "level": level,
        "lane": lane,
        "part": part,
        "first": str(first),
        "last": str(last),
        "label": label,
        "kind": kind,
        "tasks": tasks,
    }


def _kind(stops: Sequence[Stop]) -> str:
    """The most pressing of one day."""
    states = {stop.state for stop in stops}
    if "overdue" in states:
        return "late"
    if any(stop.kind == "expiry" for stop in stops):
        return "expiry"
    return "todo" if any(stop.unmet for stop in stops) else "done"


def _spec(desk: Desk, lanes: Sequence[str]) -> dict[str, Any]:
    """Shapes say what colours say too; days are the branch's, whatever the browser's zone."""
    kinds = ("todo", "late", "done", "expiry")
    names = [desk.plainly(f"runway.mark.{kind}") for kind in kinds]
    day = {"type": "temporal", "title": None, "scale": {"type": "utc"}}
    axis = {"format": "%Y-%m", "labelAngle": 0, "labelOverlap": "greedy", "tickCount": 6}
    lane = {
        "field": "lane",
        "type": "nominal",
        "sort": list(lanes),
        "title": None,
        "axis": {"labelLimit": 130, "ticks": False, "domain": False},
    }
    tip = [
        {"field": "lane", "title": desk.plainly("runway.paper")},
        {"field": "last", "title": desk.plainly("runway.until"), "type": "nominal"},
        {"field": "tasks", "title": desk.plainly("runway.task")},
    ]
    span = {"x": {"field": "first", **day, "axis": axis}, "x2": {"field": "last"}, "y": lane}
    point = {"x": {"field": "last", **day, "axis": axis}, "y": lane}
    scales = {
        "shape": {"domain": names, "range": ["diamond", "triangle-up", "circle", "square"]},
        "color": {"domain": names, "range": ["#4a86d8", "#d9534a", "#3f9b6b", "#8592a3"]},
    }
    legend = {"orient": "bottom", "direction": "horizontal", "title": None, "columns": 2}
    coded = {channel: {"field": "kind", "type": "nominal", "scale": scale, "legend": legend} for channel, scale in scales.items()}
    today = {"values": [{"day": desk.today.isoformat(), "said": desk.plainly("runway.today")}]}
    on_day = {"x": {"field": "day", **day}}
    return {
        "layer": [
            {"mark": {"type": "bar", "height": 2, "color": "#8592a3"}, "transform": [_only("way")], "encoding": span},
            {"mark": {"type": "bar", "height": 9, "color": "#7fa6d8", "opacity": 0.45}, "transform": [_only("window")], "encoding": span},
            {"data": today, "mark": {"type": "rule", "strokeDash": [4, 3], "color": "#8592a3"}, "encoding": on_day},
            {
                "data": today,
                "mark": {"type": "text", "dy": -8, "color": "#8592a3", "baseline": "bottom"},
                "encoding": on_day | {"y": {"value": 0}, "text": {"field": "said"}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 95, "opacity": 1},
                "transform": [_only("stop")],
                "encoding": point | coded | {"tooltip": tip},
            },
            *(
                {
                    "mark": {"type": "text", "dy": dy, "fontSize": 11, "color": "#8592a3"},
                    "transform": [_only("stop"), {"filter": f"datum.level == {level}"}],
                    "encoding": point | {"text": {"field": "label"}},
                }
                for level, dy in enumerate(LEVELS)
            ),
        ],
        "padding": {"top": 16, "left": 2, "right": 8, "bottom": 2},
    }


def _only(part: str) -> dict[str, str]:
    return {"filter": f"datum.part == '{part}'"}
