"""Letting colleagues in: the switch that makes the portal listen to the network, a trial, and what the firewall has to allow."""

from __future__ import annotations

import sys

import streamlit as st

from branch import clock, reach
from pages.parts import listing
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.words import literal
from texts import Fault

SYSTEMS = ("windows", "macos", "linux")


def draw(desk: Desk) -> None:
    listens, port = str(st.get_option("server.address") or reach.EVERYWHERE), int(st.get_option("server.port"))
    base = reach.base(desk.branch.settings)
    st.markdown(desk.words("network.hint"))
    with st.container():
        if said := st.session_state.pop("network.said", ""):
            st.info(literal(said))
        if base:
            st.markdown(f":green[✓] {desk.words('network.on')}")
            st.code(base, language=None)
        else:
            st.markdown(f":gray[○] {desk.words('network.off')}")
        if bool(base) != (not reach.is_here(listens)):
            st.warning(desk.words("network.restart"))
    if base:
        with st.container(horizontal=True):
            st.button(desk.words("network.try"), key="network.try", type="primary", on_click=_try, args=(base,))
            st.button(desk.words("network.keep_out"), key="network.keep_out", on_click=_keep_out)
    else:
        _choose(desk, port)
    _firewall(desk, port)


def _choose(desk: Desk, port: int) -> None:
    found = reach.addresses()
    if not found:
        listing.empty(desk, "network.no_address")
        return
    st.radio(desk.words("network.address"), found, key="network.address", format_func=lambda one: f"http://{one}:{port}")
    st.warning(desk.words("network.careful"))
    st.button(desk.words("network.let_in"), key="network.let_in", type="primary", on_click=_let_in, args=(port,))


def _firewall(desk: Desk, port: int) -> None:
    mine = "windows" if sys.platform == "win32" else "macos" if sys.platform == "darwin" else "linux"
    st.markdown(f"**{desk.words('network.firewall')}**")
    for system in (mine, *(one for one in SYSTEMS if one != mine)):
        with st.expander(desk.words(f"network.system.{system}"), expanded=system == mine):
            st.markdown(desk.words(f"network.how.{system}", port=port))
            if command := reach.firewall(system, port):
                st.code(command, language=None, wrap_lines=True)


def _let_in(port: int) -> None:
    desk = require("settings")
    try:
        reach.let_in(desk.branch, desk.person, str(st.session_state.get("network.address", "")), port, clock.now())
        st.session_state["network.said"] = desk.plainly("network.saved")
    except Fault as fault:
        st.session_state["network.said"] = fault.say(desk.lang)


def _keep_out() -> None:
    desk = require("settings")
    try:
        reach.keep_out(desk.branch, desk.person, clock.now())
        st.session_state["network.said"] = desk.plainly("network.saved")
    except Fault as fault:
        st.session_state["network.said"] = fault.say(desk.lang)


def _try(base: str) -> None:
    desk = require("settings")
    found = reach.ask(base)
    st.session_state["network.said"] = desk.plainly("network.answered" if found.ok else "network.silent", address=base, said=found.said)
