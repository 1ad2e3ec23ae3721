"""Sensitive values as they are shown by default: enough to recognise, too little to use."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sheets.schema import Column, Table

STARS = "****"
REACHED = frozenset({"phone", "email", "account"})


def blank(value: Any) -> bool:
    """Whether a cell of a frame holds nothing: None, NaN, NaT, NA or no text."""
    if value.__class__ is str:  # most cells of a ledger, and the cheapest to tell
        return not value
    return value is None or bool(pd.isna(value)) or value == ""


def mask(column: Column, value: Any) -> str:
    """138****0001, 王*, w****@example.com, ****1234."""
    text = str(value)
    if not text:
        return ""
    match column.kind:
        case "phone":
            return ";".join(part[:3] + STARS + part[-4:] if len(part) >= 9 else part[:1] + STARS for part in text.split(";"))
        case "email":
            return text[:1] + STARS + text[text.rfind("@") :]
        case "account":
            return STARS + text[-4:]
    return text[:1] + "*" * max(1, min(len(text) - 1, 4))


def masked(table: Table, frame: pd.DataFrame, *, keeper: bool = False) -> pd.DataFrame:
    """The frame with its sensitive columns masked; the frame itself where there are none. Whoever keeps the file reads the
    names in it; how somebody is reached, and with which account, stays masked until it is asked for."""
    hidden = [
        column for column in table.columns if column.sensitive and column.key in frame and not (keeper and column.kind not in REACHED)
    ]
    if not hidden:
        return frame
    return frame.assign(
        **{c.key: pd.Series(["" if blank(v) else mask(c, v) for v in frame[c.key]], index=frame.index, dtype="str") for c in hidden}
    )
