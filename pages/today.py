"""今日: what this person owes, the most urgent first, each with its reason and the button that ends it."""

from __future__ import annotations

import streamlit as st

from branch import matrix
from pages.parts import branchwide, firststeps, listing, startup
from pages.parts.dues import duelist
from pages.parts.facts import SECTIONS, work
from pages.parts.guard import require
from pages.parts.words import link, literal

desk = require("today")
found = work(desk)
VISITING = ("customer_manager", "team_leader", "leader")
WHOLE = ("president",)  # who owes nothing themselves looks at the branch
LATER = ("soon", "ahead")
FIGURES = ("overdue", "today", "soon", "escalated")
leading = desk.person.role in matrix.LEADING
order = [*(one for one in SECTIONS if one not in LATER), *LATER] if leading else SECTIONS
sections = {name: found[found["section"] == name] for name in order}
head, day = st.columns([3, 2], vertical_alignment="bottom")
head.title(desk.words("page.today"))
with day:
    weekday = desk.plainly(f"weekday.{desk.today.isoweekday()}")
    st.markdown(f":gray[{desk.words('today.date', day=desk.today, weekday=weekday)}]", text_alignment="right")
with st.container():
    if said := st.session_state.pop("first.said", ""):
        st.success(literal(said))
    led = firststeps.draw(desk) or (desk.person.role != "admin" and firststeps.waiting(desk))
    if not led:
        startup.reminder(desk)
if desk.person.role not in WHOLE:
    with st.grid(4, min_column_width=130):
        for key in FIGURES:
            st.metric(desk.words(f"today.{key}"), len(sections[key]), border=True, height="stretch")
with st.container(horizontal=True, vertical_alignment="center"):
    if desk.may("opportunities", "create"):
        st.page_link("opportunities.py", label=link(desk.words("opportunities.add")), query_params={"part": "new"})
    if found["owes"].any():  # a plain page of the portal and none of these: it opens beside them, so that nothing here is lost
        st.link_button(desk.words("slip.open"), "/slip", type="tertiary")
if issues := desk.issue_count():
    st.page_link("issues.py", label=link(desk.words("today.issues", count=issues)))
leads = leading and not led
if not led and desk.person.role not in WHOLE and not any(len(part) for part in sections.values()):
    listing.empty(desk, "today.none" if desk.person.role in VISITING else "today.none_other")
for key, part in sections.items():
    if leads and key == LATER[0]:  # what needs their hand comes first, then the branch, then what has time
        branchwide.draw(desk)
    if len(part):
        st.header(f"{desk.words(f'today.{key}')} ({len(part)})")
        alike = key in LATER or (leading and key == "escalated")  # what presses stands one by one
        duelist(desk, "today", part, name=f"today.{key}", empty="today.none", who=key == "escalated", together=alike)
