"""A form for the rows of any ledger: fields by kind, faults beside the field, one save, conflicts side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from branch import access
from pages.parts import drafts, fields, saving
from pages.parts.clashes import clashes
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.names import is_blank
from pages.parts.words import literal
from sheets.numbers import placeholder
from sheets.schema import Column, Edit, Table
from texts import say

FOLDED = "+"
Values = Mapping[str, Any]
WIDE = frozenset({"preparation", "minutes", "content", "next_step", "analysis"})  # fields with the whole width
Also = Callable[[Desk, str, Mapping[str, Any]], list[Edit]]


@dataclass(frozen=True)
class Button:
    """One way to end a form: what it says, and what it writes beside what was typed, worked out at the click."""

    label: str
    more: Callable[[], Values] = dict


@dataclass(frozen=True)
class Form:
    """What is asked: the columns of a table, in groups, for a new row or one that is there."""

    name: str
    screen: str
    table: str
    groups: tuple[tuple[str, tuple[str, ...]], ...]  # heading, column keys; a heading that begins with FOLDED is opened by a click
    row: str = ""  # empty: a new row
    fixed: tuple[tuple[str, Any], ...] = ()  # values that are not asked, only written, with a new row
    also: Also | None = None  # further edits of the same save, made from the row's id and its values
    must: tuple[str, ...] = ()  # asked for here, though the ledger itself can do without
    buttons: tuple[Button, ...] = ()  # none: one that saves; the first one is what is done most often

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(key for _, keys in self.groups for key in keys)


def whole(desk: Desk, name: str, screen: str, table: str, row: str = "", *, skip: Sequence[str] = ()) -> Form:
    """Every column that a person may type, in the ledger's own order."""
    keys = tuple(c.key for c in asked(desk, desk.tables[table], row) if c.key not in skip)
    return Form(name, screen, table, (("", keys),), row)


def asked(desk: Desk, table: Table, row: str) -> list[Column]:
    """The columns of a form: not what Huce fills in, not what this person may not see; the number of a new row only."""
    return [
        c
        for c in table.columns
        if (c.key == "id" and table.numbered and not row)
        or (c.key != "id" and not c.auto and not c.stamp and access.writable(desk.person, table.key, c.key))
    ]


def _as_asked(form: Form, table: Table, key: str) -> Column:
    """A column as the form asks for it: a number may be left blank where the ledger gives the next one."""
    column = table[key]
    if key != "id":
        return replace(column, required=True) if key in form.must else column
    code = "screen.form.number" if table.number else "screen.form.number_must"
    return replace(column, required=not table.number, help_zh=say(code, "zh"), help_en=say(code, "en"))


def fill(desk: Desk, form: Form, values: Mapping[str, Any] | None = None) -> str:
    """Draws the form. On the one run that follows a good save: the number of the row; else ""."""
    name = form.name
    begin(desk, form, values or {})
    done = saving.outcome(name)
    if done is not None and done.saved:
        saving.forget(name)
        st.session_state[saving.TOLD] = done.said  # the page is drawn anew now, and says it
        drafts.drop(desk, name)
        return done.row
    drafts.tell(desk, form.screen, name, saving.forget)
    errors: Mapping[str, str] = st.session_state.get(f"{name}.errors", {})
    with st.container():  # a place of its own, so that no field below it moves while somebody types
        if done is not None and done.clashes:
            clashes(desk, name, form.screen, done)
            return ""
    first = next(iter(errors), "")
    for heading, keys in form.groups:
        if heading.startswith(FOLDED):
            with st.expander(
                literal(heading.removeprefix(FOLDED)), expanded=not {*errors, *st.session_state[f"{name}.came_back"]}.isdisjoint(keys)
            ):
                _group(desk, form, keys, errors, first)
            continue
        if heading:
            st.markdown(f"**{literal(heading)}**")
        _group(desk, form, keys, errors, first)
    _keep(desk, form.name, form.columns)
    token = saving.token(name)
    with st.container(key=f"savebar_{name.replace('.', '_')}"):  # stays in sight, whatever part of the form is
        with st.container():
            if done is not None:
                st.error(literal(done.said))
            elif errors:
                labels = [desk.tables[form.table][key].label(desk.lang) for key in errors]
                st.error(desk.words("form.mend", count=len(errors), fields=desk.plainly("comma").join(labels)))
        buttons = form.buttons or (Button(desk.words("save")),)
        with st.container(horizontal=True):
            for n, button in enumerate(buttons):
                key = f"{name}.save{n or ''}.{token}"
                st.button(literal(button.label), key=key, type="secondary" if n else "primary", on_click=_save, args=(form, button))
    return ""


def begin(desk: Desk, form: Form, values: Mapping[str, Any]) -> None:
    """Fills the fields that hold nothing: all of them where the form is drawn for the first time, or again after another part of
    the page, another page or a closed drawer, which take the fields out of the session; some where it asks for more than before.
    The row as it stands now is what the merge will compare with; what was typed earlier comes back over it, and is compared with
    what stood there then."""
    name, state = form.name, st.session_state
    lost = [key for key in form.columns if f"{name}.{key}" not in state]
    anew = f"{name}.before" not in state or state.get(f"{name}.drawn-on") != form.screen or len(lost) == len(form.columns)
    if not anew and not lost:
        return
    lost = list(form.columns) if anew else lost
    row: Mapping[str, Any] | None = (desk.row(form.table, form.row) if form.row else None) if anew else state[f"{name}.before"]
    draft = drafts.load(desk, name)
    typed = {key: value for key, value in draft.typed.items() if key in lost}
    if row is not None:
        row = {**row, **{key: draft.base.get(key) for key in typed}}
    filled = {key: value for key, value in (row or {}).items() if not is_blank(value)}
    table, start = desk.tables[form.table], dict(values) | filled
    blank = {key: fields.start(table[key], start.get(key)) for key in lost}
    state[f"{name}.before"], state[f"{name}.drawn-on"] = row, form.screen
    state.setdefault(f"{name}.new-row", form.row or placeholder())
    state[f"{name}.blank"] = blank if anew else state[f"{name}.blank"] | blank
    state[f"{name}.came_back"] = tuple(typed)  # a folded part that holds some of it is open
    if typed:
        state[f"{name}.restored"] = draft.at
    for key in lost:
        state[f"{name}.{key}"] = typed[key] if key in typed else blank[key]


def _keep(desk: Desk, name: str, columns: tuple[str, ...]) -> None:
    """What was typed, not what the form began with: that belongs to its day and its language."""
    blank: Mapping[str, Any] = st.session_state[f"{name}.blank"]
    before: Mapping[str, Any] = st.session_state[f"{name}.before"] or {}
    typed = {key: held for key in columns if (held := st.session_state.get(f"{name}.{key}")) != blank[key]}
    drafts.keep(desk, name, typed, {key: fields.own(before.get(key)) for key in typed})
    drafts.drawn(name, [f"{name}.{key}" for key in ("blank", *columns)], _keep, name, columns)


def _group(desk: Desk, form: Form, keys: Sequence[str], errors: Mapping[str, str], first: str) -> None:
    """Two abreast, short beside short and long beside long; what is asked for most words has the whole width."""
    table = desk.tables[form.table]
    for line in lines(table, keys):
        alone = len(line) == 1 and (line[0] in WIDE or table[line[0]].kind == "long")
        places = [st.container()] if alone else st.columns(2)
        for place, key in zip(places, line, strict=False):
            with place:
                _field(desk, form, _as_asked(form, table, key), errors.get(key, ""), key == first)


def lines(table: Table, keys: Sequence[str]) -> list[list[str]]:
    """The fields of a group, one or two a line, in their order."""
    found: list[list[str]] = []
    for key in keys:
        last = found[-1] if found else [key, key]
        alike = len(last) == 1 and {last[0], key}.isdisjoint(WIDE)
        if alike and (table[last[0]].kind == "long") == (table[key].kind == "long"):
            last.append(key)
        else:
            found.append([key])
    return found


def _field(desk: Desk, form: Form, column: Column, error: str, first: bool) -> None:
    """The field, and below it what is wrong with it. The page goes to the first such place (line.js), once for each try."""
    near = st.session_state.get(f"{form.name}.customer") or dict(form.fixed).get("customer")
    fields.field(desk, column, f"{form.name}.{column.key}", near=near)
    if error:
        place = f"first_fault_{st.session_state.get(f'{form.name}.tries', 0)}" if first else f"fault_{column.key}"
        with st.container(key=f"{place}_{form.name.replace('.', '_')}"):
            st.caption(f":red[{literal(error)}]")


def _save(form: Form, button: Button) -> None:
    """The callback of the button: read, check, write; whatever happens is told by the next run."""
    desk = require(form.screen)
    name, table = form.name, desk.tables[form.table]
    before: Mapping[str, Any] | None = st.session_state[f"{name}.before"]
    values, errors = _read(desk, form, table, before)
    st.session_state[f"{name}.errors"] = errors
    st.session_state[f"{name}.tries"] = st.session_state.get(f"{name}.tries", 0) + 1
    st.session_state.pop(f"{name}.outcome", None)
    if errors:
        return
    values |= button.more()
    row = str(values.pop("id", "") or st.session_state[f"{name}.new-row"])
    edits = [Edit(form.table, row, _own(before), values)] if values or before is None else []
    if form.also:
        edits += form.also(desk, row, values)
    saving.save(name, form.screen, edits, say("screen.saved", desk.lang))


def _read(desk: Desk, form: Form, table: Table, before: Mapping[str, Any] | None) -> tuple[dict[str, Any], dict[str, str]]:
    values: dict[str, Any] = {} if before is not None else dict(form.fixed)
    errors: dict[str, str] = {}
    for key in form.columns:
        column = _as_asked(form, table, key)
        reading = fields.typed(column, st.session_state.get(f"{form.name}.{key}"))
        if column.required and reading.value is None and not reading.code:
            errors[key] = say("screen.form.required", desk.lang)
        elif reading.code and not reading.warning:
            errors[key] = fields.reason(desk, form.table, column, reading)
        elif key == "id" and _taken(desk, form.table, reading.value):
            errors[key] = say("check.number_taken", desk.lang, number=reading.value)
        elif not fields.same(reading.value, (before or {}).get(key)):
            values[key] = reading.value
    return values, errors


def _taken(desk: Desk, table: str, number: object) -> bool:
    """Whether a row bears the number, a deleted one among them: a number is good once."""
    return number is not None and bool((desk.book.frames[table]["id"] == number).any())


def _own(before: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if before is None else {key: fields.own(value) for key, value in before.items()}
