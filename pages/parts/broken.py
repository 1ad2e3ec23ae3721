"""What a person sees when a page fails: a sentence in their language and a number; the rest goes to the log."""

from __future__ import annotations

import logging
import secrets

import streamlit as st

from pages.parts.guard import language
from pages.parts.words import literal, words
from texts import Fault

log = logging.getLogger("huce.screen")


def show_fault(error: BaseException) -> bool:
    """Called by the launcher for whatever a page did not catch. A fault of ours brings its own sentence."""
    lang = language(None)
    if isinstance(error, Fault):
        st.error(literal(error.say(lang)))
        return True
    number = secrets.token_hex(3)
    log.error("page failed, no. %s", number, exc_info=error)
    st.error(words("broken", lang, number=number))
    return True
