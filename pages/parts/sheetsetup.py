"""Before the sheet: what leaves the house, the key, whom to share with, the link; each step tried before anything is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from branch import clock, files, settings
from branch.sync import answers, connecting, credentials, reading
from pages.parts import drafts, errand, sheetsteps
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.sheetsteps import STEPS, Tried
from pages.parts.words import literal
from sheets import google_faults
from sheets.google import GoogleSheet
from sheets.spreadsheet import SheetFault
from texts import Fault

NAME, TYPED = "google", ("link",)  # the key is in no draft
MASKS = ("mask_contacts", "mask_accounts", "mask_balances")
ADOPTED = frozenset({"google.content", "google.workbook"})  # what only somebody who has seen it may say yes to
BESIDE = 8  # requests of a move besides those that carry rows


def over(desk: Desk) -> None:
    """The sheet is joined: its link is typed no more."""
    if any(f"{NAME}.{key}" in st.session_state for key in TYPED):
        drafts.drop_fields(desk, NAME, TYPED)


def draw(desk: Desk, last: errand.Errand | None) -> None:
    st.markdown(desk.words("google.hint"))
    st.warning(desk.words("google.abroad"))
    running = last is not None and last.running
    _masks(desk)
    account = _key(desk)
    st.markdown(f"**{desk.words('google.share')}**")
    if account:
        st.code(account, language=None)
    else:
        st.caption(desk.words("google.share_later"))
    st.markdown(f"**{desk.words('google.link')}**")
    drafts.load_fields(desk, NAME, TYPED)
    st.text_input(
        desk.words("google.link"),
        key="google.link",
        placeholder=desk.plainly("google.link_hint"),
        autocomplete="off",
        label_visibility="collapsed",
    )
    drafts.keep_fields(desk, NAME, TYPED)
    with st.container(horizontal=True):
        st.button(desk.words("google.try_first"), key="google.try", on_click=_try, disabled=running)
        st.button(desk.words("google.connect"), key="google.connect", type="primary", on_click=_connect, disabled=running)
    if last is not None and not last.running:
        _outcome(desk, last)


def _masks(desk: Desk) -> None:
    """Three boxes, kept as they are ticked."""
    chosen = desk.branch.settings.google
    with st.container(border=True):
        st.markdown(f"**{desk.words('google.masks')}**")
        for key in MASKS:
            st.session_state.setdefault(f"google.{key}", getattr(chosen, key))
            st.checkbox(desk.words(f"google.{key}"), key=f"google.{key}", on_change=_mask, args=(key,))


def _mask(key: str) -> None:
    desk = require("settings")
    wanted = bool(st.session_state[f"google.{key}"])
    _kept(desk, lambda: settings.save(desk.branch.settings.home, {"google": {key: wanted}}))


def _key(desk: Desk) -> str:
    """Where the key is, and the field for another; whom the sheet must be shared with, "" without a key."""
    account = ""
    st.markdown(f"**{desk.words('google.key')}**")
    st.caption(desk.words("google.key_hint"))
    try:
        found = credentials.find(desk.branch.settings)
        account = str(found.info["client_email"])
        st.markdown(f":green[✓] {desk.words('google.key_found', place=found.place)}")
    except SheetFault as fault:
        if fault.code == "google.key_none":
            st.markdown(f":gray[○] {desk.words('google.key_not_there')}")
        else:
            st.error(literal(fault.say(desk.lang)))
    number = st.session_state.get("google.drops", 0)
    with st.container(key="google_drop"):  # pages/parts/style.py takes Streamlit's own words out, which are English on every page
        st.file_uploader(desk.words("google.key_drop"), type=["json"], key=f"google.key.{number}", on_change=_drop)
    return account


def _drop() -> None:
    """A key that was dropped here is the one that is used from now on."""
    desk = require("settings")
    number = st.session_state.get("google.drops", 0)
    file = st.session_state.get(f"google.key.{number}")
    if file is None:
        return
    st.session_state["google.drops"] = number + 1
    home = desk.branch.settings.home
    try:
        text = file.getvalue().decode("utf-8-sig")
        google_faults.checked(json.loads(text), file.name)
    except (UnicodeDecodeError, json.JSONDecodeError):
        st.session_state["google.said"] = desk.plainly("google.key_no_text")
        return
    except Fault as fault:
        st.session_state["google.said"] = fault.say(desk.lang)
        return

    def keep() -> settings.Settings:
        files.write(home / credentials.KEY, text)
        return settings.save(home, {"google": {"credentials": ""}})

    if _kept(desk, keep):
        desk.branch.store.private.note("google_key", desk.person.staff, credentials.KEY, clock.now())
        st.session_state["google.said"] = desk.plainly("google.key_kept")


def _kept(desk: Desk, act: Callable[[], settings.Settings]) -> bool:
    try:
        desk.branch.settings = act()
        errand.forget(desk.branch.settings.home)  # what was tried with the other setting says nothing any more
        return True
    except Fault as fault:
        st.session_state["google.said"] = fault.say(desk.lang)
        return False


def _try() -> None:
    desk = require("settings")
    link = str(st.session_state.get("google.link", ""))
    errand.start(desk.branch.settings.home, "try", lambda: sheetsteps.attempt(desk.branch, link))


def _connect(*, adopt: bool = False) -> None:
    desk = require("settings")
    link, branch = str(st.session_state.get("google.link", "")), desk.branch
    opened: list[GoogleSheet] = []
    rows = sum(len(branch.book().frame(table.key)) for table in desk.tables.values() if not table.inside)
    errand.start(
        branch.settings.home,
        "connect",
        lambda: _move(desk, link, opened, adopt=adopt),
        made=lambda: sum(opened[0].requests.values()) if opened else 0,
        size=BESIDE + 2 * (rows * reading.USUAL // reading.BYTES),
    )


def _move(desk: Desk, link: str, opened: list[GoogleSheet], *, adopt: bool) -> dict[str, Any] | Tried:
    """Into the sheet; one that holds something is shown first. Once it is joined, its link is typed no more."""
    branch = desk.branch
    try:
        sheet = connecting.open_sheet(branch, link)
        opened.append(sheet)
        with answers.alone(branch):
            told = connecting.connect(branch, sheet, adopt=adopt)
        drafts.drop_outside(desk, f"{NAME}.fields")  # for those who do not look at this page again
        return told
    except SheetFault as fault:
        if fault.code in ADOPTED:
            about = sheet.about()
            return Tried("", fault, about.title, sheetsteps.preview(branch, sheet, about))
        return Tried(sheetsteps.step_of(fault), fault)


def _outcome(desk: Desk, last: errand.Errand) -> None:
    if last.fault is not None:
        st.error(literal(last.fault.say(desk.lang)))
    if not isinstance(last.result, Tried):
        return
    tried = last.result
    _steps(desk, tried)
    if tried.tabs:
        _preview(desk, tried)
    if tried.fault is not None and tried.fault.code in ADOPTED:
        code = "google.adopt" if tried.fault.code == "google.content" else "google.adopt_ours"
        st.warning(desk.words(code, title=tried.title))
        st.button(desk.words("google.adopt_sure"), key="google.adopt", type="primary", on_click=_connect, kwargs={"adopt": True})


def _steps(desk: Desk, tried: Tried) -> None:
    """✓ what went well, ✗ what did not, with its mend, ○ what was not reached."""
    failed = STEPS.index(tried.failed) if tried.failed else len(STEPS)
    with st.container(border=True, gap="small"):
        for number, step in enumerate(STEPS):
            sign = ":green[✓]" if number < failed else ":red[✗]" if number == failed else ":gray[○]"
            said = desk.words(f"google.step.{step}")
            st.markdown(f"{sign} {said if number <= failed else f':gray[{said}]'}")
            if number == failed and tried.fault is not None:
                none = tried.fault.code == "google.key_none"
                st.error(desk.words("google.key_not_there") if none else literal(tried.fault.say(desk.lang)))


def _preview(desk: Desk, tried: Tried) -> None:
    kinds = st.column_config
    ledgers = {key: desk.tables[key].label(desk.lang) for _, key, _ in tried.tabs if key in desk.tables}
    drawn = pd.DataFrame([(title, ledgers.get(key, ""), heads) for title, key, heads in tried.tabs], columns=["tab", "ledger", "heads"])
    st.dataframe(
        drawn if any(drawn["ledger"]) else drawn.drop(columns="ledger"),
        hide_index=True,
        placeholder="",
        column_config={key: kinds.Column(desk.plainly(f"google.preview_{key}")) for key in drawn.columns},
    )
