"""Key persons, masked; showing one in full is an act with a reason, written down."""

from __future__ import annotations

import streamlit as st

from branch import access, audit, clock
from pages.parts import drafts, drawer, listing, rowview
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.names import name as name_of
from pages.parts.words import link, literal
from texts import Fault

WHY, TYPED = "contacts.why", ("reason",)
SHOWN = ("name", "position", "parts", "influence", "relation", "mobile", "office_phone", "email", "in_post")


def contacts(desk: Desk, customer: str) -> None:
    rows = desk.rows("contacts")
    mine = rows[rows["customer"].astype("str") == customer]
    if desk.may("contacts", "create"):
        st.page_link("ledgers.py", label=link(desk.words("add")), query_params={"table": "contacts", "customer": customer})
    if mine.empty:
        listing.empty(desk, "contacts.none")
        return
    own = access.keeps(desk.person)
    st.caption(desk.words("contacts.hint_own" if own else "contacts.hint"))
    drawer.follow("contacts", "contact")
    listing.choose(desk, desk.tables["contacts"], mine, SHOWN, "contacts", word="contact")
    drawer.show("contacts", lambda one: name_of(desk, "contacts", one), _one, "contact")


def _one(row: str) -> None:
    """One key person: in full after they were asked for, else as everybody may see them and edit what is theirs to edit."""
    desk = require("customer")
    open_ = st.session_state.get("contacts.open", {})
    if open_.get("id") == row:
        rowview.facts(desk, desk.tables["contacts"], open_)
        return
    if desk.may("contacts", "unmask"):
        with st.container(border=True):
            if not access.keeps(desk.person):
                name = f"{WHY}.{row}"
                drafts.load_fields(desk, name, TYPED)
                st.text_input(desk.words("contacts.reason"), key=f"{name}.reason", autocomplete="off")
                drafts.keep_fields(desk, name, TYPED)
            st.button(desk.words("contacts.show"), key=f"contacts.show.{row}", on_click=_show, args=(row,))
            if said := st.session_state.pop("contacts.said", ""):
                st.error(literal(said))
    rowview.row("customer", "contacts", row)


def _show(row: str) -> None:
    desk = require("customer")
    reason = str(st.session_state.get(f"{WHY}.{row}.reason", "")).strip()
    try:
        st.session_state["contacts.open"] = audit.unmask(
            desk.branch.store, desk.book, desk.person, "contacts", row, reason=reason, now=clock.now()
        )
    except Fault as fault:
        st.session_state["contacts.said"] = fault.say(desk.lang)
        return
    drafts.drop_fields(desk, f"{WHY}.{row}", TYPED)
