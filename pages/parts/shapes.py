"""The few questions by which an administrator shapes the ledgers; each answer is read by the dictionary before it is saved."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from branch import shaping
from branch.shaping import Refusal, Unshaped, Wish
from pages.parts import drafts, saving, shown
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.words import literal
from sheets.schema import Edit
from texts import say

SCREEN, NAME, MADE = "dictionary", "shape", "dictionary.just_made"
FIRST = 3  # columns asked for to begin with
MOST = 20
ASKED = ("label", "kind", "choices", "required", "hidden", "sensitive", "fact")  # of a column
FIELDS = {
    "column": ("table", *ASKED), "ledger": ("name", "customers", "owner", "prefix", "lines"), "choice": ("table", "column", "choices"),
    "rename": ("table", "column", "label"), "hide": ("table", "column"),
}  # fmt: skip
BEGINS = {"kind": "text", "customers": True, "lines": FIRST}  # what stands in an empty form


def draw(desk: Desk, part: str) -> None:
    name = f"{NAME}.{part}"
    done = saving.outcome(name)
    if done is not None and done.saved:
        kept = st.session_state.get(f"{name}.table")
        saving.forget(name)
        drafts.drop(desk, name)
        st.toast(done.said)
        if kept and part != "ledger":
            st.session_state[f"{name}.table"] = kept
    _restore(desk, part, name)
    drafts.tell(desk, SCREEN, name, saving.forget)
    PARTS[part](desk, name)
    _keep(desk, part, name)
    with st.container():
        if done is not None and not done.saved:
            st.error(literal(done.said))
        elif found := _errors(name):
            st.error(desk.words("form.mend", count=len(found), fields=desk.plainly("comma").join(dict.fromkeys(found.values()))))
    st.button(desk.words("shaping.save"), key=f"{name}.save.{saving.token(name)}", type="primary", on_click=_save, args=(part,))


def _fields(part: str) -> tuple[str, ...]:
    lines = tuple(f"{n}.{one}" for n in range(MOST) for one in ASKED) if part == "ledger" else ()
    return (*FIELDS[part], *lines)


def _restore(desk: Desk, part: str, name: str) -> None:
    """What was typed and not saved comes back, where the page is drawn anew and holds none of it; and so does the answer to a
    question that went out of sight with the answer to another one."""
    state, fields = st.session_state, _fields(part)
    lost = [field for field in fields if f"{name}.{field}" not in state]
    draft = drafts.load(desk, name)
    state.update({f"{name}.{field}": draft.typed[field] for field in lost if field in draft.typed})
    if draft.typed and set(fields) - set(lost) <= {"lines"}:
        state[f"{name}.restored"] = draft.at


def _keep(desk: Desk, part: str, name: str) -> None:
    """What differs from an empty form."""
    held = {field: st.session_state.get(f"{name}.{field}") for field in _fields(part)}
    typed = {field: value for field, value in held.items() if value not in (None, "", BEGINS.get(field.rpartition(".")[2], False))}
    drafts.keep(desk, name, typed if set(typed) - {"table"} else {}, {})  # a ledger picked is nothing typed yet
    drafts.drawn(name, [f"{name}.{FIELDS[part][0]}"], _sweep, part, name)


def _sweep(desk: Desk, part: str, name: str) -> None:
    _restore(desk, part, name)
    _keep(desk, part, name)


def _errors(name: str) -> dict[str, str]:
    return st.session_state.get(f"{name}.errors", {})


def _fault(name: str, field: str) -> None:
    if told := _errors(name).get(field):
        with st.container(key=f"first_fault_{field.replace('.', '_')}_{name.replace('.', '_')}"):
            st.caption(f":red[{literal(told)}]")


def _table(desk: Desk, name: str) -> str:
    tables = {key: t.label(desk.lang) for key, t in desk.tables.items() if not t.inside and t.group != "branch"}
    _pick(desk, name, "table", tables)
    return str(st.session_state.get(f"{name}.table") or "")


def _pick(desk: Desk, name: str, field: str, options: dict[str, str], word: str = "", *, first: int | None = None) -> None:
    key = f"{name}.{field}"
    if st.session_state.get(key) not in options:
        st.session_state[key] = None
    st.selectbox(
        _must(desk, word or field), list(options), key=key, index=first, format_func=options.__getitem__,
        placeholder=desk.plainly("pick"),
    )  # fmt: skip
    _fault(name, field)


def _must(desk: Desk, word: str) -> str:
    """The label of a question that wants an answer, as every form says it."""
    return desk.words("form.must", label=desk.plainly(f"shaping.{word}"))


def _text(desk: Desk, name: str, field: str, word: str = "", *, must: bool = True) -> None:
    st.text_input(_must(desk, word or field) if must else desk.words(f"shaping.{word or field}"), key=f"{name}.{field}", autocomplete="off")
    _fault(name, field)


def _column(desk: Desk, name: str) -> None:
    first, second = st.columns(2)
    with first:
        _table(desk, name)
    with second:
        _text(desk, name, "label")
    _asked(desk, name, "", ("required", "hidden", "sensitive", "fact"))


def _asked(desk: Desk, name: str, at: str, ticks: tuple[str, ...]) -> None:
    """The kind of a column, its choices where it has some, and what else is to be true of it."""
    kinds = {kind: desk.plainly(f"shaping.kind_of.{kind}") for kind in shaping.KINDS}
    st.session_state.setdefault(f"{name}.{at}kind", "text")
    _pick(desk, name, f"{at}kind", kinds, "kind", first=0)
    if st.session_state.get(f"{name}.{at}kind") in shaping.CHOOSING:
        st.text_area(_must(desk, "choices"), key=f"{name}.{at}choices", height="content")
        _fault(name, f"{at}choices")
    with st.container(horizontal=True):
        for tick in ticks:
            if _offered(tick, str(st.session_state.get(f"{name}.{at}kind"))):
                st.checkbox(desk.words(f"shaping.{tick}"), key=f"{name}.{at}{tick}")
    for tick in ticks:
        _fault(name, f"{at}{tick}")


def _offered(tick: str, kind: str) -> bool:
    return kind in {"sensitive": shaping.VEILED, "fact": shaping.DAYS}.get(tick, shaping.KINDS)


def _choice(desk: Desk, name: str) -> None:
    table = _table(desk, name)
    found = desk.tables[table].columns if table else ()
    _pick(desk, name, "column", {c.key: c.label(desk.lang) for c in found if c.kind in shaping.CHOOSING}, "of_column")
    _text(desk, name, "choices", "choice_label")


def _rename(desk: Desk, name: str) -> None:
    table = _table(desk, name)
    found = {"": desk.plainly("shaping.whole")} | {c.key: c.label(desk.lang) for c in (desk.tables[table].columns if table else ())}
    _pick(desk, name, "column", found, "of_column")
    _text(desk, name, "label", "new_label")


def _hide(desk: Desk, name: str) -> None:
    table = _table(desk, name)
    found = desk.tables[table].columns if table else ()
    _pick(desk, name, "column", {c.key: c.label(desk.lang) for c in found if not c.auto and c.key != "id"}, "of_column")


def _ledger(desk: Desk, name: str) -> None:
    _text(desk, name, "name")
    st.session_state.setdefault(f"{name}.customers", True)
    st.toggle(desk.words("shaping.customers"), key=f"{name}.customers")
    first, second = st.columns(2)
    with first:
        _text(desk, name, "owner", "owner_label", must=False)
        if st.session_state[f"{name}.customers"]:
            st.caption(desk.words("shaping.owner_customer") if not st.session_state.get(f"{name}.owner") else "")
    with second:
        _text(desk, name, "prefix", must=False)
    st.markdown(f"**{desk.words('shaping.columns')}**")
    for n in range(int(st.session_state.setdefault(f"{name}.lines", FIRST))):
        label, more = st.columns((2, 3))
        with label:
            _text(desk, name, f"{n}.label", "label", must=n == 0)
        with more:
            _asked(desk, name, f"{n}.", ("required", "fact"))
    _fault(name, "columns")
    if st.session_state[f"{name}.lines"] < MOST:
        st.button(desk.words("shaping.more"), key=f"{name}.more", on_click=_more, args=(name,), type="tertiary")


def _more(name: str) -> None:
    st.session_state[f"{name}.lines"] += 1


PARTS: dict[str, Callable[[Desk, str], None]] = {
    "column": _column, "ledger": _ledger, "choice": _choice, "rename": _rename, "hide": _hide,
}  # fmt: skip


def _wish(name: str, at: str = "") -> Wish:
    held = st.session_state
    kind = str(held.get(f"{name}.{at}kind") or "text")
    choices = tuple(str(held.get(f"{name}.{at}choices") or "").splitlines()) if kind in shaping.CHOOSING else ()
    ticks = {tick: bool(held.get(f"{name}.{at}{tick}")) and _offered(tick, kind) for tick in ("required", "hidden", "sensitive", "fact")}
    return Wish(str(held.get(f"{name}.{at}label") or ""), kind, choices, **ticks)


def _edits(desk: Desk, part: str, name: str) -> list[Edit]:
    def held(field: str) -> str:
        return str(st.session_state.get(f"{name}.{field}") or "").strip()

    match part:
        case "column":
            return shaping.column(desk.look, held("table"), _wish(name))
        case "choice":
            return shaping.choice(desk.look, held("table"), held("column"), held("choices"))
        case "rename":
            return shaping.rename(desk.look, held("table"), held("column"), held("label"))
        case "hide":
            return shaping.hide(desk.look, held("table"), held("column"))
    wishes = [_wish(name, f"{n}.") for n in range(int(st.session_state.get(f"{name}.lines", FIRST)))]
    customers = bool(st.session_state.get(f"{name}.customers"))
    return shaping.ledger(desk.look, held("name"), wishes, customers=customers, owner=held("owner"), prefix=held("prefix"))


def _save(part: str) -> None:
    """The callback: what the dictionary would refuse is said under its question, and nothing is written."""
    desk, name = require(SCREEN), f"{NAME}.{part}"
    st.session_state.pop(f"{name}.errors", None)
    st.session_state.pop(f"{name}.outcome", None)
    try:
        edits = _edits(desk, part, name)
    except Unshaped as fault:
        told = desk.sentence(fault.issue) if isinstance(fault, Refusal) else fault.say(desk.lang)
        st.session_state[f"{name}.errors"] = {fault.field: told}
        return
    table = str((edits[0].after or {})["table"])
    label = desk.tables[table].label(desk.lang) if table in desk.tables else str((edits[0].after or {}).get("value_zh"))
    saving.save(name, SCREEN, edits, say("screen.shaping.done", desk.lang, name=label))
    st.session_state[MADE] = table


def standing(desk: Desk, rows: pd.DataFrame) -> pd.DataFrame:
    """What the dictionary says by now, newest first, in words."""
    table = desk.tables["dictionary"]
    found = []
    for row in rows.iloc[::-1].to_dict("records"):
        ledger = desk.tables.get(str(row["table"]))
        column = ledger.column(str(row["column"])) if ledger else None
        said = [shown.cell(desk, table[key], row[key]) for key in ("value_zh", "choices", "value")]
        found.append({
            "act": shown.cell(desk, table["act"], row["act"]),
            "table": ledger.label(desk.lang) if ledger else str(row["table"]),
            "column": column.label(desk.lang) if column else shown.cell(desk, table["column"], row["column"]),
            "said": " ".join(filter(None, said)),
        })  # fmt: skip
    return pd.DataFrame(found, dtype="str")


def headings(desk: Desk) -> list[str]:
    table = desk.tables["dictionary"]
    return [*(table[key].label(desk.lang) for key in ("act", "table", "column")), table["value"].label(desk.lang)]
