"""A row of the outbox as a mail: headers, a text part, an HTML part, and the same bytes every time."""

from __future__ import annotations

import hashlib
import re
import socket
from collections.abc import Mapping
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any

from branch import clock
from branch.settings import Smtp
from texts import clean, say

ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")


def addresses(row: Mapping[str, Any]) -> list[str]:
    """The addresses of a mail, each one that may stand in an envelope. Anything else is left out."""
    parts = re.split(r"[;；,，]", str(row["email"] or ""))
    return [part.strip() for part in parts if ADDRESS.fullmatch(part.strip())]


def build(row: Mapping[str, Any], sender: str, sender_name: str, reply_to: str = "") -> bytes:
    """The mail of a row as it goes over the wire. Names cannot add a header, a recipient or a part."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["Message-ID"] = row["message_id"]
    mail["Date"] = format_datetime(clock.aware(row["created_at"]))
    mail["From"] = Address(display_name=clean.header(sender_name), addr_spec=sender)
    to = addresses(row)
    if to:  # a person without an address: the mail can still be read as a file
        mail["To"] = [Address(addr_spec=address) for address in to]
    if ADDRESS.fullmatch(reply_to):
        mail["Reply-To"] = Address(addr_spec=reply_to)
    mail["Subject"] = clean.header(row["subject"])
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["Content-Language"] = say("language.tag", row["lang"])
    mail.set_content(_whole(row["text"]), cte="base64")
    mail.add_alternative(_whole(row["html"]), subtype="html", cte="base64")
    mail.set_boundary("=_" + hashlib.sha256(str(row["id"]).encode("utf-8", "replace")).hexdigest()[:40])
    return mail.as_bytes()


def _whole(text: object) -> str:
    """Without half characters, which cannot be encoded; a mail with a "?" is better than none."""
    return str(text or "").encode("utf-8", "replace").decode()


def sender(smtp: Smtp) -> str:
    """The address mails come from; most servers only take the one that signs in."""
    return parseaddr(smtp.sender)[1] or smtp.user or f"huce@{hostname()}"


def hostname() -> str:
    """How this machine introduces itself; a Chinese computer name cannot be said to a mail server."""
    name = socket.gethostname()
    return name if re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,200}[A-Za-z0-9])?", name) else "localhost"
