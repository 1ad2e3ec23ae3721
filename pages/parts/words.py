"""Words on the screen: sentences from texts, and data shown exactly as it was typed."""

from __future__ import annotations

import re

from texts import Lang, say

# Everything that Markdown, LaTeX, emoji codes or coloured text could be made of.
_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&^=\"'/@])")
_LINE_ENDS = re.compile(r"[\r\n\u2028\u2029\v\f]+")
_LINKS = re.compile(r"(?i)(https?:|ftp:|mailto:|www|@)")
_PLAIN = re.compile(r"(?=[^\W_])(?!\d+[.)](?:\s|$))(?:[^\W_]|[ ,%/()（）、，。：；！？「」《》·—×]|(?<=[^\W_])[.-](?=[^\W_]))+")
_JOINER = "\u2060"  # has no width; keeps an address in a label from being turned into a link


def literal(value: object) -> str:
    """Data inside a label, heading or caption: every mark of Markdown loses its meaning and is seen as typed."""
    text = _LINE_ENDS.sub(" ", str(value))
    if _PLAIN.fullmatch(text) and not _LINKS.search(text):
        return text  # no mark in it: the name of a field would be read out with its backslashes
    text = _LINKS.sub(lambda found: found.group(0) + _JOINER, text)
    return _MARKS.sub(r"\\\1", text)


def link(label: str) -> str:
    """The label of a link inside a page, in the colour of links in either theme; the label is literal already."""
    return f":blue[{label}]"


def words(code: str, lang: Lang, **values: object) -> str:
    """A sentence of the screen; the values in it are data and stay literal."""
    return say(f"screen.{code}", lang, **{key: literal(value) for key, value in values.items()})


def plainly(code: str, lang: Lang, **values: object) -> str:
    """The same for places that do not read Markdown (st.text, cells, options)."""
    return say(f"screen.{code}", lang, **values)
