"""The verdict of a mail test as a list of steps: ✓, or ✗ with the reason and the mend."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from branch import clock, mailtest
from branch.branch import Branch
from branch.mailtest import STEPS, MailTest, Verdict
from branch.people import Actor
from pages.parts.desk import Desk
from pages.parts.errand import Errand
from pages.parts.words import literal, words

SIGNS = {"good": ":green[✓]", "bad": ":red[✗]", "skipped": ":gray[–]", "open": ":gray[○]"}


def trial(branch: Branch, by: Actor, typed: Mapping[str, str], to: str, mail: MailTest) -> Callable[[], Verdict]:
    """The test as an errand."""
    return lambda: mailtest.run(branch, by, typed, to, mail, clock.now())


def draw(desk: Desk, last: Errand) -> None:
    if last.number:
        st.error(words("broken", desk.lang, number=last.number))
    if last.fault is not None:
        st.error(literal(last.fault.say(desk.lang)))
    if not isinstance(last.result, Verdict):
        return
    found = last.result
    with st.container(border=True, gap="small", key="mail_steps"):
        for step in STEPS:
            state = found.state(step)
            said = desk.words(f"setup.mail.step.{'no_' if state == 'skipped' else ''}{step}")
            st.markdown(f"{SIGNS[state]} {said if state in ('good', 'bad') else f':gray[{said}]'}")
            if state == "bad" and found.fault is not None:
                st.error(literal(found.fault.say(desk.lang)))
                if step == "sign_in":
                    st.markdown(desk.words(f"setup.mail.secret_of.{st.session_state['setup.mail.provider']}"))
    if found.failed is not None:
        st.caption(desk.words("setup.mail.not_kept"))
        return
    st.success(desk.words("setup.mail.works", to=found.to))
    if found.released:
        st.info(desk.words("setup.mail.released", count=found.released))
