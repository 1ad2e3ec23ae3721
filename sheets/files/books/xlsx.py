"""What the xml of an .xlsx says and its cells do not: formats, formulas, errors, pictures, how far a sheet reaches.

The xml is searched for what is rare, not read: a sheet of plain cells costs no more than a look at its bytes.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from html import unescape

from sheets.files.books import formats
from sheets.files.books.formats import Format
from sheets.files.books.package import Package

_MAIN = re.compile(rb'Target=["\']([^"\']+)["\'][^>]*officeDocument["\']|officeDocument["\'][^>]*Target=["\']([^"\']+)["\']')
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\b[^>]*>")
_STYLES = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE = re.compile(rb"<(?:\w+:)?xf\b[^>]*>")
_ATTRIBUTE = re.compile(rb'([\w:]+)\s*=\s*(?:"([^"]*)"|\'([^\']*)\')')
_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s/>])[^>]*>")
_ROW = re.compile(rb"<(?:\w+:)?row(?=[\s/>])[^>]*>")
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_PICTURE = re.compile(rb"<(?:\w+:)?(?:pic|graphicFrame)\b")
_FROM = re.compile(rb"<(?:\w+:)?from>.*?<(?:\w+:)?col>([0-9]+)<.*?<(?:\w+:)?row>([0-9]+)<", re.DOTALL)
# What most cells have, or no cell, begins with letters that are found fast; that a word begins there is looked at behind them.
_FAR = re.compile(rb'r=["\'](?<!\wr=.)([A-Z]{2,3})[0-9]+["\'][^>]*(?<!/)>')
_DEEP = re.compile(rb'<(?:\w+:)?c\b[^>]*\br=["\'][A-Z]{1,3}([0-9]+)["\'][^>]*(?<!/)>')
_NUMBERED = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br=["\']([0-9]+)')
_NUMBERED_PLAIN = re.compile(rb'<row\b[^>]*?\br=["\']([0-9]+)')
_FORMULA_PLAIN = re.compile(rb"<f[\s/>]")
_WORKED = re.compile(rb"<(?:\w+:)?c(?:\s[^>]*)?>\s*(?=<(?:\w+:)?f[\s/>])")
_ERROR = re.compile(rb"<(?:\w+:)?c\b[^>]*\bt=[\"']e[\"'][^>]*>")
_PLAIN = re.compile(rb'<c r="([A-Z]+)([0-9]+)" s="([0-9]+)"(?: t="([a-z]+)")?>')
_END = re.compile(rb"</(?:\w+:)?c>")
_INNER = {name: re.compile(rb"<(?:\w+:)?" + name + rb"(?:\s[^>]*)?(?<!/)>([^<]*)<") for name in (b"f", b"v", b"t")}


@dataclass(slots=True)
class Marks:
    """What was found in one sheet; places are (row, column), counted from 0."""

    formats: dict[int, dict[int, Format]] = field(default_factory=dict)  # column → row → what its number format says
    worked: dict[int, set[int]] = field(default_factory=dict)  # column → rows of numbers that a formula made
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    unworked: dict[tuple[int, int], str] = field(default_factory=dict)  # formulas that were never calculated
    pictures: dict[tuple[int, int], str] = field(default_factory=dict)  # of WPS, each in a cell
    floating: list[tuple[int, int]] = field(default_factory=list)  # pictures that lie over the cells


@dataclass(frozen=True, slots=True)
class Book:
    """The parts of a package that matter: for every sheet its title and part, and what its styles mean by number."""

    package: Package
    parts: dict[str, str]
    styles: dict[int, Format]
    since_1904: bool


def open_parts(package: Package) -> Book:
    """What the book itself says; a package without the usual parts simply says nothing."""
    main = _MAIN.search(package.part("_rels/.rels"))
    at = (main[1] or main[2]).decode().lstrip("/") if main else "xl/workbook.xml"
    workbook, targets = package.part(at), _relations(package, at)
    parts = {}
    for tag in _SHEET.findall(workbook):
        said = _attributes(tag)
        target = next((target for name, value in said.items() if name.endswith(":id") and (target := targets.get(value))), "")
        parts[said.get("name", "")] = target
    styles = next((name for name in targets.values() if name.endswith("styles.xml")), "xl/styles.xml")
    since_1904 = re.search(rb'date1904\s*=\s*["\'](?:1|true)["\']', workbook) is not None
    return Book(package, parts, _styles(package.part(styles)), since_1904)


def size(xml: bytes) -> tuple[int, int]:
    """How many rows and columns reach up to the last cell that holds something."""
    numbers = (_NUMBERED if b":row" in xml else _NUMBERED_PLAIN).findall(xml)
    rows = max(map(int, numbers), default=len(_ROW.findall(xml)))
    if rows > 100_000:  # rows that are only coloured reach to the end of many a sheet
        rows = max(map(int, _DEEP.findall(xml)), default=0)
    letters = max((found for found in set(_FAR.findall(xml))), key=lambda word: (len(word), word), default=b"Z")
    return rows, column_of(letters.decode()) + 1


def look(book: Book, part: str, xml: bytes) -> Marks:
    """Everything in one sheet that its cells do not show."""
    marks = Marks()
    if b't="e"' in xml or b"t='e'" in xml:
        for found in _ERROR.finditer(xml):
            marks.errors[_place(xml, found.start(), found[0])] = _inner(xml, found.end(), b"v") or "#N/A"
    for found in _worked(xml):
        _formula(xml, found, marks)
    if book.styles:
        _formatted(xml, book.styles, marks)
    marks.floating = list(_floating(book.package, part))
    return marks


def _worked(xml: bytes) -> Iterator[re.Match[bytes]]:
    """The beginnings of cells that hold a formula. Where no name bears a prefix only the formulas are gone through, not all cells."""
    if b":f" in xml:
        yield from _WORKED.finditer(xml)
        return
    for formula in _FORMULA_PLAIN.finditer(xml):
        cell = _WORKED.match(xml, max(xml.rfind(b"<", 0, formula.start()), 0))
        if cell and cell.end() == formula.start():
            yield cell


def _formatted(xml: bytes, styles: Mapping[int, Format], marks: Marks) -> None:
    """The numbers whose format says more than they do."""
    numbers = b"|".join(str(number).encode() for number in styles)
    cell = re.compile(rb"<(?:\w+:)?c\b[^>]*\bs=[\"'](?:" + numbers + rb")[\"'][^>]*(?<!/)>")
    for styled in re.finditer(rb"s=[\"'](?:" + numbers + rb")[\"']", xml):
        start = max(xml.rfind(b"<", 0, styled.start()), 0)
        plain = _PLAIN.match(xml, start)
        if plain:
            kind, style = plain[4], int(plain[3])
            row, column = int(plain[2]) - 1, column_of(plain[1].decode())
        elif found := cell.match(xml, start):
            said = _attributes(found[0])
            kind, style = said.get("t", "n").encode(), int(said["s"])
            row, column = _place(xml, found.start(), found[0])
        else:
            continue
        if kind in (None, b"n"):
            marks.formats.setdefault(column, {})[row] = styles[style]


def _formula(xml: bytes, cell: re.Match[bytes], marks: Marks) -> None:
    place, said = _place(xml, cell.start(), cell[0].rstrip()), _attributes(cell[0])
    formula, value = _inner(xml, cell.end(), b"f"), _inner(xml, cell.end(), b"v")
    if "DISPIMG(" in formula.upper() or "DISPIMG(" in value.upper():
        marks.pictures[place] = f"={formula}"
    elif not value and said.get("t") != "str" and not _inner(xml, cell.end(), b"t"):
        marks.unworked[place] = f"={formula}"
    elif said.get("t", "n") == "n":
        marks.worked.setdefault(place[1], set()).add(place[0])


def _floating(package: Package, part: str) -> Iterator[tuple[int, int]]:
    for target in _relations(package, part).values():
        if "/drawings/" in target and target.endswith(".xml"):
            drawing = package.part(target)
            for anchor in re.split(rb"</(?:\w+:)?(?:twoCellAnchor|oneCellAnchor)>", drawing):
                at = _FROM.search(anchor)
                if at and _PICTURE.search(anchor):
                    yield int(at[2]), int(at[1])


def _styles(xml: bytes) -> dict[int, Format]:
    """What the styles of cells say beyond the number, by their place in the list."""
    codes = dict(formats.BUILT_IN)
    for tag in _FORMAT.findall(xml):
        said = _attributes(tag)
        if said.get("numFmtId", "").isdigit():
            codes[int(said["numFmtId"])] = said.get("formatCode", "")
    every = _STYLES.search(xml)
    found = {}
    for at, tag in enumerate(_STYLE.findall(every[0]) if every else ()):
        number = _attributes(tag).get("numFmtId", "0")
        said_more = formats.read(codes.get(int(number), "")) if number.isdigit() else None
        if said_more:
            found[at] = said_more
    return found


def _relations(package: Package, part: str) -> dict[str, str]:
    """What a part refers to: id → the name of the other part."""
    folder, name = posixpath.split(part)
    found = {}
    for tag in _RELATION.findall(package.part(f"{folder}/_rels/{name}.rels")):
        said = _attributes(tag)
        target = said.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        if said.get("TargetMode") != "External":
            found[said.get("Id", "")] = path
    return found


def _attributes(tag: bytes) -> dict[str, str]:
    return {name.decode(): unescape((one or other).decode("utf-8", "replace")) for name, one, other in _ATTRIBUTE.findall(tag)}


def _inner(xml: bytes, start: int, name: bytes) -> str:
    """The text of the first element of a name in the rest of a cell."""
    end = _END.search(xml, start)
    found = _INNER[name].search(xml, start, end.start() if end else len(xml))
    return unescape(found[1].decode("utf-8", "replace")) if found else ""


def _place(xml: bytes, start: int, tag: bytes) -> tuple[int, int]:
    """Row and column of a cell; where a program left its address out, it is counted."""
    at = _PLACE.fullmatch(_attributes(tag).get("r", ""))
    if at:
        return int(at[2]) - 1, column_of(at[1])
    begun = max(xml.rfind(b"<row", 0, start), xml.rfind(b":row", 0, start))
    row = _attributes(xml[begun : xml.find(b">", begun) + 1]).get("r", "")
    number = int(row) - 1 if row.isdigit() else len(_ROW.findall(xml[:start])) - 1
    return number, len(_CELL.findall(xml[begun:start]))


@cache
def column_of(letters: str) -> int:
    """The column of its letters, counted from 0: A is 0, AA is 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1
