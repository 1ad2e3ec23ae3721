"""One letter from its template: a .docx whose fields a branch may arrange as it likes, and nothing but its fields."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, nodes
from jinja2.sandbox import SandboxedEnvironment

from texts import Fault

SUFFIX = ".docx"
LARGEST, UNPACKED = 5_000_000, 40_000_000  # bytes of a template, packed and unpacked
# What a template may say: a field, a part that stands only where a field has something to say, the lines of a list.
ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If, nodes.For),
    *(nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not),
)
COUNTED = {"index", "first", "last", "length"}  # what a list knows about the line it is at: loop.index

Context = Mapping[str, str | Sequence[str]]


class BadTemplate(Fault):
    """A template that cannot be used; the sentence names its file and what is wrong."""


def shipped(kind: str) -> bytes:
    """The template that comes with the program."""
    return resources.files("documents").joinpath("templates", kind + SUFFIX).read_bytes()


def fill(template: bytes, name: str, context: Context) -> bytes:
    """The letter as a .docx. `name`: what the template is called where people keep it. Raises BadTemplate."""
    _open(template, name)
    env = _Fields(name, context)
    made = io.BytesIO()
    try:
        document = DocxTemplate(io.BytesIO(template))
        document.render(dict(context), env)
        document.save(made)
    except BadTemplate:
        raise
    except (
        Exception
    ) as error:  # braces that do not match, and whatever else a file that people have made holds: it is refused, and the others go on
        raise BadTemplate("letter.template_broken", file=name) from error
    return made.getvalue()


def _open(template: bytes, name: str) -> None:
    """Refuses what is no .docx, or unpacks to more than a letter can be."""
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as packed:
            sizes = [one.file_size for one in packed.infolist()]
            whole = "word/document.xml" in packed.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise BadTemplate("letter.template_no_docx", file=name) from error
    if not whole:
        raise BadTemplate("letter.template_no_docx", file=name)
    if len(template) > LARGEST or sum(sizes) > UNPACKED:
        raise BadTemplate("letter.template_large", file=name)


class _Fields(SandboxedEnvironment):
    """Reads a template that people have typed: it names fields, calls nothing, and reaches nothing behind them."""

    def __init__(self, name: str, context: Context) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.file, self.known = name, context
        self.globals.clear()

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        found = super()._parse(source, name, filename)
        self._judge(found, frozenset())
        return found

    def _judge(self, node: nodes.Node, own: frozenset[str]) -> None:
        """`own`: the names that a list gives to its lines."""
        if isinstance(node, nodes.Getattr) and _name(node.node) == "loop" and node.attr in COUNTED and own:
            return
        if not isinstance(node, ALLOWED):
            raise BadTemplate("letter.template_field", file=self.file, field=_shown(node))
        if isinstance(node, nodes.Name) and node.name not in self.known and node.name not in own:
            raise BadTemplate("letter.template_field", file=self.file, field=node.name)
        if isinstance(node, nodes.For):
            self._judge_list(node, own)
            return
        for child in node.iter_child_nodes():
            self._judge(child, own)

    def _judge_list(self, node: nodes.For, own: frozenset[str]) -> None:
        """A list inside a list could be made to print for ever."""
        self._judge(node.iter, own)
        listed, line = _name(node.iter), _name(node.target)
        if own or not line or isinstance(self.known.get(listed, ""), str):
            raise BadTemplate("letter.template_field", file=self.file, field=listed or _shown(node))
        for child in (*node.body, *node.else_):
            self._judge(child, frozenset({line, "loop"}))


def _name(node: nodes.Node) -> str:
    return node.name if isinstance(node, nodes.Name) else ""


def _shown(node: Any) -> str:
    """What a part of a template is called, as near as can be said: the name of what it asks for."""
    named = next(node.find_all(nodes.Name), None)
    asked = getattr(node, "attr", "") or getattr(node, "name", "")
    return ".".join(filter(None, (named.name if named else "", str(asked)))) or type(node).__name__
