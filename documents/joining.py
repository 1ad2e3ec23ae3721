"""Several letters as one document to print: each on pages of its own, as it would look alone."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

# What one document has once: letters that differ in it would not look the same beside each other.
SHARED = re.compile(r"word/(styles|settings|numbering|theme/\w+)\.xml")
# What Word writes anew each time it saves, and nobody sees.
UNSEEN = re.compile(
    rb'<w:rsids>.*?</w:rsids>|<w:(?:rsid|zoom|proofState)\b[^>]*/>|<w1[45]:docId\b[^>]*/>|\sw:rsid\w*="\w*"|<w:latentStyles\b.*?</w:latentStyles>',
    re.DOTALL,
)
WRITTEN = re.compile(r"word/(document|header\d*|footer\d*)\.xml")
NOTES = re.compile(rb"<w:(?:footnoteReference|endnoteReference|commentReference)\b")
FIELDS = re.compile(rb'w:fldCharType="begin".*?w:fldCharType="(?:separate|end)"|<w:fldSimple\b[^>]*>', re.DOTALL)
SAID = re.compile(rb'<w:instrText\b[^>]*>([^<]*)</w:instrText>|w:instr="([^"]*)"')
ALONE = {"PAGE", "NUMPAGES", "SECTIONPAGES", "DATE", "TIME", "HYPERLINK", "SYMBOL", "EQ"}  # fields that look at nothing outside a letter
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
LEVELS = 9  # of a list


def kin(letter: bytes) -> str:
    """A word that letters share which can stand in one document: they have the same styles, lists and settings. "" for a letter
    that speaks of its document as a whole (footnotes, cross references): it stays a document of its own."""
    with zipfile.ZipFile(io.BytesIO(letter)) as packed:
        names = sorted(packed.namelist())
        text = b"".join(packed.read(name) for name in names if WRITTEN.fullmatch(name))
        shared = [name.encode() + UNSEEN.sub(b"", packed.read(name)) for name in names if SHARED.fullmatch(name)]
    fields = {_field(found[0]) for found in FIELDS.finditer(text)}
    whole = "NUMPAGES" in fields and text.count(b"<w:sectPr") > 1  # their pages cannot be told from those of the others
    if NOTES.search(text) or not fields <= ALONE or whole:
        return ""
    return hashlib.sha256(b"\x00".join(shared)).hexdigest()


def _field(code: bytes) -> str:
    """What a field is called: PAGE."""
    said = b"".join(plain or quoted for plain, quoted in SAID.findall(code)).decode("utf-8", "replace")
    return next(iter(said.split()), "").upper()


def join(letters: Sequence[bytes]) -> bytes:
    """One .docx of letters of one kin, in their order. Each begins a section with its own page set-up, headers and footers,
    counts its pages from 1 and its lists from their beginning."""
    whole = _Whole(letters[0])
    for letter in letters[1:]:
        whole.add(Document(io.BytesIO(letter)))
    return whole.save()


class _Whole:
    """The document that grows: the first letter, and the others behind it."""

    def __init__(self, first: bytes) -> None:
        self.document: Any = Document(io.BytesIO(first))
        self.part: Any = self.document.part
        self.body: Any = self.document.element.body
        parts = list(self.part.package.iter_parts())
        self.names = {str(one.partname) for one in parts}
        self.pictures = {one.blob: one for one in parts if one.content_type.startswith("image/")}
        self.adopted: dict[Any, Any] = {}
        self.placed: set[tuple[str, str]] = set()  # what headers and footers the sections before have
        _tidy(self.document)
        self._begin(self.body)

    def add(self, other: Any) -> None:
        _tidy(other)
        body = other.element.body
        self._renumber(other)
        self._relate(other)
        self._begin(body)
        self._end_section()
        for child in list(body):
            self.body.append(child)

    def save(self) -> bytes:
        for number, drawn in enumerate((one for root in _roots(self.document) for one in root.iter(qn("wp:docPr"))), 1):
            drawn.set("id", str(number))
        made = io.BytesIO()
        self.document.save(made)
        return made.getvalue()

    def _begin(self, body: Any) -> None:
        """The first section of a letter: on a new page, counted from 1, and with no header of the letter before."""
        sections = body.xpath("./w:sectPr | ./w:p/w:pPr/w:sectPr")
        first = sections[0]
        first.get_or_add_type().set(qn("w:val"), "nextPage")
        numbered = first.find(qn("w:pgNumType"))
        if numbered is None:
            numbered = OxmlElement("w:pgNumType")
            after = [first.find(qn(name)) for name in ("w:lnNumType", "w:pgBorders", "w:paperSrc", "w:pgMar", "w:pgSz", "w:type")]
            next(one for one in after if one is not None).addnext(numbered)
        if numbered.get(qn("w:start")) is None:
            numbered.set(qn("w:start"), "1")
        own = {(one.tag, one.get(qn("w:type"))) for one in first if _is_reference(one)}
        for tag, kind in sorted(self.placed - own):
            first.insert(0, self._blank(tag, kind))
        self.placed |= {(one.tag, one.get(qn("w:type"))) for section in sections for one in section if _is_reference(one)}

    def _blank(self, tag: str, kind: str) -> Any:
        """A header or footer in which nothing stands."""
        name = "header" if tag == qn("w:headerReference") else "footer"
        part, key = (self.part.add_header_part if name == "header" else self.part.add_footer_part)()
        for child in list(part.element):
            part.element.remove(child)
        part.element.append(OxmlElement("w:p"))
        self.names.add(str(part.partname))
        return parse_xml(f'<w:{name}Reference {nsdecls("w", "r")} w:type="{kind}" r:id="{key}"/>')

    def _end_section(self) -> None:
        """What stands so far ends with its own page set-up: at its last paragraph, so that no line is added."""
        section = self.body.sectPr
        self.body.remove(section)
        last = self.body[-1] if len(self.body) else None
        if last is None or last.tag != qn("w:p") or last.xpath("./w:pPr/w:sectPr"):
            thin = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
            last = parse_xml(f"<w:p {nsdecls('w')}><w:pPr>{thin}</w:pPr></w:p>")
            self.body.append(last)
        last.set_sectPr(section)

    def _renumber(self, other: Any) -> None:
        """Lists of a letter go on with none of the letters before: each is a list of its own, of the same look."""
        found = _related(self.part, RT.NUMBERING)
        if found is None:
            return
        lists, given = found.element, dict[str, str]()
        styles = _lists_of_styles(other)
        for paragraph in (one for root in _roots(other) for one in root.iter(qn("w:p"))):
            [style] = paragraph.xpath("./w:pPr/w:pStyle/@w:val") or [""]
            if not paragraph.xpath("./w:pPr/w:numPr") and style in styles:
                numbered = paragraph.get_or_add_pPr().get_or_add_numPr()
                for name, value in zip(("ilvl", "numId"), styles[style], strict=True):
                    numbered.append(parse_xml(f'<w:{name} {nsdecls("w")} w:val="{value}"/>'))
            for said in paragraph.xpath("./w:pPr/w:numPr/w:numId"):
                key = said.get(qn("w:val"))
                if key not in given:
                    given[key] = _restart(lists, key)
                said.set(qn("w:val"), given[key])

    def _relate(self, other: Any) -> None:
        """Pictures, links, headers: what a letter names in its own package, it names in this one."""
        known: dict[str, str] = {}
        for element in other.element.body.iter():
            for name, key in element.attrib.items():
                if not name.startswith(R) or key not in other.part.rels:
                    continue
                if key not in known:
                    rel = other.part.rels[key]
                    target = rel.target_ref if rel.is_external else self._adopt(rel.target_part)
                    known[key] = self.part.relate_to(target, rel.reltype, is_external=rel.is_external)
                element.set(name, known[key])

    def _adopt(self, part: Any) -> Any:
        """A part of another letter under a name that is free here; a picture that is here already is not kept twice."""
        if part in self.adopted:
            return self.adopted[part]
        if part.content_type.startswith("image/"):
            self.adopted[part] = self.pictures.setdefault(part.blob, part)
        else:
            self.adopted[part] = part
        if self.adopted[part] is part:
            stem, digits, end = re.fullmatch(r"(.*?)(\d*)(\.[^./]*)?", str(part.partname)).groups("")  # type: ignore[union-attr]
            free = (f"{stem}{number}{end}" for number in count(int(digits or 1)))
            part.partname = PackURI(next(name for name in free if name not in self.names))
            self.names.add(str(part.partname))
            for rel in part.rels.values():
                if not rel.is_external:
                    rel._target = self._adopt(rel.target_part)  # noqa: SLF001 – a relation has no other way to another part
        return self.adopted[part]


def _tidy(document: Any) -> None:
    """Takes out what must be there once in a document and nobody sees, and counts the pages of a letter as its own."""
    document.element.body.get_or_add_sectPr()
    alone = len(document.element.body.xpath("./w:sectPr | ./w:p/w:pPr/w:sectPr")) == 1
    gone = {qn(name) for name in ("w:bookmarkStart", "w:bookmarkEnd", "w:dataBinding")}
    for root in _roots(document):
        for element in list(root.iter()):
            if element.tag in gone or (element.tag == qn("w:id") and element.getparent().tag == qn("w:sdtPr")):
                element.getparent().remove(element)
            elif alone and element.tag == qn("w:instrText") and element.text:
                element.text = element.text.replace("NUMPAGES", "SECTIONPAGES")
            elif alone and element.tag == qn("w:fldSimple"):
                element.set(qn("w:instr"), element.get(qn("w:instr")).replace("NUMPAGES", "SECTIONPAGES"))
            else:
                for name in [key for key in element.attrib if key.endswith(("}paraId", "}textId"))]:
                    del element.attrib[name]


def _roots(document: Any) -> Iterator[Any]:
    """The body, and every header and footer."""
    yield document.element.body
    for rel in document.part.rels.values():
        if rel.reltype in (RT.HEADER, RT.FOOTER):
            yield rel.target_part.element


def _is_reference(element: Any) -> bool:
    return element.tag in (qn("w:headerReference"), qn("w:footerReference"))


def _related(part: Any, kind: str) -> Any:
    return next((rel.target_part for rel in part.rels.values() if rel.reltype == kind), None)


def _lists_of_styles(document: Any) -> dict[str, tuple[str, str]]:
    """The styles that number their paragraphs: (level, list) by the id of the style."""
    styles = {one.get(qn("w:styleId")): one for one in document.styles.element.xpath("./w:style")}
    found: dict[str, tuple[str, str]] = {}
    for key, style in styles.items():
        seen, level, one = set[Any](), "", style
        while one is not None and id(one) not in seen:
            seen.add(id(one))
            level = level or next(iter(one.xpath("./w:pPr/w:numPr/w:ilvl/@w:val")), "")
            if listed := one.xpath("./w:pPr/w:numPr/w:numId/@w:val"):
                found[key] = (level or "0", listed[0])
                break
            one = styles.get(next(iter(one.xpath("./w:basedOn/@w:val")), ""))
    return found


def _restart(lists: Any, key: str) -> str:
    """The same list once more, from its beginning."""
    [abstract] = lists.xpath(f"./w:num[@w:numId='{key}']/w:abstractNumId/@w:val") or [""]
    if not abstract:  # 0: no list; or one that is not there
        return key
    number = max(int(one) for one in lists.xpath("./w:num/@w:numId")) + 1
    starts = {one.get(qn("w:ilvl")): one for one in lists.xpath(f"./w:abstractNum[@w:abstractNumId='{abstract}']/w:lvl")}
    begun = "".join(
        f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{_start(starts.get(str(level)))}"/></w:lvlOverride>'
        for level in range(LEVELS)
    )
    new = parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>{begun}</w:num>')
    lists.xpath("./w:num")[-1].addnext(new)
    return str(number)


def _start(level: Any) -> str:
    said = level.find(qn("w:start")) if level is not None else None
    return "1" if said is None else str(said.get(qn("w:val")))
