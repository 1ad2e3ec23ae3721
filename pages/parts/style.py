"""The little that the theme cannot say: Streamlit's English hints hidden, rows closer together, no empty gaps."""

from __future__ import annotations

import streamlit as st

# "Press Enter to apply" and the like cannot be translated; the deep link of a heading is of no use here.
RULES = """<style>
[data-testid="InputInstructions"], [data-testid="stHeaderActionElements"] {display: none}
[data-testid="stMainBlockContainer"] {max-width: 84rem}
[data-testid="stSidebarUserContent"] {padding-top: 0.5rem}
[data-testid="stText"] {white-space: pre-wrap; overflow-wrap: anywhere; font-family: inherit}
@media (max-width: 640px) {[data-testid="stMainBlockContainer"] {padding-left: 0.9rem; padding-right: 0.9rem}}
</style>"""


def style() -> None:
    st.html(RULES)
