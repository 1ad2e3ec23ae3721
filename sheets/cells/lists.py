"""Words out of a list: choices, yes and no, and the names of rows and people."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from sheets.cells import synonyms
from sheets.cells.reading import Lookup, Reading, bad, typed
from sheets.cells.words import fold, trim
from sheets.schema import Choice, Column

_YES = frozenset(("是", "y", "yes", "true", "t", "1", "√", "✓", "✔", "有", "对", "真", "☑", "on"))
_NO = frozenset(("否", "n", "no", "false", "f", "0", "×", "✗", "✘", "x", "无", "错", "假", "不是", "非", "☐", "off"))
_STRONG = re.compile(r"[;；\n]")
_WEAK = re.compile(r"[、,，/|]")
_OPENS, _CLOSES = "(（[【", ")）]】"


def read_yesno(cell: object) -> Reading:
    """A plain yes or no, in either language, as a tick or as 1 and 0."""
    if isinstance(cell, bool):
        return Reading(cell)
    word = fold(typed(cell))
    if word in _YES or word in _NO:
        return Reading(word in _YES)
    return bad("yesno_unknown", cell)


def _loose(text: str) -> str:
    """Spaces and underscores do not tell choices apart; signs do (AA-, AA, AA+)."""
    return fold(text).translate({0x20: None, 0x5F: None, 0x2212: "-", 0x2013: "-"})


@lru_cache(maxsize=1024)
def _words(choices: tuple[Choice, ...]) -> dict[str, str]:
    """Every accepted word → code; a code is stronger than a label, a label than an alias, the first than the next."""
    words: dict[str, str] = {}
    ranks: tuple[Callable[[Choice], tuple[str, ...]], ...] = (lambda c: (c.code,), lambda c: (c.zh, c.en), lambda c: c.aliases)
    for rank in ranks:
        for choice in choices:
            for word in rank(choice):
                words.setdefault(_loose(word), choice.code)
    return words


def read_choice(column: Column, cell: object) -> Reading:
    """One code, from the code itself, a label in either language or an alias."""
    code = _code(_words(column.choices), typed(cell))
    return Reading(code) if code is not None else bad("choice_unknown", cell)


def _code(words: Mapping[str, str], text: str) -> str | None:
    """The code of a word, or of another word for it as banks write it; the word itself comes first."""
    word = _loose(text)
    return words.get(word) or next((words[other] for other in synonyms.others(word) if other in words), None)


def read_choices(column: Column, cell: object) -> Reading:
    """Several codes joined by `;`, in the order typed. A label that itself holds a separator is tried whole first."""
    words = _words(column.choices)
    codes = _several(typed(cell), lambda word: _code(words, word))
    return bad("choices_unknown", cell) if codes is None else Reading(";".join(codes))


def _several(text: str, find: Callable[[str], str | None]) -> list[str] | None:
    """Codes of the words in a cell, each once; None as soon as one is not known."""
    found: dict[str, None] = {}
    for piece in filter(None, map(trim, _STRONG.split(text))):
        whole = find(piece)
        if whole is not None:
            found[whole] = None
            continue
        parts = [part for part in map(trim, _WEAK.split(piece)) if part]
        if len(parts) == 1:
            parts = piece.split()
        for part in parts if len(parts) > 1 else ():
            code = find(part)
            if code is None:
                return None
            found[code] = None
        if len(parts) < 2:
            return None
    return list(found)


def read_ref(column: Column, cell: object, lookup: Lookup | None) -> Reading:
    """The id of a row of another table, from its id or its unique name. Without a lookup ids are taken unchecked."""
    table = column.ref or ("staff" if column.kind == "staff" else "")
    prefix = "staff" if table == "staff" else "ref"
    if isinstance(cell, float) and abs(cell) >= 1e15:
        return bad("digits_lost", cell)
    text = trim(typed(cell))
    names = lookup.get(table) if lookup is not None else None
    if names is None:
        return Reading(text) if len(text) <= 200 else bad("text_too_long", cell)
    found = find_name(text, names)
    if found is not None:
        return Reading(found)
    return bad(f"{prefix}_ambiguous" if fold(text) in names else f"{prefix}_unknown", cell)


def read_staffs(column: Column, cell: object, lookup: Lookup | None) -> Reading:
    """Several people joined by `;`, in the order typed, each by staff number or unique name."""
    names = lookup.get(column.ref or "staff") if lookup is not None else None
    text = typed(cell)
    if names is None:
        return Reading(";".join(dict.fromkeys(p for p in map(trim, re.split(r"[;；、,，\n]", text)) if p)))
    known = names
    found = _several(text, lambda word: find_name(word, known))
    if found is not None:
        return Reading(";".join(found))
    ambiguous = any(known.get(fold(word), "") is None for word in re.split(r"[;；、,，/|\s]", text))
    return bad("staff_ambiguous" if ambiguous else "staff_unknown", cell)


def _named(text: str) -> tuple[str, str] | None:
    """张三（1002） → 张三 and 1002: what stands before the last brackets, and in them."""
    # no pattern: in a long cell of nothing but brackets it would begin anew at each of them
    at = max(text.rfind(one) for one in _OPENS)
    inside = text[at + 1 : -1]
    whole = at >= 0 and inside and text[-1] in _CLOSES and not any(one in inside for one in _CLOSES)
    return (text[:at].rstrip(), inside) if whole else None


def find_name(text: str, names: Mapping[str, str | None]) -> str | None:
    """The id behind a name, an id, or both as `张三（1002）` or `1002 张三`; None if unknown or shared by several."""
    folded = fold(text)
    if folded in names:
        return names[folded]
    both = _named(text)
    pairs = [both, both[::-1]] if both else []
    if not both and len(words := text.split(maxsplit=1)) == 2:
        pairs = [(words[1], words[0]), (words[0], words[1])]
    for name, number in pairs:
        found = names.get(fold(number))
        if found is not None and fold(name) in names and names[fold(name)] in (None, found):
            return found
    return None
