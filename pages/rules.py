"""规则: every rule as a sentence, a builder in which rules are picked and never typed as keys; several drafted at once; and the working
calendar."""

from __future__ import annotations

import streamlit as st

from branch import drafting
from pages.parts import calendarview, drawer, listing, rulebuilder, rulecard, ruleseveral
from pages.parts.guard import require
from pages.parts.turn import turn

NAME = "rules"
desk = require("rules")
st.title(desk.words("page.rules"))
views = ["rules", "several", "calendar"] if desk.may("rules", "write") else ["rules", "calendar"]
view = turn(desk.words("rules.view"), views, "rules.view", lambda one: desk.plainly(f"rules.view_{one}"), word="view")
if view == "calendar":
    calendarview.draw(desk)
    st.stop()
if view == "several":
    ruleseveral.draw(desk)
    st.stop()
st.markdown(desk.words("rules.hint"))
drawer.follow(NAME)
if closing := st.session_state.pop("rules.close", ""):
    st.session_state[closing] = False
table, rows = desk.tables["rules"], desk.rows("rules")
if desk.may("rules", "create"):
    if st.toggle(desk.words("rules.new"), key="rules.adding"):
        st.caption(desk.words("rules.copied" if st.session_state.get(rulecard.COPY) else "rules.new_hint"))
        pattern = desk.row("rules", str(st.session_state.get(rulecard.COPY, "")))
        cells = drafting.copied(table, pattern) if pattern else drafting.blank(table)
        with st.container(border=True):
            if saved := rulebuilder.fill(desk, f"rule.new.{pattern['id'] if pattern else ''}", cells):
                st.session_state.pop(rulecard.COPY, None)
                st.session_state["rules.close"], st.session_state[f"{NAME}.row"] = "rules.adding", saved
                st.rerun()
    else:
        st.session_state.pop(rulecard.COPY, None)
if rows.empty:
    listing.empty(desk, "rules.none")
    st.stop()
rows = listing.filters(desk, table, rows, ["verb", "enabled"], NAME)
if rows.empty:
    listing.empty(desk, "nothing_found")
    st.stop()
shown = listing.paged(desk, rows, NAME)
said, states, counts = rulecard.columns(desk, shown)
named = shown.assign(name_zh=rulecard.names(desk, shown))
extra = {desk.plainly("rules.says"): said, desk.plainly("rules.state"): states, desk.plainly("rules.count"): counts}
heads = {"name_zh": desk.plainly("rules.called")}  # in the reader's language
listing.choose(
    desk, table, named, ["name_zh", "clause", "verb"], NAME, extra=extra, heads=heads, height=600 if len(shown) > 14 else "auto",
)  # fmt: skip
drawer.show(NAME, lambda one: rulecard.title(desk, one), rulecard.draw)
