"""Step three of an import: what the file cannot say for itself is said once for all of it; rows that are not wanted are left out."""

from __future__ import annotations

from typing import Any

import streamlit as st

from branch import incoming, verdicts
from branch.incoming import Incoming
from branch.verdicts import UNITS, Looked, UnitAsked, Word
from pages.parts import importing_draft as draft
from pages.parts import importing_preview as preview
from pages.parts import names
from pages.parts.desk import Desk
from pages.parts.words import literal

SHOWN = 50  # texts asked about at once
SEVERAL = ("choices", "staffs")


def draw(desk: Desk, brought: Incoming, looked: Looked) -> None:
    preview.counts(desk, looked.document)
    if not looked.units and not looked.words and not looked.document["rejected"] and not brought.decided.rows:
        st.success(desk.words("importing.nothing_to_mend"))
    for number, asked in enumerate(looked.units):
        _unit(desk, brought, number, asked)
    if brought.decided.units:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(desk.words("importing.units_said", units=desk.plainly("comma").join(dict.fromkeys(brought.decided.units.values()))))
            st.button(desk.words("importing.units_again"), key="importing.units.again", type="tertiary", on_click=_units_again)
    if looked.words:
        st.markdown(f"**{desk.words('importing.words')}**")
        st.caption(desk.words("importing.words_hint"))
        for word in looked.words[:SHOWN]:
            _word(desk, brought, word)
        if len(looked.words) > SHOWN:
            st.caption(desk.words("importing.more", count=len(looked.words) - SHOWN))
    _skip(desk, brought, looked)
    others = tuple(group for group in looked.groups if group.stops and group.mend not in {"words", "names", "units"})
    if others:
        st.markdown(f"**{desk.words('importing.others')}**")
        st.caption(desk.words("importing.others_hint"))
        preview.groups(desk, others)
    st.button(desk.words("importing.to_take"), key="importing.take", type="primary", on_click=preview.go, args=("take",))


def _unit(desk: Desk, brought: Incoming, number: int, asked: UnitAsked) -> None:
    with st.container(border=True):
        st.warning(literal(asked.said))
        if asked.code == "around_foreign":
            st.markdown(desk.words("importing.foreign_hint"))
        heads = draft.lay(desk, brought).heads
        st.markdown(desk.words("importing.unit_of", columns=desk.plainly("comma").join(heads[index] for index in asked.columns)))
        key = f"importing.unit.{brought.number}.{number}"
        unit = st.selectbox(desk.words("importing.unit"), UNITS, index=None, key=key, placeholder=desk.plainly("pick"), width=240)
        st.button(desk.words("importing.unit_sure"), key=f"{key}.sure", disabled=unit is None, on_click=_answer, args=(asked, key))


def _answer(asked: UnitAsked, key: str) -> None:
    unit = str(st.session_state[key])
    draft.change(lambda _, brought: verdicts.answered(brought, asked, unit))


def _units_again() -> None:
    draft.change(lambda _, brought: incoming.decide(brought, units={}, silent=frozenset()))


def _word(desk: Desk, brought: Incoming, word: Word) -> None:
    """One text of a column, and a list of what it may mean."""
    options = _options(desk, word)
    key = f"importing.word.{brought.number}.{brought.sheet}.{word.index}.{word.raw}"
    now = brought.decided.values.get((word.index, word.raw))
    several = word.column.kind in SEVERAL
    if key not in st.session_state:
        st.session_state[key] = (now.split(";") if now else []) if several else now
    left, right = st.columns([2, 3], vertical_alignment="center")
    with left:
        st.markdown(
            f"**{literal(word.raw)}** :gray[{literal(word.column.label(desk.lang))} · {desk.words('importing.rows_of', count=word.rows)}]"
        )
    more: dict[str, Any] = {"key": key, "placeholder": desk.plainly("importing.means"), "label_visibility": "collapsed"}
    more |= {"format_func": lambda one: options.get(one, one), "on_change": _meant, "args": (word.index, word.raw, key)}
    with right:
        if several:
            st.multiselect(literal(word.raw), list(options), **more)
        else:
            st.selectbox(literal(word.raw), list(options), index=None, **more)


def _options(desk: Desk, word: Word) -> dict[str, str]:
    """What may be meant: the choices of the column, or the rows this person may see, by number."""
    column = word.column
    if column.kind == "yesno":
        return {"yes": desk.plainly("yes"), "no": desk.plainly("no")}
    if column.choices:
        return {choice.code: choice.label(desk.lang) for choice in column.choices}
    table = column.ref or "staff"
    found = names.names(desk, table)
    numbered = table in desk.tables and desk.tables[table].numbered
    return {key: f"{said} · {key}" if numbered and said != key else said for key, said in found.items()}


def _meant(index: int, raw: str, key: str) -> None:
    chosen = st.session_state[key]
    value = ";".join(chosen) if isinstance(chosen, list) else chosen

    def make(_: Desk, brought: Incoming) -> Incoming:
        values = {**brought.decided.values}
        if value:
            values[index, raw] = value
        else:
            values.pop((index, raw), None)
        return incoming.decide(brought, values=values)

    draft.change(make)


def _skip(desk: Desk, brought: Incoming, looked: Looked) -> None:
    """Rows that are not to be imported: chosen among those that cannot be taken, or by their number."""
    called = {row.row: row.called for row in looked.rows}
    stopped = [row.row for row in looked.rows if row.verdict in {"conflict", "refused"}]
    skipped = sorted(one + 1 for one in brought.decided.rows)
    options = sorted({*stopped, *skipped, *list(called)[:500]})
    if not options:
        return
    key = f"importing.skip.{brought.number}.{brought.sheet}"
    st.session_state[key] = skipped
    st.multiselect(
        desk.words("importing.skip"),
        options,
        key=key,
        format_func=lambda row: desk.plainly("importing.row", number=row, cells=called.get(row, "")),
        placeholder=desk.plainly("importing.skip_hint"),
        on_change=_skipped,
        args=(key,),
    )
    if stopped and set(stopped) - set(skipped):
        st.button(
            desk.words("importing.skip_all", count=len(stopped)), key="importing.skip_all", on_click=_skip_all, args=(tuple(stopped),)
        )


def _skipped(key: str) -> None:
    rows = frozenset(int(row) - 1 for row in st.session_state[key])
    draft.change(lambda _, brought: incoming.decide(brought, rows=rows))


def _skip_all(rows: tuple[int, ...]) -> None:
    draft.change(lambda _, brought: incoming.decide(brought, rows=brought.decided.rows | {row - 1 for row in rows}))
