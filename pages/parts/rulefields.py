"""What a person picks for one cell of a rule: ledgers and columns by their labels, lengths with units, roles, steps, rungs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from branch import picks
from branch.picks import Length
from pages.parts.desk import Desk
from pages.parts.words import literal
from sheets.schema import Column, Table
from texts import words as every

SOFT = "@due"  # ends by itself


@dataclass(frozen=True)
class Place:
    """One cell in its form. `cells`: the rule as far as it is picked, on which depends what may be picked here."""

    desk: Desk
    name: str
    cell: str
    cells: Mapping[str, str]
    locked: bool = False

    @property
    def key(self) -> str:
        return f"{self.name}.{self.cell}"

    @property
    def column(self) -> Column:
        return self.desk.tables["rules"][self.cell]

    @property
    def label(self) -> str:
        verb = self.cells["verb"]
        asked = next((c for c in (f"rules.ask.{verb}.{self.cell}", f"rules.ask.{self.cell}") if f"screen.{c}" in every(self.desk.lang)), "")
        label = self.desk.words(asked) if asked else literal(self.column.label(self.desk.lang))
        return label + (" :red[*]" if self.column.required else "")

    def table(self, cell: str = "subject") -> Table | None:
        return self.desk.tables.get(self.cells.get(cell, ""))

    def held(self, part: str = "") -> object:
        return st.session_state.get(self.key + part)


@dataclass(frozen=True)
class Field:
    """`start`: what the widgets hold for a cell, by the end of their keys; None where the cell says more than they can.
    `draw` draws them, `text` makes the cell of what they hold."""

    start: Callable[[Place, str], Mapping[str, object] | None]
    draw: Callable[[Place], None]
    text: Callable[[Place], str]


def one(options: Callable[[Place], Mapping[str, str]]) -> Field:
    """One of several: the cell holds its key."""

    def draw(place: Place) -> None:
        known = options(place)
        held = place.held()
        every_ = [*known, *([held] if held and held not in known else [])]
        st.selectbox(
            place.label,
            every_,
            key=place.key,
            index=None,
            disabled=place.locked,
            placeholder=place.desk.plainly("pick"),
            format_func=lambda code: known.get(code, code),
            on_change=turned if place.cell in HEADS else None,
            args=(place.name, place.cell) if place.cell in HEADS else None,
        )

    return Field(lambda _, text: {"": text or None}, draw, lambda place: str(place.held() or ""))


def many(options: Callable[[Place], Mapping[str, str]], between: str) -> Field:
    """Several of several."""

    def start(_: Place, text: str) -> Mapping[str, object]:
        return {"": [part.strip() for part in text.replace(";", between.strip()).split(between.strip()) if part.strip()]}

    def draw(place: Place) -> None:
        known = options(place)
        held: Sequence[str] = place.held() or []  # type: ignore[assignment]
        st.multiselect(
            place.label,
            [*known, *(code for code in held if code not in known)],
            key=place.key,
            disabled=place.locked,
            placeholder=place.desk.plainly("pick"),
            format_func=lambda code: known.get(code, code),
            select_all=False,
        )

    return Field(start, draw, lambda place: between.join(place.held() or []))  # type: ignore[arg-type]


def _length_start(_: Place, text: str) -> Mapping[str, object] | None:
    found = picks.length(text)
    if not text:
        return {".number": None, ".unit": "d"}
    return None if found is None else {".number": found.number, ".unit": found.unit}


def _length_draw(place: Place) -> None:
    number, unit = st.columns(2)
    with number:
        st.number_input(place.label, min_value=0, max_value=999, value=None, step=1, key=f"{place.key}.number", disabled=place.locked)
    with unit:
        units(place, f"{place.key}.unit", picks.UNITS)


def units(place: Place, key: str, codes: Sequence[str]) -> None:
    words = place.desk.plainly
    st.selectbox(words("rules.unit"), codes, key=key, disabled=place.locked, format_func=lambda code: words(f"rules.unit_of.{code}"))


def _length_text(place: Place) -> str:
    number = place.held(".number")
    return "" if number is None else str(Length(int(number), str(place.held(".unit") or "d")))  # type: ignore[call-overload]


def _raw_draw(place: Place) -> None:
    help_ = f"rules.help.{place.cell}"
    known = f"screen.{help_}" in every(place.desk.lang)
    long = place.column.kind == "long"
    more = {"key": place.key, "disabled": place.locked, "help": place.desk.words(help_) if known else None}
    st.text_area(place.label, height="content", **more) if long else st.text_input(place.label, autocomplete="off", **more)


RAW = Field(lambda _, text: {"": text}, _raw_draw, lambda place: str(place.held() or "").strip())


def _count_draw(place: Place) -> None:
    st.number_input(place.label, min_value=1, max_value=31, step=1, key=place.key, disabled=place.locked)


COUNT = Field(
    lambda _, text: {"": int(text or 1)} if (text or "1").isdecimal() and 0 < int(text or 1) < 32 else None,
    _count_draw,
    lambda place: str(place.held() or 1),
)


def ledgers(place: Place) -> dict[str, str]:
    """The ledgers that have a day to go by. Their names and columns are no secret from whoever writes rules; their rows are."""
    desk = place.desk
    dated = [t for t in desk.tables.values() if not t.inside and t.group != "branch" and picks.days(t)]
    return {t.key: t.label(desk.lang) for t in dated}


def of_days(cell: str) -> Callable[[Place], Mapping[str, str]]:
    """The days of the ledger that this cell names; a cell that names two keeps its words."""

    def options(place: Place) -> Mapping[str, str]:
        table = place.table(cell)
        known = {c.key: c.label(place.desk.lang) for c in picks.days(table)}
        both = str(place.held() or "") if isinstance(place.held(), str) else ""
        if table is not None and "|" in both and all(part in known for part in both.split("|")):
            known[both] = picks.days_label(both, table, place.desk.lang)
        return known

    return options


def _periods(place: Place) -> Mapping[str, str]:
    return {c.key: c.label(place.desk.lang) for c in picks.periods(place.table("event"))}


def _ends(place: Place) -> Mapping[str, str]:
    return of_days("event" if place.cells.get("event") else "subject")(place)


def _ends_or_passes(place: Place) -> Mapping[str, str]:
    return dict(_ends(place)) | {SOFT: place.desk.plainly("rules.soft")}


def _events(place: Place) -> Mapping[str, str]:
    """The ledgers whose rows name a row of the subject."""
    desk, subject = place.desk, place.cells.get("subject", "")
    found = [t for t in desk.tables.values() if any(_names(c, subject) for c in t.columns) and picks.days(t)]
    return {t.key: t.label(desk.lang) for t in found if subject and not t.inside}


def _names(column: Column, subject: str) -> bool:
    """Whether a column names a row of the ledger."""
    return (column.kind == "ref" and column.ref == subject) or (column.kind == "staff" and subject == "staff")


def _roles(place: Place) -> Mapping[str, str]:
    return picks.roles(place.table(), place.desk.lang)


def _choices(place: Place) -> Mapping[str, str]:
    return {c.code: c.label(place.desk.lang) for c in place.column.choices}


def _tiers(place: Place) -> Mapping[str, str]:
    return {c.code: c.label(place.desk.lang) for c in place.desk.tables["customers"]["tier"].choices}


def _steps(place: Place) -> Mapping[str, str]:
    held: Sequence[str] = place.held() or []  # type: ignore[assignment]
    return {code: picks.step_label(code, place.desk.lang) for code in (*picks.STEPS, *held)}


def _said(prefix: str, codes: Sequence[str]) -> Callable[[Place], Mapping[str, str]]:
    return lambda place: {code: place.desk.plainly(f"rules.{prefix}.{code}") for code in codes}


YESNO = one(lambda place: {"yes": place.desk.plainly("yes"), "no": place.desk.plainly("no")})
FIELDS: dict[str, Field] = {
    "ledger": one(ledgers),
    "events": one(_events),
    "day": one(of_days("subject")),
    "day_of_event": one(of_days("event")),
    "days": many(_ends, "|"),
    "days_or_passing": many(_ends_or_passes, "|"),
    "days_of_event": many(_ends, "|"),
    "length": Field(_length_start, _length_draw, _length_text),
    "period": one(_said("period", picks.PERIODS)),
    "every": one(_said("every", picks.EVERY)),
    "period_of_event": one(_periods),
    "count": COUNT,
    "choice": one(_choices),
    "roles": many(_roles, ","),
    "tiers": many(_tiers, ","),
    "steps": many(_steps, "; "),
    "again": one(_said("again", picks.AGAIN)),
    "yesno": YESNO,
}
# Cells on which others depend: once another ledger is picked, what was picked of the last one means nothing.
HEADS = {"subject": ("date", "event", "event_where", "done", "where", "due", "tiers"), "event": ("event_where", "done")}


def turned(name: str, cell: str) -> None:
    """The callback of a head: the cells below it begin anew. Which of its days an event has is asked again, too."""
    asked = picks.asks(str(st.session_state.get(f"{name}.verb")))
    of_event = [below for below, kind in asked.items() if cell == "event" and kind.endswith("_of_event")]
    for below in dict.fromkeys((*HEADS[cell], *of_event)):
        for key in [key for key in st.session_state if isinstance(key, str) and (key + ".").startswith(f"{name}.{below}.")]:
            del st.session_state[key]
        st.session_state[f"{name}.cleared"] = {*st.session_state.get(f"{name}.cleared", ()), below}
