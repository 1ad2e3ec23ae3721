"""设置: people and their invitations, mail, the Google sheet, how the jobs fare, backups, and who changed what."""

from __future__ import annotations

import streamlit as st

from pages.parts import audit, health, letterbox, sheetpage, staffing, terms
from pages.parts.guard import require
from pages.parts.turn import turn

desk = require("settings")
st.title(desk.words("page.settings"))
PARTS = {
    "people": staffing.draw,
    "mail": letterbox.draw,
    "terms": terms.draw,
    "google": sheetpage.draw,
    "health": health.draw,
    "backup": health.backups,
    "audit": audit.draw,
}
if (wanted := str(st.query_params.get("part", ""))) in PARTS and st.session_state.get("setup.from") != wanted:
    st.session_state["setup.part"] = wanted
st.session_state["setup.from"] = wanted
part = turn(desk.words("setup.part"), list(PARTS), "setup.part", lambda one: desk.plainly(f"setup.of.{one}"))
PARTS[part](desk)
