"""回顾: a manager's review of a month, quarter or year, prefilled and written; for those who lead, everybody's, rolled up."""

from __future__ import annotations

import streamlit as st

from branch.reviewing import MANAGER
from pages.parts import listing, review_choice, review_roll, review_write
from pages.parts.guard import require

desk = require("reviews")
st.title(desk.words("page.reviews"))
if not desk.may("reviews", "read"):
    listing.empty(desk, "not_found")
    st.stop()
period = review_choice.choose(desk)
review_choice.unreadable(desk)
if desk.person.role == MANAGER:
    review_write.draw(desk, period)
else:
    review_roll.draw(desk, period)
