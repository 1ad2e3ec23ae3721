"""Templates that people have changed: they may arrange the fields, and nothing else."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from docx import Document
from docx.oxml import parse_xml

from documents import template
from documents.template import BadTemplate, fill

CONTEXT = {"客户名称": "启岚机械有限公司", "编号": "评提〔2026〕0001号", "空": "", "材料清单": ["营业执照", "公司章程"]}


def typed(*lines: str) -> bytes:
    """A template with these lines."""
    made, document = io.BytesIO(), Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(made)
    return made.getvalue()


def read(data: bytes) -> str:
    return "\n".join(one.text for one in Document(io.BytesIO(data)).paragraphs)


def test_fields_conditions_and_lists_are_filled_in() -> None:
    form = typed("致{{ 客户名称 }}", "{%p if 空 %}", "没有", "{%p else %}", "有", "{%p endif %}",
                 "{% for 一 in 材料清单 %}{{ loop.index }}.{{ 一 }}{% if not loop.last %}；{% endif %}{% endfor %}")  # fmt: skip
    assert read(fill(form, "f.docx", CONTEXT)) == "致启岚机械有限公司\n有\n1.营业执照；2.公司章程"


@pytest.mark.parametrize("name", ["甲&乙<有限>公司", "{{ 编号 }}", "{% for a in b %}", "</w:t>", "a\\b ${x}"])
def test_a_name_is_printed_as_it_is_and_never_read_as_a_field(name: str) -> None:
    assert read(fill(typed("致{{ 客户名称 }}："), "f.docx", {**CONTEXT, "客户名称": name})) == f"致{name}："


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("{{ 客户名 }}", "客户名"), ("{% if 没有 %}x{% endif %}", "没有"), ("{{ 客户名称.__class__ }}", "客户名称.__class__"),
        ("{{ cycler }}", "cycler"), ("{{ 客户名称|upper }}", "客户名称.upper"), ("{{ 客户名称.upper() }}", "客户名称"),
        ("{{ 'a' * 999999999 }}", "Mul"), ("{% for x in range(9) %}{{ x }}{% endfor %}", "range"),
        ("{% for x in 客户名称 %}{{ x }}{% endfor %}", "客户名称"),
        ("{% for x in 材料清单 %}{% for y in 材料清单 %}{{ y }}{% endfor %}{% endfor %}", "材料清单"),
        ("{% set x = 1 %}", "x"), ("{% include 'x' %}", "Include"), ("{% macro m() %}{% endmacro %}", "m"), ("{{ loop }}", "loop"),
    ],
)  # fmt: skip
def test_what_is_no_field_is_refused_with_the_name_of_file_and_field(line: str, field: str) -> None:
    with pytest.raises(BadTemplate) as refused:
        fill(typed(line), "templates/rating_notice.docx", CONTEXT)
    told = refused.value.say("zh")
    assert "templates/rating_notice.docx" in told
    assert f"「{field}」" in told or f"「{field}." in told


@pytest.mark.parametrize(
    "line", ["{{ 客户名称 ", "{% if 空 %}x", "{{ 客户名称 }} {% endif %}", "{{ }}", "{{ 客户名称 }", "{{ 客户 名称 }}"]
)
def test_braces_that_do_not_match_are_refused_with_the_name_of_the_file(line: str) -> None:
    with pytest.raises(BadTemplate) as refused:
        fill(typed(line), "templates/x.docx", CONTEXT)
    assert "templates/x.docx" in refused.value.say("en")


PLACES = ["header", "footer", "first_page_header", "first_page_footer", "even_page_header", "even_page_footer"]
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
BOX = f'<w:p {W} xmlns:v="urn:schemas-microsoft-com:vml"><w:r><w:pict><v:shape><v:textbox><w:txbxContent><w:p>%s</w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>'


def around(place: str, how: str, line: str) -> bytes:
    """A template with a line in a header or footer: as a paragraph, in pieces as Word cuts it, in a table, in a text box."""
    made, document = io.BytesIO(), Document()
    document.add_paragraph("{{ 编号 }}")
    document.settings.odd_and_even_pages_header_footer = True
    [section] = document.sections
    section.different_first_page_header_footer = True
    part = getattr(section, place)
    part.is_linked_to_previous = False
    if how == "table":
        part.add_table(1, 1, section.page_width).cell(0, 0).text = line
    elif how == "box":
        part._element.append(parse_xml(BOX % f"<w:r><w:t>{line}</w:t></w:r>"))
    else:
        for piece in [line] if how == "line" else line:
            part.paragraphs[0].add_run(piece)
    document.save(made)
    return made.getvalue()


def standing(data: bytes) -> str:
    """All that stands in the headers and footers of a letter, however deep."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = [packed.read(name).decode() for name in packed.namelist() if re.match(r"word/(header|footer)\d*\.xml", name)]
    return re.sub(r"<[^>]*>", "", "".join(parts))


@pytest.mark.parametrize("how", ["line", "pieces", "table", "box"])
@pytest.mark.parametrize("place", PLACES)
def test_a_field_in_a_header_or_footer_is_filled_like_one_in_the_body(place: str, how: str) -> None:
    made = fill(around(place, how, "{% if 空 %}无{% endif %}致{{ 客户名称 }}"), "f.docx", CONTEXT)
    assert "致启岚机械有限公司" in standing(made)
    assert "{" not in standing(made)
    assert read(made) == "评提〔2026〕0001号"


@pytest.mark.parametrize("how", ["line", "pieces", "table", "box"])
@pytest.mark.parametrize("place", PLACES)
def test_a_wrong_field_there_is_told_like_one_in_the_body(place: str, how: str) -> None:
    with pytest.raises(BadTemplate) as refused:
        fill(around(place, how, "{{ 客户姓名 }}"), "templates/x.docx", CONTEXT)
    assert "templates/x.docx" in refused.value.say("zh")
    assert "「客户姓名」" in refused.value.say("zh")
    with pytest.raises(BadTemplate) as broken:
        fill(around(place, how, "{{ 客户名称 "), "templates/x.docx", CONTEXT)
    assert broken.value.code == "letter.template_broken"


def zipped(**parts: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name.replace("__", "/"), data)
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "letter.template_no_docx"), (b"{\\rtf1 hello}", "letter.template_no_docx"), (zipped(a=b"x"), "letter.template_no_docx"),
        (zipped(**{"word__document.xml": b"<broken"}), "letter.template_broken"),
        (zipped(**{"word__document.xml": b" " * (template.UNPACKED + 1)}), "letter.template_large"),
    ],
    ids=["empty", "rtf", "another zip", "broken", "a bomb"],
)  # fmt: skip
def test_a_file_that_is_no_word_document_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(BadTemplate) as refused:
        fill(data, "templates/loan_notice.docx", CONTEXT)
    assert refused.value.code == code
    assert "templates/loan_notice.docx" in refused.value.say("zh")
