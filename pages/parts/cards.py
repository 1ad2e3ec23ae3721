"""A list on a phone: one card a row, its text wrapped, drawn beside the table and shown only where that is too wide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from pages.parts.desk import Desk
from pages.parts.words import literal

MOST = 40  # cards of a page: who looks for more searches
LINES = 5  # of a card, below its heading


def draw(desk: Desk, drawn: pd.DataFrame, config: Mapping[str, Any], ids: Sequence[str], name: str, word: str) -> None:
    """The rows as links that open them: a paragraph each. line.js makes a click a step of this page instead of a new one."""
    heads = {key: str((config.get(key) or {}).get("label") or key) for key in drawn.columns}
    held = st.query_params.to_dict()
    cards = []
    for row, cells in zip(ids[:MOST], drawn.head(MOST).itertuples(index=False), strict=False):
        said = [(heads[key], text) for key, cell in zip(drawn.columns, cells, strict=True) if (text := _text(cell))]
        if not said:
            continue
        lines = [desk.words("cards.line", label=label, text=text) for label, text in said[1 : LINES + 1]]
        cards.append("  \n".join((f"[**{literal(said[0][1])}**](?{urlencode(held | {word: row})})", *lines)))
    with st.container(key=f"narrow_{name.replace('.', '_')}"):
        st.markdown("\n\n".join(cards))
        if len(ids) > MOST:
            st.caption(desk.words("cards.more", count=MOST))


def _text(cell: object) -> str:
    """A cell of the table as the table shows it."""
    if cell is None or cell is pd.NaT or cell is pd.NA or (isinstance(cell, float) and pd.isna(cell)):
        return ""
    if isinstance(cell, pd.Timestamp):
        return cell.strftime("%Y-%m-%d" if cell == cell.normalize() else "%Y-%m-%d %H:%M")
    if isinstance(cell, float):
        return f"{cell:,.2f}"
    return " ".join(str(cell).split())
