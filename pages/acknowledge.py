"""知悉: where the link of a mail leads: what that mail told, and one button that says it was seen. Opening it writes nothing."""

from __future__ import annotations

import streamlit as st

from branch import clock, confirming
from pages.parts import drafts, listing, saving
from pages.parts.facts import sentences
from pages.parts.guard import require
from pages.parts.names import name as name_of
from pages.parts.words import link, literal
from texts import Fault

SAID, PROMISED = "acknowledge.said", "promised_on"


def pick(alert: str) -> str:
    return f"pick.{alert}"


def acknowledge(form: str, name: str, shown: tuple[str, ...]) -> None:
    desk = require("acknowledge")
    wanted = {one for one in shown if st.session_state.get(f"{form}.{pick(one)}", True)}
    promised = st.session_state.get(f"{form}.{PROMISED}")
    try:
        count = confirming.acknowledge(desk.branch, desk.person, name, wanted, promised, clock.now())
    except Fault as fault:
        st.session_state[SAID] = (False, fault.say(desk.lang))
    else:
        st.session_state[SAID] = (True, desk.plainly("acknowledge.done", count=count))
        drafts.settle(desk, form, {PROMISED: promised})  # what was left out stays so, also for a second click


desk = require("acknowledge")
st.title(desk.words("page.acknowledge"))
name = st.query_params.get("mail", "")
with st.container():
    if said := st.session_state.pop(SAID, None):
        (st.success if said[0] else st.error)(literal(said[1]))
if not name:
    listing.empty(desk, "acknowledge.from_mail")
    st.stop()
asked = confirming.asked(desk.look, desk.person, name)
if asked is None:
    desk.denied(f"mail={name[:32]}")
    listing.empty(desk, "not_found")
    st.stop()
form = f"acknowledge.{name}"
st.caption(desk.words("acknowledge.mail", subject=asked.subject, at=f"{asked.sent:%Y-%m-%d %H:%M}"))
if asked.alerts.empty:
    drafts.drop(desk, form)
    listing.empty(desk, "acknowledge.nothing")
    st.page_link("today.py", label=link(desk.words("page.today")))
    st.stop()
shown = tuple(str(one) for one in asked.alerts["id"])
stands = {PROMISED: None} | {pick(one): True for one in shown}
drafts.load_changes(desk, form, stands)
if (day := st.session_state[f"{form}.{PROMISED}"]) is not None and day < desk.today:
    st.session_state[f"{form}.{PROMISED}"] = None  # it went by meanwhile
st.markdown(desk.words("acknowledge.hint", count=len(asked.alerts)))
drafts.tell(desk, "acknowledge", form, saving.forget)
with st.container(border=True):
    for alert, text in zip(asked.alerts.to_dict("records"), sentences(desk, asked.alerts), strict=True):
        customer = str(alert["customer"] or "") if alert["customer"] == alert["customer"] else ""
        who = f"{name_of(desk, 'customers', customer)} · " if customer else ""
        st.checkbox(literal(f"{alert['due']:%Y-%m-%d} · {who}{text}"), key=f"{form}.{pick(str(alert['id']))}")
st.date_input(
    desk.words("answer.promised_on"), value=None, key=f"{form}.{PROMISED}", min_value=desk.today, format="YYYY-MM-DD", width=260,
    help=desk.words("acknowledge.promised_hint"),
)  # fmt: skip
drafts.keep_changes(desk, form, stands)
st.button(desk.words("acknowledge.button"), type="primary", key="acknowledge.all", on_click=acknowledge, args=(form, name, shown))
