"""访问覆盖: whose customers are looked at (a team, a manager, a tier), in the address; and the words of its columns."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from branch.board.coverage import Cadence, cadences
from branch.board.owed import Filter, teams_of
from pages.parts import address, board
from pages.parts.address import Place
from pages.parts.desk import Desk
from pages.parts.names import names
from pages.parts.words import literal

NAME = "coverage"
WORDS = ("team", "who", "tier")
PLACES = {word: Place(f"{NAME}.{word}") for word in WORDS}


def choose(desk: Desk) -> None:
    """The fields by which it is chosen; who has one team, or nobody but themselves, is not asked for it."""
    address.follow(NAME, PLACES)
    owned = desk.rows("customers")[["team", "owner"]].dropna(how="all").astype("str")
    teams = {one: board.team(desk, one) for one in sorted(set(owned["team"].dropna()) - {""})}
    wanted = str(st.session_state.get(f"{NAME}.team") or "")
    keep, known = teams_of(desk.book), names(desk, "staff")
    people = [one for one in set(owned["owner"].dropna()) - {""} if wanted not in teams or keep.get(one) == wanted]
    offered = {
        "team": teams,
        "who": {one: board.who(desk, one) for one in sorted(people, key=lambda one: known.get(one, one))},
        "tier": {one.code: one.label(desk.lang) for one in desk.tables["customers"]["tier"].choices},
    }
    offered = {word: options if len(options) > 1 else {} for word, options in offered.items()}
    with st.grid(max(1, sum(map(bool, offered.values()))), min_column_width=130, gap="small"):
        for word, options in offered.items():
            _select(desk, word, options)
    address.write(NAME, PLACES)


def wish() -> Filter:
    """What is chosen."""
    return Filter(*(str(st.session_state.get(f"{NAME}.{word}") or "") for word in WORDS))


def _select(desk: Desk, word: str, options: Mapping[str, str]) -> None:
    key = f"{NAME}.{word}"
    if st.session_state.get(key) not in options:  # the address may name anything
        st.session_state[key] = None
    if options:
        st.selectbox(
            desk.words(f"board.{word}"), list(options), index=None, key=key, placeholder=desk.plainly("all"),
            format_func=lambda one: literal(options.get(one, one)),
        )  # fmt: skip


def columns(desk: Desk) -> dict[str, Cadence]:
    """The columns of the matrix by key, in their order."""
    return {one.key: one for one in cadences(desk.look)}


def label(desk: Desk, one: Cadence) -> str:
    """客户经理·上门."""
    return desk.plainly("coverage.column", role=role(desk, one.roles), mode=mode(desk, one.mode))


def role(desk: Desk, roles: str) -> str:
    """The name of a role, or of several that owe it together."""
    column = desk.tables["staff"]["role"]
    found = [column.choice(one) for one in roles.split(";")]
    return "/".join(desk.plainly("coverage.owner") if one is None else one.label(desk.lang) for one in found)


def mode(desk: Desk, modes: str) -> str:
    """The name of a mode of visit; 访问 where any will do."""
    column = desk.tables["visits"]["mode"]
    return "/".join(one.label(desk.lang) for code in modes.split("+") if (one := column.choice(code))) or desk.plainly("coverage.any_mode")
