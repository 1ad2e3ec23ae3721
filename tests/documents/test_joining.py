"""Several letters as one document: each looks as it does alone, and takes nothing from the letter before it."""

from __future__ import annotations

import io
import re
import shutil
import struct
import subprocess
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from documents import template
from documents.fields import LINE, LOAN, RATING
from documents.joining import join, kin
from documents.letter import letter
from tests.documents.test_fields import paper

SOFFICE = shutil.which("soffice")


def ours(*kinds: str) -> list[bytes]:
    """Letters of our own templates, numbered from 1."""
    return [letter(paper(kind), f"第{n}号", 1, template.shipped(kind), f"{kind}.docx") for n, kind in enumerate(kinds, 1)]


def typed(*lines: str, header: str = "", style: str = "Normal", wide: bool = False) -> Any:
    document = Document()
    for line in lines:
        document.add_paragraph(line, style=style)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    if wide:
        section = document.sections[0]
        section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, section.page_height, section.page_width
    return document


def saved(document: Any) -> bytes:
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def field(document: Any, code: str, place: Any = None) -> Any:
    """The document with a field, in its last paragraph or at another place."""
    paragraph = place if place is not None else document.paragraphs[-1]
    for inside in ('<w:fldChar w:fldCharType="begin"/>', f"<w:instrText> {code} </w:instrText>", '<w:fldChar w:fldCharType="separate"/>',
                   "<w:t>1</w:t>", '<w:fldChar w:fldCharType="end"/>'):  # fmt: skip
        paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}>{inside}</w:r>"))
    return document


def picture(red: int) -> io.BytesIO:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    drawn = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes([0, red, 0, 0]))) + chunk(b"IEND", b"")
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + drawn)


def test_our_three_kinds_are_one_document_with_a_section_each_and_their_own_footers() -> None:
    made = ours(RATING, RATING, LINE, LOAN)
    assert len({kin(one) for one in made}) == 1
    whole = Document(io.BytesIO(join(made)))
    assert [section.footer.paragraphs[0].text.partition("　")[0] for section in whole.sections] == [f"第{n}号" for n in (1, 2, 3, 4)]
    assert {section._sectPr.xpath("./w:pgNumType/@w:start")[0] for section in whole.sections} == {"1"}
    text = [one.text for one in whole.paragraphs if one.text]
    assert text == [one.text for data in made for one in Document(io.BytesIO(data)).paragraphs if one.text]
    assert len(whole.tables) == sum(len(Document(io.BytesIO(data)).tables) for data in made)


def test_a_letter_without_a_header_does_not_get_the_one_of_the_letter_before() -> None:
    whole = Document(io.BytesIO(join([saved(typed("甲", header="甲的页眉")), saved(typed("乙")), saved(typed("丙", header="丙的页眉"))])))
    assert [section.header.paragraphs[0].text for section in whole.sections] == ["甲的页眉", "", "丙的页眉"]


def test_each_letter_keeps_its_page_set_up() -> None:
    whole = Document(io.BytesIO(join([saved(typed("甲")), saved(typed("乙", wide=True)), saved(typed("丙"))])))
    assert [section.orientation == WD_ORIENT.LANDSCAPE for section in whole.sections] == [False, True, False]
    assert {section._sectPr.xpath("./w:type/@w:val")[0] for section in whole.sections} == {"nextPage"}


def test_a_first_page_header_comes_back_on_the_first_page_of_every_letter() -> None:
    made = []
    for name in ("甲", "乙"):
        document = typed(name)
        document.sections[0].different_first_page_header_footer = True
        document.sections[0].first_page_header.paragraphs[0].text = f"{name}的首页"
        made.append(saved(document))
    whole = Document(io.BytesIO(join(made)))
    assert [one.first_page_header.paragraphs[0].text for one in whole.sections] == ["甲的首页", "乙的首页"]
    assert all(one.different_first_page_header_footer for one in whole.sections)


def test_lists_begin_anew_in_each_letter() -> None:
    """By their own numbering, or by that of their style."""
    own = typed("一", "二")
    for paragraph in own.paragraphs:
        paragraph._p.get_or_add_pPr().append(parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'))
    for form in (saved(own), saved(typed("一", "二", style="List Number"))):
        whole = Document(io.BytesIO(join([form, form, form])))
        numbers = [one._p.xpath("./w:pPr/w:numPr/w:numId/@w:val") for one in whole.paragraphs]
        assert numbers[0] == numbers[1]
        assert numbers[2] == numbers[3]
        assert numbers[4] == numbers[5]
        assert len({str(numbers[n]) for n in (0, 2, 4)}) == 3
        lists = whole.part.numbering_part.element
        again = [one for one in lists.xpath("./w:num") if one.get(f"{{{lists.nsmap['w']}}}numId") in numbers[4]]
        assert again[0].xpath("./w:lvlOverride[@w:ilvl='0']/w:startOverride/@w:val") == ["1"]


def test_pictures_come_along_and_the_same_one_is_kept_once() -> None:
    made = []
    for red in (10, 20, 10):
        document = typed("函")
        document.add_picture(picture(red))
        document.sections[0].header.paragraphs[0].add_run().add_picture(picture(99))
        made.append(saved(document))
    with zipfile.ZipFile(io.BytesIO(join(made))) as packed:
        names = packed.namelist()
    assert len(names) == len(set(names))
    assert len([name for name in names if name.startswith("word/media/")]) == 3
    assert len([name for name in names if re.match(r"word/header\d+\.xml", name)]) == 3


def test_pages_are_counted_letter_by_letter() -> None:
    document = typed("甲")
    field(document, "NUMPAGES", document.sections[0].footer.paragraphs[0])
    whole = Document(io.BytesIO(join([saved(document), saved(document)])))
    for section in whole.sections:
        assert "SECTIONPAGES" in section.footer._element.xml


def test_a_letter_that_ends_with_a_table_is_joined_too() -> None:
    document = typed("甲")
    document.add_table(1, 1).cell(0, 0).text = "签收"
    whole = Document(io.BytesIO(join([saved(document), saved(typed("乙"))])))
    assert len(whole.sections) == 2
    assert [one.text for one in whole.paragraphs] == ["甲", "", "乙"]


def noted() -> bytes:
    document = typed("甲")
    document.paragraphs[0]._p.append(parse_xml(f'<w:r {nsdecls("w")}><w:footnoteReference w:id="1"/></w:r>'))
    return saved(document)


@pytest.mark.parametrize(
    "form", [noted(), saved(field(typed("甲"), "REF x")), saved(field(typed("甲"), "TITLE"))], ids=["a footnote", "a reference", "a title"]
)
def test_a_letter_that_speaks_of_its_document_as_a_whole_stays_alone(form: bytes) -> None:
    assert kin(form) == ""
    assert kin(saved(field(typed("甲"), "PAGE"))) == kin(saved(typed("乙")))


def test_letters_of_other_styles_do_not_go_together() -> None:
    other = typed("甲")
    other.styles["Normal"].font.name = "仿宋"
    assert kin(saved(other)) != kin(saved(typed("甲")))


@pytest.mark.long
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed: nothing can print the letters")
def test_printed_they_are_as_many_pages_as_letters(tmp_path: Path) -> None:
    made = tmp_path / "letters.docx"
    made.write_bytes(join(ours(RATING, LINE, LOAN, RATING)))
    line = [str(SOFFICE), f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*line, str(made)], check=True, capture_output=True, timeout=120)
    assert len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "letters.pdf").read_bytes())) == 4
