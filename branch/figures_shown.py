"""The figures of one row as a person is shown them: what each is called, says and means; none that tells of what they may not read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from rules import figure, wording
from rules.ledgers import Ledgers
from sheets.cells.units import measured
from texts import FIRST, Lang


@dataclass(frozen=True, slots=True)
class Shown:
    """`value` with its unit, `means` for whoever asks what it is."""

    key: str
    label: str
    value: str
    means: str


class Reader(Protocol):
    """Whoever looks: see branch.sight."""

    def may(self, table: str, act: str) -> bool: ...


def of_row(ledgers: Ledgers, reader: Reader, table: str, row: str, lang: Lang) -> list[Shown]:
    """The figures of a row that are known and may be seen, in the order of their files."""
    found = []
    for one in figure.of(table):
        if one.of_many or not all(reader.may(ledger, "read") for ledger in (table, *one.reads)):
            continue
        said = wording.show(one.column, ledgers.cell(table, row, one.key), lang)
        if said:
            found.append(Shown(one.key, one.label(lang), measured(said, _unit(one, lang), lang), one.help(lang)))
    return found


def _unit(one: figure.Figure, lang: Lang) -> str:
    """Behind an amount its unit; behind days and pieces in Chinese only, where they are counted by a word of their own."""
    return one.unit if one.kind == "money" or (lang == FIRST and one.kind == "integer") else ""
