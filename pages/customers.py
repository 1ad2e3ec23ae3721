"""客户: every customer this person may see, found by name, filtered by what matters, opened by a click."""

from __future__ import annotations

import streamlit as st

from pages.parts import listing
from pages.parts.address import Place
from pages.parts.facts import completeness, open_dues
from pages.parts.form import fill, whole
from pages.parts.guard import require
from pages.parts.names import is_blank
from pages.parts.packages import packages

desk = require("customers")
ledger = desk.tables["customers"]
SHOWN = (
    "short_name",
    "tier",
    "owner",
    "team",
    "status",
    "name",
    "basic_account_bank",
    "share_deposit",
    "industry",
    "size",
    "assigned_on",
    "id",
)

st.query_params.pop("id", None)  # a switch to the customer leaves it on the step back to this page
if chosen := listing.picked("customers"):
    st.switch_page("customer.py", query_params={"id": chosen})
rows = desk.rows("customers")
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    st.title(desk.words("page.customers"), width="content")
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        only_overdue = not rows.empty and st.toggle(desk.words("customers.only_overdue"), key="customers.overdue")
        listing.bring(desk, "customers")
        adding = desk.may("customers", "create") and st.toggle(desk.words("customers.add"), key="customers.adding")
if adding:
    with st.container(border=True):
        if saved := fill(desk, whole(desk, "customers.new", "customers", "customers")):
            st.switch_page("customer.py", query_params={"id": saved})
packages(desk, "customers")

if rows.empty:
    listing.empty(desk, "customers.none")
    st.stop()

keys = [key for key in ("tier", "status", "owner", "team") if key in rows]
rows = listing.filters(desk, ledger, rows, keys, "customers", {"overdue": Place("customers.overdue", False)})
due = open_dues(desk)
if only_overdue:
    rows = rows[rows["id"].astype("str").isin(set(due.loc[due["state"] == "overdue", "customer"]))]
if rows.empty:
    listing.empty(desk, "nothing_found")
    st.stop()
if "short_name" in rows:  # what a row is known by is never blank
    rows = rows.assign(short_name=rows["short_name"].where(~rows["short_name"].map(is_blank), rows["name"]))
shown = listing.paged(desk, rows, "customers", file=ledger, hint="customers.open_hint")
ids = shown["id"].astype("str")
counts = due.groupby("customer").size()
full = completeness(desk)
extra = {
    desk.plainly("customers.dues"): ids.map(counts).fillna(0).astype("Int64"),
    desk.plainly("customers.complete"): ids.map(full).round(0).astype("Int64"),
}
# Not pinned: Streamlit draws a pinned column pale, and this is the one people look for.
listing.choose(desk, ledger, shown, SHOWN, "customers", extra=extra, height=620)
