"""What Google answers when it refuses, as sentences with a mend."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sheets.spreadsheet import Away, Lost, NoSuchTab, Refused, SheetFault

NEEDED = ("client_email", "private_key", "token_uri")
BUSY, BROKEN = 429, 500
# What a 400 says, and what is wrong then.
_REFUSED = {
    "protected cell": "google.protected",
    "exceeds grid limits": "google.grid",
    "outside the grid": "google.grid",
    "maximum of 50000 characters": "google.too_long",
    "above the limit": "google.full",
    "limit of 10000000 cells": "google.full",
}
_FORBIDDEN = {
    "storagequota": "google.storage",
    "has not been used in project": "google.disabled",
    "it is disabled": "google.disabled",
    "scope": "google.scope",
}


def key(path: Path) -> dict[str, Any]:
    """A service account's key file. Raises SheetFault: it is not there, is no key, or is one of another kind."""
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise SheetFault("google.key_missing", path=path) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SheetFault("google.key_bad", path=path) from error
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise SheetFault("google.key_bad", path=path) from error
    return checked(found, path)


def checked(found: Any, path: Path) -> dict[str, Any]:
    """The key of a file or of a section of secrets. Raises SheetFault."""
    if not isinstance(found, dict) or found.get("type") != "service_account":
        raise SheetFault("google.key_kind", path=path)
    if any(not isinstance(found.get(name), str) or not found[name] for name in NEEDED):
        raise SheetFault("google.key_bad", path=path)
    return found


def of(status: int, text: str, account: str, *, write: bool) -> SheetFault:
    """The fault of an answer. A write that was answered 500 or 503 may have been done all the same."""
    low = text.casefold()
    if status == BUSY:
        return Away("google.busy")
    if status >= BROKEN:
        return Lost(why=status) if write else Away(why=status)
    if status == 401:
        return SheetFault("google.key_refused", said=text[:200])
    if status == 404:
        return SheetFault("google.gone", account=account)
    if status == 403:
        code = next((code for words, code in _FORBIDDEN.items() if words in low.replace(" ", "") or words in low), "")
        return SheetFault(code or ("google.read_only" if write else "google.not_shared"), account=account)
    if "no grid with id" in low or "unable to parse range" in low:
        return NoSuchTab("google.no_tab", said=text[:200])
    code = next((code for words, code in _REFUSED.items() if words in low), "google.refused")
    return Refused(code, said=text[:200])


def refused(error: Exception) -> SheetFault:
    """The token was refused: the clock, or the key."""
    said = " ".join(str(part) for part in error.args)
    low = said.casefold()
    if "short-lived" in low or "reasonable timeframe" in low or "iat" in low:
        return SheetFault("google.clock")
    return SheetFault("google.key_refused", said=said[:200])
