"""接收方式: how reminders reach this person besides the mail; everybody decides for themselves alone."""

from __future__ import annotations

import streamlit as st

from pages.parts import feedlink, robots
from pages.parts.guard import require

desk = require("receiving")
st.title(desk.words("page.receiving"))
st.markdown(desk.words("receiving.hint", email=str((desk.row("staff", desk.person.staff) or {}).get("email") or "—")))
feedlink.draw(desk)
robots.draw(desk)
