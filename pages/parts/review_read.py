"""A review to be read: its figures, its words, each customer, its measures and the discussion; and the file of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from branch import accounts, clock, review_desk, review_papers, reviewing
from branch.board.written import WAN
from branch.exchange import NotTaken
from branch.review_periods import Period
from branch.reviewing import Prefill
from pages.parts import listing, rowview
from pages.parts.desk import Desk
from pages.parts.words import literal

NOTHING = "—"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
COLUMNS = ("customer", *reviewing.KEPT, *review_desk.LINE_WORDS)
FACTS = ("written_on", "submitted_at", *review_desk.WORDS)


def sums(desk: Desk, totals: Mapping[str, float], live: Prefill) -> None:
    """What the lines say together, and beside it what only the ledgers say."""
    table, modes = desk.tables["review_lines"], desk.tables["visits"]["mode"]
    label = {column.key: literal(column.label(desk.lang)) for column in table.columns}
    change = totals["deposit_change"]
    below = desk.words("reviews.change_below", change=f"{change / WAN:+,.2f}") if not np.isnan(change) else None
    cards: list[tuple[str, str, str | None]] = [
        (desk.words("reviews.customers"), _count(totals["customers"]), None),
        (label["deposit_end"], _money(totals["deposit_end"]), below),
        (label["deposit_avg"], _money(totals["deposit_avg"]), None),
        (label["loan_balance"], _money(totals["loan_balance"]), None),
        (label["fee"], _money(totals["fee"]), None),
        (desk.words("reviews.pace"), NOTHING if np.isnan(live.pace) else f"{live.pace / 10_000:.1f}%", None),
    ]
    for mode, (paid, wanted) in live.modes.items():
        choice = modes.choice(mode)
        named = choice.label(desk.lang) if choice is not None else desk.plainly("reviews.any_mode")
        below = desk.words("reviews.wanted_below", count=wanted)
        cards.append((desk.words("reviews.visits_by", mode=named), desk.plainly("reviews.paid", count=paid), below))
    landed = desk.words("reviews.landed_below", count=_count(totals["opportunities_landed"]))
    fell = desk.words("reviews.fell_below", late=live.duties["met_late"], overdue=live.duties["overdue"])
    cards += [
        (label["opportunities_new"], _count(totals["opportunities_new"]), landed),
        (desk.words("reviews.fell"), f"{live.duties['met']:,}", fell),
        (desk.words("reviews.problems"), _count(live.sums["problems"]), None),
    ]
    with st.grid(4, min_column_width=150):
        for name, value, more in cards:
            st.metric(name, value, more, delta_color="off", delta_arrow="off", border=True, height="stretch")
    st.caption(desk.words("reviews.sums_hint"))


def whole(desk: Desk, review: Mapping[str, Any], period: Period) -> None:
    """All of it, for whoever does not write it."""
    key, table = str(review["id"]), desk.tables["reviews"]
    live = reviewing.prefill(desk.look, desk.person, str(review.get("owner") or ""), period)
    rows = review_desk.lines(desk.look, desk.person, key)
    download(desk, review)
    sums(desk, review_desk.totals(rows), live)
    rowview.facts(desk, table, dict(review), FACTS)
    st.subheader(desk.words("reviews.of_lines"))
    lines(desk, review, rows)
    st.subheader(desk.words("reviews.of_measures"))
    measures(desk, key)
    st.subheader(desk.words("reviews.of_talk"))
    talk(desk, review)


def lines(desk: Desk, review: Mapping[str, Any], rows: pd.DataFrame) -> None:
    """Customer by customer; without the columns that say nothing of any."""
    key = str(review["id"])
    if rows.empty:
        listing.empty(desk, "reviews.lines_none")
    else:
        shown = [one for one in COLUMNS if one in rows and listing.filled(rows[one])]
        height = 520 if len(rows) > 12 else "auto"
        listing.table(desk, desk.tables["review_lines"], rows, shown, f"reviews.{key}.lines", pinned=("customer",), height=height)
    if gone := review_desk.hidden(desk.look, desk.person, key):
        st.caption(desk.words("reviews.hidden", count=gone))


def measures(desk: Desk, review: str) -> pd.DataFrame:
    """The measures that came of it, and how far they are."""
    rows = review_desk.measures(desk.look, desk.person, review)
    if rows.empty:
        listing.empty(desk, "reviews.measures_none")
        return rows
    shown = [one for one in ("measure", "owner", "customer", "due_on", "status", "done_on", "result") if listing.filled(rows[one])]
    listing.table(desk, desk.tables["measures"], rows, shown, f"reviews.{review}.measures")
    return rows


def talk(desk: Desk, review: Mapping[str, Any]) -> None:
    """What came of the discussion, or that there has been none."""
    if not review_desk.closed(review):
        st.caption(desk.words("reviews.talk_none" if review_desk.submitted(review) else "reviews.talk_wait"))
        return
    rowview.facts(desk, desk.tables["reviews"], dict(review), review_desk.DISCUSSION)


def download(desk: Desk, review: Mapping[str, Any]) -> None:
    """The .docx, for those who may take a review out."""
    if review_papers.downloads(desk.person):
        key = str(review["id"])
        st.download_button(
            desk.words("reviews.download"), data=lambda: _file(desk, key), mime=DOCX, key=f"reviews.{key}.docx", on_click="ignore",
            file_name=review_papers.file_name(desk.look, review, desk.lang), icon=":material/download:",
        )  # fmt: skip


def _file(desk: Desk, key: str) -> bytes:
    """Made when it is asked for, for whoever holds the session by then."""
    now = clock.now()
    person = accounts.person(desk.branch, desk.session, now)
    if person is None:
        raise NotTaken("access.unknown")
    return review_papers.document(desk.branch, key, replace(person, lang=desk.lang), now)


def _money(fen: float) -> str:
    return NOTHING if np.isnan(fen) else f"{fen / WAN:,.2f}"


def _count(number: float) -> str:
    return NOTHING if np.isnan(number) else f"{number:,.0f}"
