"""A board of columns and cards: dragged by the mouse, moved by Alt and an arrow key, opened by a click or Enter.

Its program and its looks are files of our own under `web/kanban`, because the browser may run no inline script (web/headers.py);
Streamlit serves them as it serves those of an installed component. The program draws data as text only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

ROOM, PART = "huce", "kanban"
FILES = Path(__file__).parents[2] / "web"


def draw(data: Mapping[str, Any], key: str, done: Callable[[], None]) -> None:
    """`data`: stages (code, label, count, notes, cards, more) and ended (code, label, lines); a card has id, stage, name, customer,
    manager, amount, days, late, lacks and onto, the stages where it may be dropped. `done` is called back after an act: see `act`."""
    name = f"{ROOM}.{PART}"
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(name) is None:
        manager.register_from_manifest(ComponentManifest(ROOM, "1", [ComponentConfig(PART, PART)]), FILES)
    component = st.components.v2.component(name, html='<div class="board" role="group"></div>', css="board.css", js="board.js")
    component(key=key, data=dict(data), on_act_change=done)


def act(key: str) -> Mapping[str, str]:
    """What was done, for the callback: kind (open, move, list), id, stage, and ver, the stage in which the card was seen. It comes from
    the browser: anything may stand in it."""
    held = st.session_state.get(key)
    found = held.get("act") if hasattr(held, "get") else None
    return {str(word): str(value) for word, value in found.items()} if isinstance(found, Mapping) else {}
