"""The little that the theme cannot say: Streamlit's English hints hidden, rows closer together, no empty gaps."""

from __future__ import annotations

import streamlit as st

# "Press Enter to apply" and the like cannot be translated; the deep link of a heading is of no use here.
RULES = """<style>
[data-testid="InputInstructions"], [data-testid="stHeaderActionElements"] {display: none}
[data-testid="stMainBlockContainer"] {max-width: 84rem}
[data-testid="stSidebarUserContent"] {padding-top: 0.5rem}
[data-testid="stText"] {white-space: pre-wrap; overflow-wrap: anywhere; font-family: inherit}
[data-testid="stMain"] [data-testid="stPageLink-NavLink"] p {font-weight: 550}
.st-key-demo_band {background: rgba(233, 162, 76, 0.16); border: 1px solid rgba(233, 162, 76, 0.4); border-radius: 6px;
  padding: 0.2rem 0.7rem}
.st-key-demo_band p {font-size: 0.92rem}
.st-key-google_state {position: fixed; left: auto; right: 1.2rem; bottom: 1.1rem; z-index: 90; padding: 0.3rem; border-radius: 8px;
  width: max-content !important; max-width: calc(100vw - 2.4rem); background: var(--st-background-color, Canvas);
  box-shadow: 0 1px 6px rgba(0, 0, 0, 0.25); pointer-events: none}
[data-testid="stMainBlockContainer"]:has(.st-key-google_state) {padding-bottom: 4.5rem}
.st-key-google_state * {white-space: normal; width: auto !important}
[class*="st-key-"][class*="_drop"] [data-testid="stFileUploaderDropzoneInstructions"] {display: none}
[class*="st-key-"][class*="_drop"] [data-testid="stFileUploaderDropzone"] button p {font-size: 0}
[data-testid="stLayoutWrapper"]:has(> [class*="st-key-savebar_"]) {position: sticky; bottom: 0; z-index: 5}
[class*="st-key-savebar_"] {padding: 0.5rem 0;
  background: linear-gradient(transparent, var(--st-background-color) 0.6rem)}
[class*="st-key-narrow_"] {display: none}
@media (max-width: 640px) {[class*="st-key-wide_"] {display: none}
[class*="st-key-narrow_"] {display: flex}
[class*="st-key-narrow_"] p {border: 1px solid var(--st-border-color); border-radius: 6px; padding: 0.55rem 0.75rem;
  overflow-wrap: anywhere}
[data-testid="stMainBlockContainer"] {padding: 3.9rem 0.9rem 2rem}}
</style>"""
LINE = '<script src="/line.js"></script>'  # what a page does when its line is refused (web/routes.py)


def style() -> None:
    st.html(RULES)
    st.html(LINE, unsafe_allow_javascript=True)
