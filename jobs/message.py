"""A row of the outbox as a mail: headers, a text part, an HTML part, and the same bytes every time."""

from __future__ import annotations

import base64
import hashlib
import re
import socket
from collections.abc import Mapping
from email.utils import format_datetime, parseaddr
from typing import Any

from branch import clock
from branch.settings import Smtp
from texts import clean, say

ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")

WORD, LINE = 75, 76  # RFC 2047: the longest encoded word, and the longest line with one


def addresses(row: Mapping[str, Any]) -> list[str]:
    """The addresses of a mail, each one that may stand in an envelope. Anything else is left out."""
    parts = re.split(r"[;；,，]", str(row["email"] or ""))
    return [part.strip() for part in parts if ADDRESS.fullmatch(part.strip())]


def build(row: Mapping[str, Any], sender: str, sender_name: str, reply_to: str = "") -> bytes:
    """The mail of a row as it goes over the wire. Names cannot add a header, a recipient or a part.

    The headers are written here and not by the library, whose folding loses spaces between encoded words.
    """
    to = addresses(row)
    boundary = "=_" + hashlib.sha256(str(row["id"]).encode("utf-8", "replace")).hexdigest()[:40]
    headers = [
        f"Message-ID: {row['message_id']}",
        f"Date: {format_datetime(clock.aware(row['created_at']))}",
        _from(sender_name, sender),
        *(["To: " + ",\r\n ".join(to)] if to else []),  # a person without an address: the mail can still be read as a file
        *([f"Reply-To: {reply_to}"] if ADDRESS.fullmatch(reply_to) else []),
        f"Subject: {encoded(clean.header(row['subject']), len('Subject: '))}",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        f"Content-Language: {say('language.tag', row['lang'])}",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"',
    ]
    if any(re.search(r"[\r\n]", header.replace("\r\n ", "")) for header in headers):
        raise ValueError("a header with a line end in it")
    parts = [_part("plain", row["text"]), _part("html", row["html"])]
    opened = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return ("\r\n".join(headers) + f"\r\n\r\n{opened}--{boundary}--\r\n").encode("ascii")


def _part(kind: str, text: object) -> str:
    whole = str(text or "").replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    body = base64.b64encode(whole.encode("utf-8", "replace")).decode("ascii")  # a mail with a "?" is better than none
    lines = "".join(f"{body[at : at + LINE]}\r\n" for at in range(0, len(body), LINE))
    return f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n{lines}'


def _from(name: str, address: str) -> str:
    shown = encoded(clean.header(name), len("From: "), quoted=True)
    return f"From: {shown}\r\n <{address}>" if shown else f"From: {address}"


def encoded(text: str, used: int, *, quoted: bool = False) -> str:
    """A header's text. Short plain ASCII as it is (as a name: only words); all else in encoded words of at most 75
    characters, one a line, each whole characters. `used`: what stands before it on its line.
    """
    plain = re.compile(r"[A-Za-z0-9]+( [A-Za-z0-9]+)*" if quoted else r"[!-~]+( [!-~]+)*")
    if not text or (plain.fullmatch(text) and "=?" not in text and used + len(text) <= LINE):
        return text
    words, part, room = [], b"", _room(LINE - used)
    for sign in text:
        more = sign.encode("utf-8", "replace")
        if len(part) + len(more) > room:
            words.append(part)
            part, room = b"", _room(WORD)
        part += more
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(one).decode('ascii')}?=" for one in (*words, part))


def _room(signs: int) -> int:
    """How many bytes an encoded word of so many characters can say."""
    return (min(signs, WORD) - len("=?utf-8?b??=")) // 4 * 3


def sender(smtp: Smtp) -> str:
    """The address mails come from; most servers only take the one that signs in."""
    return parseaddr(smtp.sender)[1] or smtp.user or f"huce@{hostname()}"


def hostname() -> str:
    """How this machine introduces itself; a Chinese computer name cannot be said to a mail server."""
    name = socket.gethostname()
    return name if re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,200}[A-Za-z0-9])?", name) else "localhost"
