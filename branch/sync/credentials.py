"""Where the service account's key lies: the first of the usual places that has one, and which it was."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from branch.settings import Settings
from sheets import google_faults
from sheets.spreadsheet import SheetFault

KEY = "google-key.json"  # a key that was dropped into the setup page, in the home and for its owner alone
VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS"
SECRETS = ("secrets.toml", ".streamlit/secrets.toml")
SECTIONS = (("connections", "gsheets"), ("gcp_service_account",))


@dataclass(frozen=True, slots=True)
class Key:
    """A key and the place it was found in, as a person would look it up."""

    info: Mapping[str, Any]
    place: str


def find(settings: Settings, given: Path | None = None) -> Key:
    """The key that is used. Raises SheetFault: none is anywhere, or the first that is there is no key."""
    if given is not None:
        return Key(google_faults.key(given), str(given))
    for place in _files(settings):
        if place.exists():
            return Key(google_faults.key(place), str(place))
    for key in _secrets(settings.home):
        return key
    raise SheetFault("google.key_none", place=settings.home / KEY)


def _files(settings: Settings) -> Iterator[Path]:
    if settings.google.credentials:
        yield Path(settings.google.credentials)
    yield settings.home / KEY
    if told := os.environ.get(VARIABLE):
        yield Path(told)
    yield Path.home() / ".config" / "gspread" / "service_account.json"
    if roaming := os.environ.get("APPDATA"):
        yield Path(roaming) / "gspread" / "service_account.json"


def _secrets(home: Path) -> Iterator[Key]:
    """A key inside Streamlit's secrets, in either of the layouts that are in use."""
    for folder in (home, Path(__file__).resolve().parents[2], Path.home()):
        for name in SECRETS:
            place = folder / name
            if not place.exists():
                continue
            try:
                tree: Any = tomllib.loads(place.read_text("utf-8-sig"))
            except (OSError, ValueError) as error:
                raise SheetFault("google.key_bad", path=place) from error
            for section in SECTIONS:
                found = tree
                for part in section:
                    found = found.get(part, {}) if isinstance(found, dict) else {}
                if found.get("private_key"):
                    info = {"type": "service_account", "token_uri": "https://oauth2.googleapis.com/token", **found}
                    yield Key(google_faults.checked(info, place), f"{place} [{'.'.join(section)}]")
