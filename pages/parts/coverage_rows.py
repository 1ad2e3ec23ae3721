"""访问覆盖: customers down, roles and modes across; a click on a name opens the customer, on a cell the visits that counted."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from branch.board import coverage
from branch.board.coverage import MET, OVER, SOON
from pages.parts import board, cards, drawer, listing
from pages.parts.board_matrix import AMBER, INK, PALE, RED
from pages.parts.coverage_choose import columns, label, mode, role
from pages.parts.desk import Desk
from pages.parts.names import name as name_of
from pages.parts.words import link, literal

NAME = "coverage.rows"
WIDTHS = {"zh": 158}  # pixels: a missed period with its count, uncut
WIDE = 232  # in a language that needs more room
CUSTOMER, MANAGER = "_customer", "_manager"


def draw(desk: Desk, cells: pd.DataFrame, rows: pd.DataFrame) -> None:
    """`rows`: the customers that are shown, of `coverage.customers`; `cells`: all that is asked of them, and perhaps of others."""
    if picked := str(st.session_state.pop(f"{NAME}.open", "")):
        listing.release(NAME)
        st.switch_page("customer.py", query_params={"id": picked})
    drawer.follow(NAME)
    if rows.empty:
        listing.empty(desk, "coverage.none_shown")
    else:
        page = listing.paged(desk, rows, NAME, hint="coverage.click")
        _table(desk, cells[cells["customer"].isin(set(page["customer"]))], page)
    drawer.show(NAME, lambda one: name_of(desk, "customers", one.partition("~")[0]), partial(_body, desk))


def text(desk: Desk, standing: str, rolling: bool, days: int, done: int, wanted: int) -> str:
    """A cell in words: 逾期 5 天（0/1）; of a period that is over, whose visits were."""
    code = "today" if standing != MET and days == 0 else "missed" if standing == OVER and not rolling else standing
    return desk.plainly(f"coverage.cell_{code}", days=abs(days), done=done, wanted=wanted)


def _table(desk: Desk, cells: pd.DataFrame, page: pd.DataFrame) -> None:
    known = {key: one for key, one in columns(desk).items() if (cells["cadence"] == key).any()}
    ids = tuple(page["customer"].astype(str))
    named = [name_of(desk, "customers", one) for one in ids]
    managers = [board.who(desk, one) for one in page["whose"]]
    days = cells.pivot_table(index="customer", columns="cadence", values="days", aggfunc="first").reindex(
        index=list(ids), columns=list(known)
    )
    drawn = days.reset_index(drop=True)
    drawn.insert(0, CUSTOMER, named)
    place, cards_ = {one: at for at, one in enumerate(ids)}, pd.DataFrame({CUSTOMER: named})
    if len(set(managers)) > 1:
        drawn.insert(1, MANAGER, managers)
        cards_[MANAGER] = managers
    style = drawn.style
    for key, one in known.items():  # few different cells each, so each is written once
        part = cells[cells["cadence"] == key]
        said = pd.Series("", index=range(len(ids)))
        for (standing, rolling, done, wanted), alike in part.groupby(["standing", "rolling", "done", "wanted"], sort=False):
            at = [place[one] for one in alike["customer"]]
            write = partial(_written, desk, str(standing), bool(rolling), int(done), int(wanted))
            style = style.format(write, subset=(at, [key]))
            style = style.map(partial(_ground, str(standing)), subset=(at, [key]))
            said.iloc[at] = [write(one) for one in alike["days"]]
        _into(desk, cards_, role(desk, one.roles), mode(desk, one.mode), said)
    wide = WIDTHS.get(desk.lang, WIDE)
    config = {
        key: st.column_config.NumberColumn(literal(label(desk, one)), help=desk.words("coverage.cell_help"), width=wide)
        for key, one in known.items()
    }
    config |= {CUSTOMER: st.column_config.TextColumn(desk.words("coverage.customer"), pinned=True)}
    config |= {MANAGER: st.column_config.TextColumn(literal(desk.tables["customers"]["owner"].label(desk.lang)))}
    picking = listing.pick_rows(NAME, ids)
    with st.container(key="wide_coverage_rows"):
        st.dataframe(
            style, hide_index=True, column_config=config, key=picking, height=560 if len(ids) > 14 else "content", placeholder="",
            selection_mode="single-cell", on_select=lambda: _pick(picking), alt=desk.plainly("coverage.matrix"),
        )  # fmt: skip
    cards.draw(desk, cards_, config, ids, NAME, "row")


def _into(desk: Desk, drawn: pd.DataFrame, heading: str, kind: str, said: pd.Series) -> None:
    """A line of each card is a role, with its modes."""
    mine = [desk.plainly("coverage.mode_line", mode=kind, cell=one) if one else "" for one in said]
    before = drawn[heading] if heading in drawn else [""] * len(mine)
    drawn[heading] = [" · ".join(filter(None, pair)) for pair in zip(before, mine, strict=True)]


def _written(desk: Desk, standing: str, rolling: bool, done: int, wanted: int, days: float) -> str:
    return text(desk, standing, rolling, int(days), done, wanted)


def _ground(standing: str, days: float) -> str:
    colour = RED if standing == OVER else PALE if standing == MET else AMBER if days <= SOON else ""
    return f"background-color: {colour}; color: {INK}" if colour else ""


def _pick(key: str) -> None:
    """The cell that was clicked, by the customers of the table as it was drawn."""
    chosen = st.session_state[key]["selection"]["cells"]
    ids = st.session_state.get(f"{NAME}.ids", {}).get(key, ())
    if not chosen or chosen[0][0] >= len(ids):
        return
    row, column = ids[chosen[0][0]], chosen[0][1]
    if column in (CUSTOMER, MANAGER):
        st.session_state[f"{NAME}.open"] = row
    else:
        st.session_state[f"{NAME}.row"] = f"{row}~{column}"


def _body(desk: Desk, chosen: str) -> None:
    """What is asked of one customer (of one role and mode where a cell was clicked), and the visits that counted."""
    customer, _, key = chosen.partition("~")
    every = coverage.windows(desk.look, desk.person)
    mine = every[(every["customer"] == customer) & (every["cadence"] == (key or every["cadence"]))]
    if mine.empty:
        listing.empty(desk, "not_found")
        return
    known = columns(desk)
    counted = coverage.counted(desk.look, desk.person, mine)
    mine = mine.assign(place=mine["cadence"].map(list(known).index)).sort_values(["place", "until"], kind="stable")
    for one in mine.to_dict("records"):
        with st.container(border=True, gap="xsmall"):
            said = text(desk, str(one["standing"]), bool(one["rolling"]), int(one["days"]), int(one["done"]), int(one["wanted"]))
            colour = (
                "red" if one["standing"] == OVER else "green" if one["standing"] == MET else "orange" if one["days"] <= SOON else "gray"
            )
            st.markdown(f":{colour}-badge[{literal(said)}] **{literal(label(desk, known[str(one['cadence'])]))}**")
            st.text(_window(desk, one))
            visits = counted[counted["key"] == one["key"]]
            if visits.empty:
                st.caption(desk.words("coverage.counted_none"))
            for visit in visits.to_dict("records"):
                _visit(desk, str(visit["visit"]), f"{visit['on']:%Y-%m-%d}", str(visit["together"]))
    st.page_link("customer.py", label=link(desk.words("coverage.open_customer")), query_params={"id": customer})


def _window(desk: Desk, one: dict[str, object]) -> str:
    if pd.isna(one["since"]):  # type: ignore[call-overload]
        said = desk.plainly("coverage.window_never")
    else:
        days = {key: f"{one[key]:%Y-%m-%d}" for key in ("since", "until")}
        said = desk.plainly("coverage.window", **days, done=one["done"], wanted=one["wanted"])
    people = desk.plainly("comma").join(name_of(desk, "staff", each) for each in str(one["person"] or one["by"]).split(";") if each)
    return f"{said}\n{desk.plainly('coverage.turn_of', name=people or desk.plainly('coverage.nobody'))}"


def _visit(desk: Desk, visit: str, day: str, together: str) -> None:
    """A visit that counted: its day, all who took part, and for whom it counted where that is more than one role."""
    found, known = desk.row("visits", visit) or {}, columns(desk)
    people = "、".join(name_of(desk, "staff", one) for one in str(found.get("participants") or "").split(";") if one)
    line = desk.words("coverage.counted_line", day=day, names=people)
    st.page_link("visits.py", label=link(line), query_params={"part": "recent", "row": visit})
    if together:
        said = "、".join(label(desk, known[one]) for one in together.split(";"))
        st.caption(desk.words("coverage.joint_line", columns=said))
