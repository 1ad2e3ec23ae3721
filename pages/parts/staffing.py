"""Teams and people of the branch: entered and changed by a short form, and who of them can sign in."""

from __future__ import annotations

from typing import Any

import streamlit as st

from branch import accounts
from pages.parts import inviting, listing, shown
from pages.parts.desk import Desk
from pages.parts.form import Form, fill
from pages.parts.names import name as name_of
from pages.parts.words import link

TEAM = ("id", "name", "team_leader", "leader")
PERSON = (("who", ("id", "name", "role", "status")), ("place", ("team", "leader")), ("mail", ("email", "lang")))
SHOWN = ("id", "name", "role", "team", "leader", "email", "status")
NEW = {"teams": {}, "staff": {"status": "active"}}  # what the form of a new row starts with
OPEN = "people.open"  # table and row of the form that is open; a new row is ""


def draw(desk: Desk) -> None:
    st.markdown(desk.words("people.hint"))
    _teams(desk)
    _people(desk)
    inviting.draw(desk)


def _teams(desk: Desk) -> None:
    rows = desk.rows("teams")
    st.header(desk.words("people.teams", count=len(rows)))
    if rows.empty:
        listing.empty(desk, "people.no_teams")
    else:
        table = desk.tables["teams"]
        st.dataframe(
            shown.frame(desk, table, rows, TEAM),
            hide_index=True,
            column_config=shown.config(desk, table, TEAM),
            placeholder="",
            alt=table.label(desk.lang),
        )
    _hand(desk, "teams")


def _people(desk: Desk) -> None:
    table, rows = desk.tables["staff"], desk.rows("staff")
    st.header(desk.words("people.staff", count=len(rows)))
    able, invited = accounts.able(desk.branch), accounts.invited(desk.branch, desk.now)

    def access(one: object) -> str:
        until = invited.get(str(one))
        if str(one) in able:
            return desk.plainly("people.able")
        return desk.plainly("people.invited", until=f"{until:%m-%d %H:%M}") if until else desk.plainly("people.none")

    drawn = shown.frame(desk, table, rows, SHOWN)
    drawn.insert(2, "able", rows["id"].map(access).astype("str"))
    config = shown.config(desk, table, SHOWN) | {"able": st.column_config.TextColumn(desk.plainly("setup.able"), width="medium")}
    st.dataframe(drawn, hide_index=True, column_config=config, placeholder="", alt=table.label(desk.lang))
    _hand(desk, "staff")


def _hand(desk: Desk, table: str) -> None:
    """The ways to enter and to change rows of a table, and the form that is open."""
    known = {str(one): name_of(desk, table, one) for one in desk.rows(table)["id"]}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(desk.words(f"people.add.{table}"), key=f"people.add.{table}", type="primary", on_click=_open, args=(table, ""))
        if known:
            st.selectbox(
                desk.words("people.change"),
                list(known),
                index=None,
                key=f"people.pick.{table}",
                width=260,
                placeholder=desk.plainly("people.change"),
                label_visibility="collapsed",
                format_func=lambda one: f"{known.get(one, one)} · {one}",
                on_change=_pick,
                args=(table,),
            )
        st.page_link("importing.py", label=link(desk.words("people.by_file")), query_params={"table": table})
        st.page_link("ledgers.py", label=link(desk.words("people.whole")), query_params={"table": table})
    opened, row = st.session_state.get(OPEN, ("", ""))
    if opened == table:
        _form(desk, table, row)


def _form(desk: Desk, table: str, row: str) -> None:
    heading = f"people.change_one.{table}" if row else f"people.add.{table}"
    with st.container(border=True):
        st.markdown(f"**{desk.words(heading, name=name_of(desk, table, row))}**")
        if table == "staff" and desk.rows("teams").empty:
            st.info(desk.words("people.teams_first"))
        groups = (("", TEAM),) if table == "teams" else tuple((desk.plainly(f"people.group.{group}"), keys) for group, keys in PERSON)
        if row:  # a number is good once
            groups = tuple((said, tuple(key for key in keys if key != "id")) for said, keys in groups)
        form = Form(f"people.{table}.{row or 'new'}", "settings", table, groups, row)
        if fill(desk, form, _start(table)):
            if row:
                st.session_state.pop(OPEN, None)
            st.rerun()
        st.button(desk.words("people.close"), key=f"people.close.{table}", type="tertiary", on_click=_close)


def _start(table: str) -> dict[str, Any]:
    return dict(NEW[table])


def _open(table: str, row: str) -> None:
    st.session_state[OPEN] = (table, row)


def _pick(table: str) -> None:
    row = st.session_state.get(f"people.pick.{table}")
    if row:
        _open(table, row)
        st.session_state[f"people.pick.{table}"] = None


def _close() -> None:
    st.session_state.pop(OPEN, None)
