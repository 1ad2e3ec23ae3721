"""Several rules on their way at once: the cells a person would have otherwise, what stands against them, the edits that
activate them together, and what other people have drafted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from branch import access, drafting, drafts, rule_cells
from branch.branch import Branch
from branch.look import Look
from branch.people import Actor
from rules.rule import Rule
from sheets.schema import Edit, Issue
from texts import Lang

LEDGER, FORM = drafting.LEDGER, "rules.several"
Cells = dict[str, str]


@dataclass(frozen=True)
class Several:
    """Drafted cells by rule, and what stood in each when it was drafted. `at`: since when."""

    typed: Mapping[str, Cells]
    base: Mapping[str, Cells]
    at: datetime | None = None


def standing(look: Look) -> Mapping[str, Cells]:
    """Every rule as it stands, by its number. Shared: never change it."""
    table = look.tables[LEDGER]

    def read() -> dict[str, Cells]:
        rows: list[Mapping[str, Any]] = look.book.frame(LEDGER).to_dict("records")  # type: ignore[assignment]
        return {str(row["id"]): drafting.as_text(table, row) for row in rows}

    return look.once("rules as text", read)


def load(branch: Branch, look: Look, staff: str) -> Several:
    """What somebody has drafted and not activated. A cell that says what stands by now is no draft any more."""
    kept, there = drafts.load(branch, staff, FORM), standing(look)
    typed = {
        number: {key: str(text) for key, text in cells.items() if text != there[number].get(key)}
        for number, cells in kept.typed.items()
        if number in there
    }
    typed = {number: typed[number] for number in there if typed.get(number)}  # in the order of the rules
    base = {number: {key: str(kept.base.get(number, {}).get(key, "")) for key in cells} for number, cells in typed.items()}
    return Several(typed, base, kept.at)


def keep(branch: Branch, staff: str, several: Several, now: datetime) -> None:
    drafts.keep(branch, staff, FORM, several.typed, several.base, now)


def draft(look: Look, several: Several, number: str, cells: Mapping[str, str]) -> Several:
    """With these cells of a rule drafted; a cell that says what stands is taken out of the draft."""
    there = standing(look)[number]
    typed = {key: text for key, text in {**several.typed.get(number, {}), **cells}.items() if text != there[key]}
    base = {key: several.base.get(number, {}).get(key, there[key]) for key in typed}
    return _with(several, number, typed, base)


def pick(look: Look, several: Several, number: str, cell: str, text: str, lang: Lang) -> tuple[Several, list[Issue]]:
    """With one pick of a grid drafted. Where it would stand against the rule, nothing is, and what stands against it is told."""
    there, asked = standing(look)[number], whole(look, several, number)
    if cell in rule_cells.PICKS:
        back = rule_cells.with_pick(look, there, cell, text, lang)
        text = (back if back == there else rule_cells.with_pick(look, asked, cell, text, lang))[cell]
    found = faults(look, number, {**asked, cell: text})
    return (several, list(found.values())) if found else (draft(look, several, number, {cell: text}), [])


def drop(several: Several, number: str) -> Several:
    return _with(several, number, {}, {})


def taken(several: Several, other: Several) -> Several:
    """A colleague's drafts beside one's own; a cell that both have drafted stays one's own."""
    for number, cells in other.typed.items():
        mine = several.typed.get(number, {})
        base = {key: text for key, text in other.base[number].items() if key not in mine}
        several = _with(several, number, {**cells, **mine}, {**base, **several.base.get(number, {})})
    return several


def _with(several: Several, number: str, typed: Cells, base: Cells) -> Several:
    rest, bases = ({key: cells for key, cells in part.items() if key != number} for part in (several.typed, several.base))
    return Several(rest | {number: typed}, bases | {number: base}, several.at) if typed else Several(rest, bases, several.at)


def clashing(look: Look, several: Several) -> dict[str, list[str]]:
    """Drafted cells, by rule, that somebody has changed otherwise since they were drafted."""
    there = standing(look)
    found = {number: [key for key, text in base.items() if text != there[number][key]] for number, base in several.base.items()}
    return {number: keys for number, keys in found.items() if keys}


def settle(look: Look, several: Several, number: str, *, mine: bool) -> Several:
    """The clashing cells of a rule: drafted over what stands now, or left to whoever changed them."""
    there, lost = standing(look)[number], clashing(look, several).get(number, [])
    typed, base = dict(several.typed[number]), dict(several.base[number])
    for key in lost:
        base[key] = there[key]
        if not mine:
            del typed[key], base[key]
    return _with(several, number, typed, base)


def whole(look: Look, several: Several, number: str) -> Cells:
    """A rule as it would be."""
    return {**standing(look)[number], **several.typed.get(number, {})}


def faults(look: Look, number: str, cells: Mapping[str, str]) -> dict[str, Issue]:
    """What these cells would bring upon a rule that it does not have already; of one switched on, all that it has."""
    there = standing(look)[number]
    asked = {**there, **cells}
    found = drafting.faults(look, asked)
    if asked["enabled"] == "yes" and there["enabled"] != "yes":
        return found
    known = {(key, one.code, one.raw) for key, one in drafting.faults(look, there).items()}
    return {key: one for key, one in found.items() if (key, one.code, one.raw) not in known}


def rules(look: Look, several: Several) -> dict[str, Rule | None]:
    """Each drafted rule as it would be asked; None where it would be in force no more."""
    found: dict[str, Rule | None] = {}
    for number in several.typed:
        asked = whole(look, several, number)
        found[number] = drafting.rule(look, asked) if asked["enabled"] == "yes" else None
    return found


def edits(look: Look, several: Several) -> list[Edit]:
    """All drafted rows in one save, each compared with what stood when it was drafted."""
    return [drafting.edit(look, number, several.base[number], cells) for number, cells in several.typed.items()]


def of_others(branch: Branch, look: Look, actor: Actor) -> dict[str, Several]:
    """What other people who may write rules have drafted, by person."""
    staff = look.book.frame("staff")
    found = {}
    for number, role in zip(staff["id"].astype(str), staff["role"].astype(str), strict=True):
        if number != actor.staff and access.may(Actor(number, "", role, "", "zh"), LEDGER, "write"):
            several = load(branch, look, number)
            if several.typed:
                found[number] = several
    return found
