"""What was answered to a due, by whom and when, and what became of a promise: said where the due is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from branch import answered
from branch.answered import Answer
from pages.parts.desk import Desk
from pages.parts.names import name as name_of
from pages.parts.words import literal

SHOWN = 5  # answers; all of them stand in the ledger


def trail(desk: Desk, alert: Mapping[str, Any]) -> None:
    """The last answers to an alert's due, and whether the promise of the person it tells was kept."""
    said = answered.answers(desk.book, str(alert["due_key"]))
    if not said:
        return
    st.caption(desk.words("answer.trail"))
    st.text("\n".join(line(desk, one) for one in said[:SHOWN]))
    kept = promised(desk, pd.DataFrame([alert]))
    if kept.iloc[0]:
        st.markdown(f"**{literal(kept.iloc[0])}**")


def line(desk: Desk, one: Answer) -> str:
    """李澄泽 2026-11-27 09:30 豁免、理由：客户已结清."""
    parts = [desk.plainly(f"answer.did.{one.act}", name=name_of(desk, "staff", one.staff), at=f"{one.at:%Y-%m-%d %H:%M}")]
    if one.promised is not None:
        parts.append(desk.plainly("answer.did.promised_late" if one.past_due else "answer.did.promised", day=one.promised))
    if one.until is not None:
        parts.append(desk.plainly("answer.did.until", day=one.until))
    if one.reason:
        parts.append(desk.plainly("answer.did.because", reason=one.reason))
    return desk.plainly("comma").join(parts)


def promised(desk: Desk, alerts: pd.DataFrame) -> pd.Series:
    """For each alert the day that was promised and whether it was kept, in words; "" where nothing was promised."""
    found = answered.promises(desk.book, alerts, desk.look.dues, desk.today)
    return pd.Series(
        [
            "" if not state else desk.plainly(f"answer.promise.{state}", day=f"{day:%Y-%m-%d}")
            for day, state in zip(found["promised_on"], found["promise"], strict=True)
        ],
        index=alerts.index,
        dtype="str",
    )
