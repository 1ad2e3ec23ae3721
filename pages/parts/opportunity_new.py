"""A new opportunity: six fields, and submitted by the same click. Everything else is asked for at its stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from branch import clock, opportunities
from pages.parts.desk import Desk
from pages.parts.form import Button, Form, fill
from pages.parts.names import name as name_of
from pages.parts.words import literal

ASKED = ("customer", "name", "channel", "block", "product", "amount", "needs")
COLLECTED, CREATED = opportunities.PATH[:2]


def start(desk: Desk, asked: Mapping[str, str]) -> str:
    """The form, begun with what the address names and is theirs to see. The number of the new row once it is saved."""
    # An address may name anybody's customer or visit; only one of their own is put into the form.
    visit = desk.sought("visits", asked.get("visit", ""))
    customer = str(visit["customer"]) if visit else asked.get("customer", "")
    own = desk.sought("customers", customer) is not None
    values = {"customer": customer if own else None, "channel": "visit" if visit else None, "needs": visit.get("needs") if visit else None}
    st.caption(desk.words("opportunities.new_hint"))
    if visit:
        st.caption(literal(desk.plainly("opportunities.from_visit", visit=name_of(desk, "visits", asked["visit"]))))
    form = Form(
        f"opportunities.new.{customer if own else ''}.{asked['visit'] if visit else ''}",
        "opportunities",
        "opportunities",
        (("", ASKED),),
        fixed=(("visit", asked["visit"]),) if visit else (),
        must=("needs",),
        buttons=(
            Button(desk.plainly("opportunities.save_submit"), _submitted),
            Button(desk.plainly("opportunities.save_only"), lambda: {"stage": COLLECTED}),
        ),
    )
    with st.container(border=True):
        return fill(desk, form, values)


def _submitted() -> Mapping[str, Any]:
    return {"stage": CREATED, "submitted_at": clock.now().replace(microsecond=0)}
