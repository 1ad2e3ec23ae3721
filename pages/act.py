"""办理: the act that ends one due, its few fields first, the rest of the row folded; saved, the person is back on Today."""

from __future__ import annotations

import streamlit as st

from branch import next_step
from branch.hints import hint
from pages.parts import drafts, listing, rowview, saving
from pages.parts.dues import badge
from pages.parts.facts import dues, say_dues
from pages.parts.form import FOLDED, Button, Form, asked, fill
from pages.parts.guard import require
from pages.parts.words import link, literal

desk = require("act")
key = str(st.query_params.get("due", ""))
found = dues(desk)
mine = found[found["key"] == key]
name = f"act.{key}"
done = st.session_state.get(f"{name}.outcome")
if isinstance(done, saving.Outcome) and done.saved:  # the due is gone by now, and its form with it
    saving.forget(name)
    drafts.drop(desk, name)
    st.session_state[saving.TOLD] = done.said
    st.switch_page("today.py")
st.page_link("today.py", label=link("← " + desk.words("page.today")))
act = next_step.act(desk.look, mine.iloc[0], desk.person, desk.lang) if len(mine) else None
if act is None or not act.asks:
    st.title(desk.words("page.act"))
    if mine.empty and key in set(desk.look.recipients["key"]):  # it stands open, and is a matter of others
        desk.denied(f"due/{key}")
    listing.empty(desk, "due.gone")
    st.stop()

due, table = mine.iloc[0], desk.tables[act.table]
[line] = say_dues(desk, mine)
st.title(literal(act.label))
st.markdown(f"{badge(desk, due)} **{literal(' · '.join(filter(None, (line.who, line.task))))}**")
st.text(line.text)
with st.container():
    if told := hint(desk.look, due, act, desk.lang):
        st.caption(literal(told))
rest = tuple(c.key for c in asked(desk, table, act.row) if c.key not in {*act.asks, *act.said} and c.key != act.signed)
groups = (("", act.asks), *(((f"{FOLDED}{desk.plainly('act.more')}", rest),) if rest else ()))
buttons = (Button(desk.words("act.sign"), lambda: {act.signed: desk.person.staff}),) if act.signed else ()
form = Form(name, "act", act.table, groups, act.row, fixed=tuple(act.said.items()), must=act.must, buttons=buttons)
if act.signed and (row := desk.row(act.table, act.row)):  # nobody signs what they do not see
    rowview.facts(desk, table, row)
with st.container(border=True):
    fill(desk, form, act.start)
if act.row:
    st.page_link("ledgers.py", label=link(desk.words("act.whole")), query_params={"table": act.table, "row": act.row})
