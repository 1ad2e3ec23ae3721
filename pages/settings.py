"""设置: the branch, its people and their invitations, the way to it, mail, the Google sheet, jobs, backups, who changed what."""

from __future__ import annotations

import streamlit as st

from pages.parts import audit, health, letterbox, network, organisation, sheetpage, staffing
from pages.parts.guard import require
from pages.parts.turn import turn

desk = require("settings")
st.title(desk.words("page.settings"))
PARTS = {
    "branch": organisation.draw,
    "people": staffing.draw,
    "network": network.draw,
    "mail": letterbox.draw,
    "google": sheetpage.draw,
    "health": health.draw,
    "backup": health.backups,
    "audit": audit.draw,
}
part = turn(desk.words("setup.part"), list(PARTS), "setup.part", lambda one: desk.plainly(f"setup.of.{one}"))
PARTS[part](desk)
