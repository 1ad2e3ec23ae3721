"""导入: a file of rows in four steps, each to be seen before anything is written; and the imports that were, to be taken back."""

from __future__ import annotations

import streamlit as st

from branch import importing
from pages.parts import (
    errand,
    importing_cut,
    importing_draft,
    importing_file,
    importing_mend,
    importing_past,
    importing_preview,
    importing_take,
    listing,
)
from pages.parts.guard import require
from pages.parts.importing_draft import STEPS
from pages.parts.words import literal
from texts import Fault

desk = require("importing")
st.title(desk.words("page.importing"))
if not importing.ledgers(desk.branch, desk.person, desk.now):
    listing.empty(desk, "importing.none")
    st.stop()

brought = importing_draft.current(desk)
under_way = errand.newest(importing_draft.lane(desk))
cut = importing_cut.found(desk, brought)
taken = cut.past if cut is not None else None
step = "take" if under_way is not None or taken is not None else brought.step if brought is not None else STEPS[0]
importing_draft.steps(desk, step, ready=brought is not None and bool(brought.sheet) and under_way is None and taken is None)
with st.container():  # there with or without a sentence, so that nothing below it moves
    if said := st.session_state.pop("importing.said", ""):
        st.error(literal(said))
    if cut is not None and taken is None:
        importing_cut.untaken(desk, cut)
try:
    if under_way is not None:
        importing_take.draw(desk, under_way)
    elif cut is not None and taken is not None:
        importing_cut.taken(desk, cut, taken, brought)
    elif brought is None or step == "file":
        importing_file.draw(desk, brought)
    else:
        looked = importing_draft.looked(desk, brought)
        {"preview": importing_preview.draw, "mend": importing_mend.draw, "take": importing_take.ask}[step](desk, brought, looked)
except Fault as fault:  # the file as it is decided on cannot be read: what to do stands in the sentence, the way back above it
    st.error(literal(fault.say(desk.lang)))
importing_past.draw(desk, taken.key if taken is not None else "")
