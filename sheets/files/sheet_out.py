"""One sheet as it is written: headings with their help, formats by kind, dropdowns, and the cells themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sheets.cells import plain, read, show
from sheets.cells.numbers import unit_of
from sheets.files import origin, standing
from sheets.files.headings import column_letters
from sheets.schema import Column, Table, Unread, Value
from texts import LANGS, Lang, say

MORE = 1000  # rows under the last one that have the formats and dropdowns too
_EXACT = 10**15  # a number beyond fifteen digits is kept as text
_OLDEST = date(1904, 1, 2)  # days before it mean others in other programs
_WIDTHS = {"long": 40, "date": 12, "datetime": 20, "money": 14, "percent": 10, "integer": 10, "monthday": 8, "yesno": 8, "choice": 14}
_NUMBERS = {"money": "#,##0.00", "percent": "0.00##%", "integer": "0", "monthday": "0", "date": "yyyy-mm-dd"}

# How XlsxWriter names the looks of a cell.
WRAPPED: dict[str, object] = dict(text_wrap=True)  # noqa: C408  (a name of XlsxWriter's, no code of ours)
HEAD: dict[str, object] = WRAPPED | {"bold": True, "valign": "vcenter", "bg_color": "#E8EEF7", "border": 1}


class Pen:
    """The formats of one workbook, and the words of its dropdowns."""

    def __init__(self, file: Any, lang: Lang) -> None:
        self.lang, self.file = lang, file
        self.head = file.add_format(dict(HEAD))
        self.required = file.add_format(HEAD | {"font_color": "#B00020"})
        self.text = file.add_format({"num_format": "@"})
        self.wrapped = file.add_format(WRAPPED | {"num_format": "@", "valign": "top"})
        self.reason = file.add_format(WRAPPED | {"font_color": "#B00020"})
        self.sample = file.add_format({"italic": True, "font_color": "#808080", "num_format": "@"})
        self.numbers = {kind: file.add_format({"num_format": code}) for kind, code in _NUMBERS.items()}
        self.choices: dict[tuple[str, ...], int] = {}
        self.memo: dict[tuple[Column, Value], str] = {}

    def of(self, column: Column) -> Any:
        """The format of the cells of a column."""
        return self.numbers.get(column.kind) or (self.wrapped if column.kind == "long" else self.text)

    def dropdown(self, words: tuple[str, ...]) -> str:
        """Where the words of a dropdown stand."""
        at = self.choices.setdefault(words, len(self.choices))
        return f"='{origin.CHOICES}'!${column_letters(at)}$1:${column_letters(at)}${len(words)}"

    def keep_choices(self, sheet: Any) -> None:
        """Writes the words of all dropdowns into their hidden sheet."""
        for words, at in self.choices.items():
            for line, word in enumerate(words):
                sheet.write_string(line, at, word)
        sheet.very_hidden()

    def words(self, column: Column, value: Value) -> str:
        """A value in the words of people, if it is read back as itself; else as its code."""
        if (column, value) not in self.memo:
            shown = _shown(column, value, self.lang)
            self.memo[column, value] = shown if read(column, shown).value == value else plain(column, value)
        return self.memo[column, value]


def write(
    sheet: Any,
    pen: Pen,
    table: Table,
    columns: Sequence[Column],
    heads: Sequence[str],
    rows: Sequence[Mapping[str, object]],
    *,
    sample: bool,
    tables: Mapping[str, Table],
) -> None:
    """A table into an empty sheet, from A1 on."""
    last = len(rows) + MORE
    for at, (column, head) in enumerate(zip(columns, heads, strict=True)):
        sheet.write_string(0, at, head, pen.required if column.required else pen.head)
        if help_ := _help(column, pen.lang, tables):
            sheet.write_comment(0, at, help_, {"x_scale": 2, "y_scale": 1 + help_.count("\n") * 0.2})
        hidden = column.key == "rev" or (column.key == "id" and not table.numbered)
        sheet.set_column(at, at, _WIDTHS.get(column.kind, 16), pen.of(column), {"hidden": hidden})
        words = _dropdown(column, pen.lang)
        if words:
            sheet.data_validation(1, at, last, at, {"validate": "list", "source": pen.dropdown(words), "error_type": "warning"})
    sheet.freeze_panes(1, 1)
    if sample:
        _sample(sheet, pen, columns)
    for line, row in enumerate(rows, 1):
        for at, column in enumerate(columns):
            raw = row.get(column.key)
            value = raw if isinstance(raw, Unread) else standing.value(column, raw)
            if value is not None:
                _cell(sheet, pen, line, at, column, value)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)


def _cell(sheet: Any, pen: Pen, line: int, at: int, column: Column, value: Any) -> None:
    kind = column.kind
    if isinstance(value, Unread):
        sheet.write_string(line, at, value.raw, pen.text)
    elif kind == "money" and abs(value) < _EXACT:
        sheet.write_number(line, at, value / (100 * unit_of(column)), pen.of(column))
    elif kind == "percent" and abs(value) < _EXACT:
        sheet.write_number(line, at, value / 1_000_000, pen.of(column))
    elif kind in ("integer", "monthday") and abs(value) < _EXACT:
        sheet.write_number(line, at, value, pen.of(column))
    elif kind == "date" and value >= _OLDEST:
        sheet.write_datetime(line, at, value, pen.of(column))
    elif kind in ("choice", "choices", "yesno"):
        sheet.write_string(line, at, pen.words(column, value), pen.of(column))
    elif isinstance(value, datetime):  # as text: a number of days cannot hold every second
        sheet.write_string(line, at, f"{value:%Y-%m-%d %H:%M:%S}", pen.of(column))
    elif text := plain(column, value):
        sheet.write_string(line, at, text, pen.of(column))


def _shown(column: Column, value: Value, lang: Lang) -> str:
    if column.kind != "choices":
        return show(column, value, lang)
    every = {choice.code: choice.label(lang) for choice in column.choices}
    return ";".join(every.get(code, code) for code in str(value).split(";"))


def _dropdown(column: Column, lang: Lang) -> tuple[str, ...]:
    if column.kind == "choice":
        return tuple(choice.label(lang) for choice in column.choices)
    return (say("cells.yes", lang), say("cells.no", lang)) if column.kind == "yesno" else ()


def _help(column: Column, lang: Lang, tables: Mapping[str, Table]) -> str:
    """What a person is told over a heading: whether it is asked for, what it means, how it is written."""
    lines = [say("book.required", lang)] if column.required else []
    lines += [column.help(lang)] if column.help(lang) else []
    if column.kind == "choices":
        lines.append(say("book.several", lang, choices=say("cells.join", lang).join(choice.label(lang) for choice in column.choices)))
    if column.ref in tables:
        lines.append(say("book.refers", lang, table=tables[column.ref].label(lang)))
    if column.kind == "money":
        lines.append(say("book.unit", lang, unit=column.unit or "万元"))
    return "\n".join(lines)


def _sample(sheet: Any, pen: Pen, columns: Sequence[Column]) -> None:
    """One row that shows how it is done; the word in its first cell says that it is none."""
    sheet.write_string(1, 0, origin.SAMPLE[0 if pen.lang == LANGS[0] else 1], pen.sample)
    for at, column in enumerate(columns[1:], 1):
        words = _dropdown(column, pen.lang) or ((column.choices[0].label(pen.lang),) if column.choices else ())
        shown = words[0] if words else say(f"book.sample.{column.kind}", pen.lang) if column.kind in _SAMPLED else ""
        if shown:
            sheet.write_string(1, at, shown, pen.sample)


_SAMPLED = frozenset({"date", "datetime", "monthday", "integer", "money", "percent", "phone", "email", "account"})
