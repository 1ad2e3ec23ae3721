"""One letter, made: its values in its template, under its number."""

from __future__ import annotations

from documents import fields, template
from documents.fields import Paper


def letter(paper: Paper, number: str, version: int, form: bytes, name: str) -> bytes:
    """The .docx. `form` is the template, `name` what people call it. Raises BadTemplate; `fields.lacking` is asked before."""
    said = fields.values(paper) | {"number": number, "version": str(version)}
    return template.fill(form, name, fields.named(said))
