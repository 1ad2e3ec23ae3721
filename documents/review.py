"""One review as an A4 .docx: who reviews which period, the figures, each customer, the words, the measures and the discussion."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

NOTHING = "—"  # said of what is missing: no cell and no line is left blank
WIDE, LONG = Cm(29.7), Cm(21.0)  # A4, lying: a customer has a dozen figures
MARGIN = Cm(1.8)
ACROSS = 4  # pairs of a name and its value side by side
HAN, LATIN = "宋体", "Times New Roman"
GREY = "EDEFF2"
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its headings, its rows, how wide each column is beside the others, and from which column on it holds figures."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    figures: range = range(0)


@dataclass(frozen=True, slots=True)
class Part:
    """One section under its heading: pairs, a table or plain words; `note` stands below the heading in small print."""

    heading: str
    pairs: tuple[Pair, ...] = ()
    grid: Grid | None = None
    words: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A review ready to be printed; everything in it is said already."""

    title: str
    facts: tuple[Pair, ...]
    parts: tuple[Part, ...]


def review(paper: Paper) -> bytes:
    """The .docx."""
    document: Any = Document()
    _page(document)
    heading = document.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(heading, paper.title, 16, bold=True)
    _pairs(document, paper.facts)
    for part in paper.parts:
        _part(document, part)
    _numbered(document)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _page(document: Any) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = WIDE, LONG
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    style = document.styles["Normal"]
    style.font.name, style.font.size = LATIN, Pt(10.5)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), HAN)
    style.paragraph_format.space_after = Pt(2)


def _part(document: Any, part: Part) -> None:
    heading = document.add_paragraph()
    heading.paragraph_format.space_before, heading.paragraph_format.keep_with_next = Pt(10), True
    _run(heading, part.heading, 12, bold=True)
    if part.note:
        _run(document.add_paragraph(), part.note, 9)
    if part.pairs:
        _pairs(document, part.pairs)
    if part.grid is not None:
        _table(document, part.grid)
    if part.words is not None:
        for line in part.words.splitlines() or [""]:
            _run(document.add_paragraph(), line, 10.5)


def _pairs(document: Any, pairs: Sequence[Pair]) -> None:
    """Names over their values, some abreast."""
    across = min(ACROSS, len(pairs))
    table = _framed(document, -(-len(pairs) // across), across * 2)
    for row in table.rows:
        for n, cell in enumerate(row.cells):
            cell.width = int((WIDE - 2 * MARGIN) / across * (0.42 if n % 2 == 0 else 0.58))
    cells = [cell for row in table.rows for cell in row.cells]
    for n, (name, value) in enumerate(pairs):
        _fill(cells[2 * n], name, grey=True)
        _fill(cells[2 * n + 1], value)
    rest = cells[2 * len(pairs) :]
    if rest:
        rest[0].merge(rest[-1])


def _table(document: Any, grid: Grid) -> None:
    table = _framed(document, 1 + len(grid.rows), len(grid.heads))
    whole = sum(grid.widths)
    head = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001 – python-docx has no other way to a row's properties
    head.append(OxmlElement("w:tblHeader"))
    for n, row in enumerate(table.rows):
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001
        said = grid.heads if n == 0 else grid.rows[n - 1]
        for place, (cell, text) in enumerate(zip(row.cells, said, strict=True)):
            cell.width = int((WIDE - 2 * MARGIN) * grid.widths[place] / whole)
            _fill(cell, text, grey=n == 0, right=n > 0 and place in grid.figures, size=9)


def _framed(document: Any, rows: int, columns: int) -> Any:
    table = document.add_table(rows, columns)
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    return table


def _fill(cell: Any, text: str, *, grey: bool = False, right: bool = False, size: float = 10) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _run(paragraph, text, size, bold=grey)
    if grey:
        shade = OxmlElement("w:shd")
        for key, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", GREY)):
            shade.set(qn(key), value)
        cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001 – python-docx shades no cell


def _run(paragraph: Any, text: str, size: float, *, bold: bool = False) -> None:
    run = paragraph.add_run(_clean(text) or NOTHING)
    run.font.size, run.bold, run.font.color.rgb = Pt(size), bold, RGBColor(0x14, 0x1C, 0x26)


def _clean(text: str) -> str:
    """Without what no document can hold: marks that no eye sees, and blanks at the ends."""
    return "".join(one for one in text if one >= " " or one in "\t\n").strip()


def _numbered(document: Any) -> None:
    """The number of each page at its foot."""
    foot = document.sections[0].footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind, code in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = foot.add_run()
        mark = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark.text = code
        run._r.append(mark)  # noqa: SLF001 – python-docx writes no fields
