"""Step four of an import: it is taken beside the page, which may be left meanwhile, and then told ledger by ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from branch import clock, importing, importing_cut, incoming
from branch.incoming import Incoming
from branch.verdicts import Looked
from pages.parts import errand
from pages.parts import importing_draft as draft
from pages.parts import importing_preview as preview
from pages.parts.desk import Desk
from pages.parts.guard import language, require
from pages.parts.importing_file import BOOK
from pages.parts.words import literal, words
from sheets.files import excel_out, out

PARTS = ("read", "compare", "save", "heal")  # of an import, in their order


def ask(desk: Desk, brought: Incoming, looked: Looked) -> None:
    """The last look before it is taken."""
    told = looked.document
    preview.counts(desk, told)
    coming, staying = told["added"] + told["changed"], len(told["rejected"])
    if not coming:
        st.info(desk.words("importing.nothing" if staying else "importing.same"))
    if staying:
        st.warning(desk.words("importing.staying", count=staying))
    st.button(
        desk.words("importing.go", count=coming),
        key=f"importing.go.{brought.number}",
        type="primary",
        disabled=not coming,
        on_click=_take,
        args=(brought.number,),
    )


def _take(number: str) -> None:
    desk = require("importing")
    brought = draft.current(desk)
    if brought is None or brought.number != number:
        return
    person = replace(desk.person, lang=desk.lang)
    reached: list[str] = []

    def act() -> dict[str, Any]:
        lay = importing.laid(desk.branch, brought, importing.opened(desk.branch, person, brought))
        done = importing.take(desk.branch, brought, lay, person, clock.now(), reached.append)
        incoming.drop(desk.branch, person.staff)
        return {**done, "file": brought.name}

    if (there := errand.newest(draft.lane(desk))) is None or not there.running:
        importing_cut.begun(desk.branch, person.staff, brought, clock.now())
    errand.start(draft.lane(desk), "import", act, made=lambda: len(reached), size=len(PARTS) + 1)


def draw(desk: Desk, under_way: errand.Errand) -> None:
    if under_way.running:
        _watch(str(draft.lane(desk)))
        return
    importing_cut.over(desk.branch, desk.person.staff)  # its end is told here
    if under_way.number:
        st.error(words("broken", desk.lang, number=under_way.number))
    elif under_way.fault is not None:
        st.error(literal(under_way.fault.say(desk.lang)))
    else:
        _done(desk, under_way.result)
    st.button(desk.words("importing.another"), key="importing.another", on_click=_another)


@st.fragment(run_every=1)
def _watch(_: str) -> None:
    """How far it is; the page is drawn anew once it has ended."""
    desk = require("importing")
    found = errand.newest(draft.lane(desk))
    if found is None or not found.running:
        st.rerun()
    lang = language(desk.person)
    part = PARTS[max(0, min(found.made(), len(PARTS)) - 1)]
    st.progress(found.share, text=words(f"importing.part.{part}", lang))
    st.caption(words("importing.leave", lang))


def _done(desk: Desk, told: Mapping[str, Any]) -> None:
    st.success(desk.words("importing.done", name=told["file"], added=told["added"], changed=told["changed"]))
    preview.counts(desk, told)
    rejected = told["rejected"]
    if rejected:
        st.warning(desk.words("importing.rejected", count=len(rejected)))
        name, _, kind = str(told["file"]).rpartition(".")
        text = kind.lower() in {"csv", "txt"}  # it comes back as the kind of file it was
        st.download_button(
            desk.words("importing.rejected_file"),
            data=lambda: (out if text else excel_out).rejected(rejected, desk.lang),
            file_name=desk.plainly("importing.rejected_name", name=name) + (".csv" if text else ".xlsx"),
            mime="text/csv" if text else BOOK,
            key="importing.rejected",
            on_click="ignore",
        )
    table = str(told["table"])
    if table in desk.tables and desk.may(table, "read"):
        label = desk.words("importing.open_ledger", ledger=desk.tables[table].label(desk.lang))
        if table == "customers":
            st.page_link("customers.py", label=label)
        else:
            st.page_link("ledgers.py", label=label, query_params={"table": table})


def _another() -> None:
    desk = require("importing")
    errand.forget(draft.lane(desk))
    draft.forget()
