"""The opportunities as a board: a column a stage, the cards dragged or moved by the keyboard, how long each stage takes above it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from branch import opportunities_board, opportunities_time
from branch.board.written import WAN
from branch.matrix import CM
from branch.opportunities_board import Board, Card, Stage
from branch.opportunities_time import Stay, Times
from pages.parts import kanban, listing, opportunity_filters, opportunity_move, saving
from pages.parts.board import who
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.names import name as name_of
from pages.parts.words import literal
from texts import say

NAME = "opportunities"
KEY = f"{NAME}.board"
SAID = f"{KEY}.said"  # why the last move was not made


def board(desk: Desk) -> None:
    if desk.rows(NAME).empty:
        listing.empty(desk, "opportunities.none" if desk.may(NAME, "create") else "opportunities.none_read")
        return
    wish = opportunity_filters.chosen(desk, channel=True)
    found = opportunities_board.board(desk.look, desk.person, wish)
    times = opportunities_time.times(desk.look, desk.branch.store, desk.person, wish)
    _sums(desk, found, times)
    _stays(desk, times)
    if said := st.session_state.get(SAID, ""):
        st.warning(literal(said))
    if any(card.onto for stage in found.stages for card in stage.cards):
        st.caption(desk.words(f"deals_board.hint_{'move' if desk.person.role == CM else 'pass'}"))
    kanban.draw(_data(desk, found, times), KEY, _act)


def leave() -> None:
    """Another part is looked at: what the board said last is over."""
    st.session_state.pop(SAID, None)


def _sums(desk: Desk, found: Board, times: Times) -> None:
    days = desk.plainly("deals_board.days", days=found.longest) if found.longest is not None else "—"
    landed = desk.plainly("deals_board.days", days=f"{times.landed:.0f}") if times.landed is not None else "—"
    with st.grid(4, min_column_width=130):
        _card(desk, "alive", f"{found.alive:,}", desk.words("deals_board.alive_help"))
        _card(desk, "amount", f"{found.amount / WAN:,.2f}", "")
        _card(desk, "longest", days, desk.words("deals_board.longest_help", count=found.late, most=opportunities_board.target()))
        _card(desk, "landed", landed, desk.words("deals_board.landed_help", count=times.counted))


def _card(desk: Desk, code: str, value: str, helped: str) -> None:
    st.metric(desk.words(f"deals_board.{code}"), value, border=True, height="stretch", help=helped or None)


def _stays(desk: Desk, times: Times) -> None:
    """Each stage with how long those stand that stand there, and how long those took that went on."""
    heads = {word: desk.plainly(f"deals_board.{word}") for word in ("stage", "count", "median", "longest_there", "took", "gone")}
    lines = [(opportunity_move.label(desk, one.stage), one.count, one.median, one.longest, one.took, one.gone) for one in times.stays]
    with st.expander(desk.words("deals_board.stays")):
        st.caption(desk.words("deals_board.stays_help"))
        shown = pd.DataFrame(lines, columns=list(heads.values()))
        config = {heads[word]: st.column_config.NumberColumn(heads[word], format="%.1f") for word in ("median", "took")}
        st.dataframe(
            shown, hide_index=True, column_config=config, key=f"{KEY}.stays", placeholder="—", alt=desk.plainly("deals_board.stays")
        )


def _data(desk: Desk, found: Board, times: Times) -> dict[str, Any]:
    stays = {one.stage: one for one in times.stays}
    ended = {
        "code": opportunities_board.END,
        "label": desk.plainly("deals_board.ended"),
        "lines": [
            {"code": code, "text": desk.plainly("deals_board.ended_line", how=opportunity_move.label(desk, code), count=count)}
            for code, count in found.ended
            if count
        ],
    }
    return {"stages": [_stage(desk, one, stays.get(one.code)) for one in found.stages], "ended": ended}


def _stage(desk: Desk, one: Stage, stay: Stay | None) -> dict[str, Any]:
    notes = [desk.plainly("deals_board.sum", amount=f"{one.amount / WAN:,.2f}")] if one.count else []
    if stay is not None and stay.median is not None:
        notes.append(desk.plainly("deals_board.stay", median=f"{stay.median:g}", longest=stay.longest))
    if one.late:
        notes.append(desk.plainly("deals_board.late_there", count=one.late, most=opportunities_board.target()))
    rest = one.count - len(one.cards)
    return {
        "code": one.code, "label": opportunity_move.label(desk, one.code), "count": f"{one.count:,}", "notes": notes,
        "cards": [_drawn(desk, card) for card in one.cards],
        "more": desk.plainly("deals_board.more", count=rest) if rest else "",
    }  # fmt: skip


def _drawn(desk: Desk, card: Card) -> dict[str, Any]:
    lacks = say("rule.and", desk.lang).join(say(f"opportunity.gate.{one}", desk.lang) for one in card.lacks)
    code = "late" if card.late else "stood"
    days = desk.plainly(f"deals_board.{code}", days=card.days, most=opportunities_board.target()) if card.days is not None else ""
    row = desk.row(NAME, card.id) or {}
    return {
        "id": card.id, "stage": card.stage, "name": str(row.get("name") or card.id), "customer": name_of(desk, "customers", card.customer),
        "manager": who(desk, card.manager) if desk.person.role != CM else "",
        "amount": desk.plainly("deals_board.wan", amount=f"{card.amount / WAN:,.2f}"), "days": days, "late": card.late,
        "lacks": desk.plainly("deals_board.lacks", missing=lacks) if lacks else desk.plainly("deals_board.ready") if card.step else "",
        "onto": list(card.onto),
    }  # fmt: skip


def _act() -> None:
    """What was done with the board; asked anew who does it."""
    desk, act = require(NAME), kanban.act(KEY)
    st.session_state.pop(SAID, None)
    match act.get("kind", ""):
        case "open":
            st.session_state[f"{NAME}.row"] = act.get("id", "")
        case "list":
            opportunity_filters.hold(opportunity_filters.held())
            st.session_state[f"{NAME}.part"], st.session_state[f"{NAME}.stage"] = "all", act.get("stage", "")
        case "move":
            done = opportunity_move.put(desk, act.get("id", ""), act.get("ver", ""), act.get("stage", ""))
            if done is not None:
                st.session_state[saving.TOLD if done.saved else SAID] = done.said
