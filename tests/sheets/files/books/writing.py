"""Workbooks written by hand, as other programs write them: every sign of the xml is the test's own."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LINKS = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def text(at: str, words: str) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{words}</t></is></c>'


def number(at: str, value: object, style: int = 0) -> str:
    return f'<c r="{at}" s="{style}"><v>{value}</v></c>'


def rows(*lines: Sequence[str]) -> str:
    """Cells by row, each with its address."""
    return "".join(f'<row r="{n}">{"".join(cells)}</row>' for n, cells in enumerate(lines, 1) if cells)


def heads(*words: str) -> list[str]:
    return [text(f"{chr(65 + at)}1", word) for at, word in enumerate(words)]


def sheet(data: str, *, before: str = "", after: str = "") -> str:
    return f"{HEAD}<worksheet {MAIN} {LINKS}>{before}<sheetData>{data}</sheetData>{after}</worksheet>"


def book(
    sheets: Mapping[str, str],
    *,
    formats: Sequence[str] = (),
    hidden: Sequence[str] = (),
    since_1904: bool = False,
    parts: Mapping[str, str] | None = None,
) -> bytes:
    """An .xlsx of some sheets (title → xml). Style 0 is plain, style n has the n-th of `formats`."""
    tags = "".join(
        f'<sheet name="{title}" sheetId="{n}" r:id="rId{n}"{" state=" + chr(34) + "hidden" + chr(34) if title in hidden else ""}/>'
        for n, title in enumerate(sheets, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{KIND}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in range(1, len(sheets) + 1)
    )
    codes = "".join(f'<numFmt numFmtId="{163 + n}" formatCode="{_quoted(code)}"/>' for n, code in enumerate(formats, 1))
    styles = "".join(f'<xf numFmtId="{163 + n}" applyNumberFormat="1"/>' for n in range(1, len(formats) + 1))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>' for n in range(1, len(sheets) + 1)
    )
    files = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>{overrides}</Types>',
        "_rels/.rels": f'{HEAD}<Relationships {RELATIONS}><Relationship Id="rId1" Type="{KIND}/officeDocument" Target="xl/workbook.xml"/>'
        f"</Relationships>",
        "xl/workbook.xml": f'{HEAD}<workbook {MAIN} {LINKS}><workbookPr{" date1904=" + chr(34) + "1" + chr(34) if since_1904 else ""}/>'
        f"<sheets>{tags}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships {RELATIONS}>{links}'
        f'<Relationship Id="rId99" Type="{KIND}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'{HEAD}<styleSheet {MAIN}><numFmts count="{len(formats)}">{codes}</numFmts>'
        f'<cellXfs count="{len(formats) + 1}"><xf numFmtId="0"/>{styles}</cellXfs></styleSheet>',
        **{f"xl/worksheets/sheet{n}.xml": xml for n, xml in enumerate(sheets.values(), 1)},
        **(parts or {}),
    }  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, xml in files.items():
            file.writestr(name, xml)
    return out.getvalue()


def _quoted(code: str) -> str:
    return code.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
