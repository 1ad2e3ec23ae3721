"""Every word a person reads: one lookup over zh.toml, en.toml and whatever language lies beside them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
Lang = str  # the name of a file of this folder
FIRST: Lang = "zh"  # what is spoken where nobody has chosen
LANGS: tuple[Lang, ...] = (FIRST, *sorted({path.stem for path in FOLDER.glob("*.toml")} - {FIRST}))


def known(wish: object, otherwise: Lang = FIRST) -> Lang:
    """The language somebody named, or the other where there is no such file."""
    return wish if isinstance(wish, str) and wish in LANGS else otherwise


@cache
def words(lang: Lang) -> dict[str, str]:
    """All sentences of one language, by dotted key."""
    tree = tomllib.loads((FOLDER / f"{lang}.toml").read_text("utf-8"))
    return dict(_flat("", tree))


def _flat(prefix: str, tree: dict[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in tree.items():
        found += _flat(f"{prefix}{key}.", value) if isinstance(value, dict) else [(f"{prefix}{key}", value)]
    return found


def say(code: str, lang: Lang, **values: object) -> str:
    """The sentence of a code in one language. A code without a sentence is a defect and raises KeyError.

    A blank with a bar says no value but the word that goes with its number: "{n} {n|day|days}"."""
    said = words(lang)[code]
    return said.format_map(_Numbered(values) if "|" in said else values)


class _Numbered(dict[str, object]):
    """The values of a sentence; asked for "n|day|days" it gives "day" where n is 1, else "days"."""

    def __missing__(self, key: str) -> str:
        name, *forms = key.split("|")
        if len(forms) != len(("one", "many")):
            raise KeyError(key)
        return forms[0] if str(self[name]).strip() == "1" else forms[1]


class Fault(Exception):
    """Something that went wrong now (not a bad cell): a code, and the values its sentence names."""

    def __init__(self, code: str, **values: object) -> None:
        self.code, self.values = code, values
        super().__init__(code)

    def say(self, lang: Lang) -> str:
        return say(self.code, lang, **self.values)

    def __str__(self) -> str:
        return self.say("zh")
