"""一户一策: one customer's plan for a year, its targets and actions in grids, and every amendment with its reason."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.parts import grid, listing, plangrid, planning, rowview
from pages.parts.form import Form, fill, whole
from pages.parts.guard import require
from pages.parts.names import name as name_of
from pages.parts.names import names
from pages.parts.shown import cell
from pages.parts.turn import turn
from pages.parts.words import literal

YEARS = 5  # back and ahead, for whose plan an address may ask
desk = require("plans")
ledger = desk.tables["plans"]
st.title(desk.words("page.plans"))
if not desk.may("plans", "read"):
    listing.empty(desk, "plans.closed")
    st.stop()
known = names(desk, "customers")
if not known:
    listing.empty(desk, "customers.none")
    st.stop()
plans = desk.rows("plans")
asked = str(st.query_params.get("customer", ""))
if asked and asked not in known:
    desk.sought("customers", asked)
wanted = (asked, str(st.query_params.get("year", "")))
if asked in known and (st.session_state.get("plans.asked") != wanted or "plans.customer" not in st.session_state):
    st.session_state["plans.asked"], st.session_state["plans.customer"] = wanted, asked
    if wanted[1].isdecimal() and abs(int(wanted[1]) - desk.today.year) <= YEARS:
        st.session_state["plans.year"] = int(wanted[1])
shown = int(st.session_state.setdefault("plans.year", desk.today.year))
pick, when = st.columns([3, 1])
with pick:
    customer = st.selectbox(desk.words("plans.customer"), list(known), key="plans.customer", format_func=lambda one: known.get(one, one))
of_customer = plans[plans["customer"].astype("str") == str(customer)]
years = sorted({int(y) for y in of_customer["year"].dropna()} | {shown, desk.today.year, desk.today.year + 1}, reverse=True)
with when:
    year = st.selectbox(desk.words("plans.year"), years, key="plans.year")
plan = planning.current(of_customer, int(year))
if plan is None:
    listing.empty(desk, "plans.none", customer=known.get(str(customer), ""), year=year)
    if desk.may("plans", "create"):
        with st.expander(desk.words("plans.new"), expanded=True):
            born = {"customer": customer, "year": int(year), "status": "draft", "owner": desk.person.staff}
            asked_form = whole(desk, f"plans.new.{customer}.{year}", "plans", "plans", skip=planning.REVIEWED)
            if fill(desk, asked_form, born | {"made_on": desk.today}):
                st.rerun()
    st.stop()

key, status = str(plan["id"]), str(plan["status"])
may = desk.may("plans", "write")
locked = status != "draft"
amends = locked or (st.query_params.get("do") == "amend" and asked == customer)  # a due asks for an amendment on record
line = [
    f"{desk.plainly('plans.version')} {cell(desk, ledger['version'], plan['version']) or 1}",
    cell(desk, ledger["status"], status),
    name_of(desk, "staff", plan.get("owner")),
]
st.markdown(f"**{literal(known.get(str(customer), ''))} {year}** · " + literal(" · ".join(filter(None, line))))
planning.steps(desk, key, status)
parts = ["targets", "actions", "text", "trail"]
part = turn(desk.words("plans.part"), parts, "plans.part", lambda one: desk.plainly(f"plans.of.{one}"))
name = f"plans.{key}.{part}"
planning.told(desk, name)
if part in {"targets", "actions"}:
    is_target = part == "targets"
    fresh = plangrid.targets(desk, key) if is_target else plangrid.actions(desk, key)
    lines = plangrid.target_lines(desk) if is_target else plangrid.action_lines(desk)
    st.caption(desk.words("plans.grid_hint" if may else "plans.read_only"))
    stored = partial(plangrid.stored, desk, part)
    by = "target" if is_target else "id"
    grid.edit(desk, "plans", name, fresh, lines, stored, by=by, grow=not is_target, locked=not may)
    if may:
        planning.save_bar(desk, name, key, str(part), amend=amends)
elif part == "text":
    text = tuple(c.key for c in ledger.columns if c.kind in {"long", "staffs", "date"} and c.key not in planning.REVIEWED)
    if may and st.toggle(desk.words("row.edit"), key=f"{name}.editing"):
        with st.container(border=True):
            if fill(desk, Form(f"{name}.form", "plans", "plans", (("", text),), key)):
                st.rerun()
    else:
        rowview.facts(desk, ledger, {str(k): v for k, v in plan.items()})
else:
    planning.trail(desk, key)
