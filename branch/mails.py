"""Mails, apart from sending them: where their links lead, and what a person decides about one that did not leave."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pandas as pd

from branch import access
from branch.people import Actor, acting_for
from branch.settings import Settings
from sheets.schema import Edit, Value
from texts import Fault, Lang, say

if TYPE_CHECKING:
    from branch.branch import Branch

SERVED = "serving.url"  # left in the home by the portal while it runs
EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 – listens on every network: found by this computer's name


def portal(settings: Settings) -> str:
    """Where people find the portal: as it is set, else as it is served now (the port may be another than the one set),
    else as it would be."""
    chosen = settings.portal
    try:
        served = (settings.home / SERVED).read_text("utf-8").strip()
    except OSError:
        served = ""
    if chosen.url:  # as it was copied from a browser, perhaps with a question or a mark of a place behind it
        return chosen.url.partition("#")[0].partition("?")[0].rstrip("/")
    port = (urlsplit(served).port if served else None) or chosen.port
    host = socket.gethostname() if chosen.address in EVERYWHERE else chosen.address
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def choices(row: Mapping[str, Any]) -> tuple[str, ...]:
    """What can be decided about a mail: "again", "arrived"."""
    if row["state"] == "failed":
        return ("again",)
    return ("again", "arrived") if row["state"] == "possibly" and pd.isna(row["next_at"]) else ()


def again(row: Mapping[str, Any], email: str) -> Edit:
    """The mail as if it had never been tried, to the address the person has now; its Message-ID stays. A copy for one
    address of several keeps that address."""
    own = str(row["id"]).endswith(f"|{row['email']}")
    after: dict[str, Value] = {"state": "waiting", "attempts": 0, "next_at": None, "error": None}
    chat = row.get("channel") not in (None, "", "mail")  # no mail, and has no address
    after["email"] = row["email"] if own or chat else email or row["email"]
    return Edit("outbox", str(row["id"]), dict(row), after)


def resend(branch: Branch, by: Actor, key: str, now: datetime) -> None:
    """The next round of the post sends it. Raises Denied, Fault."""
    row = _row(branch, by, key, "again")
    there = branch.store.row("staff", str(row["staff"] or ""))
    branch.write([again(row, str((there or {}).get("email") or ""))], acting_for(by), "portal", now)


def arrived(branch: Branch, by: Actor, key: str, now: datetime) -> None:
    """Somebody has asked the recipient: the mail is there. Raises Denied, Fault."""
    row, lang = _row(branch, by, key, "arrived"), branch.settings.lang
    said: Lang = "en" if lang == "en" else "zh"
    after: dict[str, Value] = {"state": "sent", "error": say("mail.note.arrived", said, who=by.staff)}
    branch.write([Edit("outbox", key, dict(row), after)], acting_for(by), "portal", now)


def _row(branch: Branch, by: Actor, key: str, choice: str) -> Mapping[str, Any]:
    if by.role != "admin":
        raise access.Denied("access.denied", table="outbox")
    row = branch.store.row("outbox", key)
    if row is None or choice not in choices(row):
        raise Fault("mail.moved_on")
    return row
