"""The little that the theme cannot say: Streamlit's English hints hidden, rows closer together, pale words readable."""

from __future__ import annotations

import streamlit as st

from texts import Lang

# "Press Enter to apply" and the like cannot be translated; the deep link of a heading is of no use here.
RULES = """<style>
:root {--huce-ground: light-dark(#ffffff, #12171e)}
[data-testid="InputInstructions"], [data-testid="stHeaderActionElements"] {display: none}
[data-testid="stMainBlockContainer"] {max-width: 92rem}
[data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"] {gap: 0.75rem}
[data-testid="stCaptionContainer"] {opacity: 0.82}
[data-testid="stMain"] input::placeholder, [data-testid="stMain"] textarea::placeholder {color: currentColor; opacity: 0.75}
[data-testid^="stBaseButton-primary"]:enabled, [data-testid^="stBaseButton-primary"]:enabled p {color: light-dark(#ffffff, #0d1420)}
[data-testid="stVegaLiteChart"] svg text[fill="black"] {fill: currentColor}
[data-testid="stMain"] [data-testid="stPageLink-NavLink"]:not(:hover) {background-color: transparent}
[class*="st-key-importing-step"] button:disabled p {color: light-dark(#56616f, #9aa7b6)}
[class*="st-key-importing-step"] button[aria-checked="true"]:disabled p {color: light-dark(#141c26, #e9edf2); font-weight: 600}
[data-testid="stFullScreenFrame"]:has([data-testid="stVegaLiteChart"]) [data-testid="stElementToolbar"] {display: none}
[data-testid="stMetric"] {padding: 0.45rem 0.85rem}
[data-testid="stMetric"] > div {padding: 0}
[data-testid="stMetricDelta"], [data-testid="stMetricDelta"] *, [data-testid="stMetricLabel"] p {white-space: normal !important}
[data-testid="stMetricLabel"] {opacity: 0.86}
[data-testid="stMetricValue"] {font-variant-numeric: tabular-nums; line-height: 1.35}
[data-testid="stText"], [data-testid="stMarkdownContainer"] {font-variant-numeric: tabular-nums}
[data-testid="stLayoutWrapper"]:has(> [class*="st-key-language_"]) {position: absolute}
[data-testid="stSidebarContent"] {display: flex; flex-direction: column}
[data-testid="stSidebarUserContent"] {padding-top: 0; margin-top: auto}
[data-testid="stSidebarNavSeparator"] {display: none}
.st-key-who {border-top: 1px solid rgba(127, 140, 155, 0.35); padding-top: 0.7rem}
@media (min-width: 641px) {[data-testid="stSidebarHeader"] {height: 2.6rem; margin-bottom: 0.2rem}
[data-testid="stMainBlockContainer"] {padding-top: 1.25rem}
.stApp:has([data-testid="stExpandSidebarButton"]) [data-testid="stMainBlockContainer"] {padding-top: 3.4rem}}
[data-testid="stText"] {white-space: pre-wrap; overflow-wrap: anywhere; font-family: inherit}
[data-testid="stMain"] [data-testid="stPageLink-NavLink"] p {font-weight: 550}
.st-key-demo_band {background: rgba(233, 162, 76, 0.16); border: 1px solid rgba(233, 162, 76, 0.4); border-radius: 6px;
  padding: 0.2rem 0.7rem}
.st-key-demo_band p {font-size: 0.92rem}
.st-key-google_state {position: fixed; left: auto; right: 1.2rem; bottom: 1.1rem; z-index: 90; padding: 0.3rem; border-radius: 8px;
  width: max-content !important; max-width: calc(100vw - 2.4rem); background: var(--huce-ground);
  box-shadow: 0 1px 6px rgba(0, 0, 0, 0.25); pointer-events: none}
[data-testid="stMainBlockContainer"]:has(.st-key-google_state) {padding-bottom: 4.5rem}
.st-key-google_state * {white-space: normal; width: auto !important}
[class*="st-key-"][class*="_drop"] [data-testid="stFileUploaderDropzoneInstructions"] {display: none}
[data-testid="stLayoutWrapper"]:has(> [class*="st-key-savebar_"]) {position: sticky; bottom: 0; z-index: 5}
[class*="st-key-savebar_"] {padding: 0.5rem 0; background: linear-gradient(transparent, var(--huce-ground) 0.6rem)}
[class*="st-key-narrow_"] {display: none}
@media (max-width: 640px) {[class*="st-key-wide_"] {display: none}
[class*="st-key-narrow_"] {display: flex}
[class*="st-key-narrow_"] p {border: 1px solid rgba(127, 140, 155, 0.35); border-radius: 6px; padding: 0.5rem 0.75rem;
  overflow-wrap: anywhere}
[data-testid="stMainBlockContainer"] {padding: 3.9rem 0.9rem 2rem}}
@media print {@page {size: A4 landscape; margin: 12mm}
[data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stToolbar"], [data-testid="stElementToolbar"],
[data-testid="stMain"] button,
[data-testid="stMain"] [data-testid="stPageLink"], [data-testid="stIFrame"] {display: none !important}
[data-testid="stApp"], [data-testid="stAppViewContainer"], [data-testid="stMain"], .stApp, body {position: static !important;
  height: auto !important; overflow: visible !important; background: #ffffff !important}
[data-testid="stMainBlockContainer"] {max-width: none; padding: 0}
[data-testid="stMetric"], [data-testid="stDataFrame"], [data-testid="stVegaLiteChart"] {break-inside: avoid}
[data-testid="stHeading"] {break-after: avoid}}
</style>"""
LINE = '<script src="/line.js"></script>'  # what a page does that Streamlit does not (web/routes.py)
WORDS = '<script src="/words.js"></script>'  # the language of the page, and Streamlit's own words in it (web/builtin.py)


def style(lang: Lang) -> None:
    st.html(RULES)
    with st.container(key=f"language_{lang}"):  # by this name words.js knows which language the page speaks
        st.html(LINE, unsafe_allow_javascript=True)
        st.html(WORDS, unsafe_allow_javascript=True)
