"""What every mail is written on: one layout as text and as HTML that a phone can show without fetching anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from rules.saying import DueText
from texts import Lang, clean, say

SHOWN = 40  # entries of one section; the rest is counted and waits in the portal
TOGETHER = 3  # so many of one task with one date are one entry
NAMES = 30  # names in such an entry
AHEAD = ("soon", "ahead")  # drawn together even when each names its own last one
OTHERS = ("escalated", "waiting")  # sections about what others owe, or set going
TONES = {"overdue": "red", "escalated": "red", "today": "amber"}


@dataclass(frozen=True)
class Item:
    """One entry of a mail: a due, or several customers with the same task by the same day."""

    head: str  # the customer; of several, the task and how many
    text: str
    sentence: str
    task: str = ""
    when: str = ""
    tags: tuple[str, ...] = ()
    owner: str = ""
    names: str = ""
    why: str = ""


@dataclass(frozen=True)
class Part:
    """One section of a mail."""

    title: str
    tone: str = "blue"
    items: tuple[Item, ...] = ()
    more: str = ""


@dataclass(frozen=True)
class Body:
    """The content of a mail before it is laid out. `link`: a page of the portal, without any secret."""

    lang: Lang
    brand: str
    title: str
    lead: str
    parts: tuple[Part, ...] = ()
    link: str = ""
    button: str = ""
    foot: tuple[str, ...] = field(default=())
    more: tuple[str, str] | None = None  # a second, quieter link: its words and where it leads


def section(name: str, lines: Sequence[DueText], lang: Lang) -> Part:
    """A section of due lines, the earliest day first. Those that say the same of several customers are drawn together,
    and the coming days' visits even when each names its own last one, so that a phone shows the whole list.
    """
    alike: dict[tuple[object, ...], list[DueText]] = {}
    for line in lines:
        alike.setdefault(_kind(name, line), []).append(line)
    entries: list[list[DueText]] = []
    for line in lines:
        found = alike[_kind(name, line)]
        if len(found) < TOGETHER:
            entries.append([line])
        elif found[0] is line:
            entries.append(found)
    hidden = sum(map(len, entries[SHOWN:]))
    return Part(
        say(f"mail.section.{name}", lang, count=len(lines)),
        TONES.get(name, "blue"),
        tuple(_item(some[0], name, lang) if len(some) == 1 else _group(some, name, lang) for some in entries[:SHOWN]),
        say("mail.more", lang, count=hidden) if hidden else "",
    )


def _kind(name: str, line: DueText) -> tuple[object, ...]:
    owner = line.owner if name in OTHERS else ""
    return (line.task, line.due, line.tags, owner, "" if name in AHEAD else line.text)


def _item(line: DueText, name: str, lang: Lang) -> Item:
    when = "" if name == "today" else line.when  # the heading says it
    owner = line.owner if name in OTHERS else ""  # one's own need not be said
    said = replace(line, when=when, owner=owner).sentence(lang)
    return Item(line.who, line.text, said, line.task, when, line.tags, owner, why=clean.line(line.why, 200))


def _group(found: list[DueText], name: str, lang: Lang) -> Item:
    first, count = found[0], say("mail.count", lang, count=len(found))
    names = say("rule.and", lang).join(line.who for line in found[:NAMES])
    if len(found) > NAMES:
        names = say("mail.and_more", lang, names=names, count=len(found) - NAMES)
    when = say("mail.by", lang, due=first.due, when=first.when) if first.when else ""
    text = first.text if all(line.text == first.text for line in found) else ""
    owner = first.owner if name in OTHERS else ""
    tags = "".join(say("mail.tag", lang, tag=tag) for tag in (*first.tags, owner) if tag)
    said = say("mail.group" if when + tags else "mail.group_undated", lang, task=first.task, count=count, when=when + tags, names=names)
    head = say("mail.head", lang, task=first.task, count=count)
    return Item(head, text, said, "", "" if name == "today" else when, first.tags, owner, names)


def lay_out(content: Body) -> tuple[str, str]:
    """The text part and the HTML part; they say the same."""
    values: Mapping[str, object] = {
        "html_lang": say("language.tag", content.lang),
        "brand": clean.line(content.brand),
        "title": clean.line(content.title, 120),
        "lead": clean.line(content.lead, 400),
        "parts": content.parts,
        "link": content.link,
        "button": content.button,
        "foot": content.foot,
        "more": content.more,
    }
    text = _frame().get_template("mail.txt").render(values).strip() + "\n"
    return text, _styles().inline(_frame().get_template("mail.html").render(values))


@cache
def _frame() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _styles() -> CSSInliner:
    return CSSInliner(keep_style_tags=False, load_remote_stylesheets=False)


def note(text: str) -> Item:
    """A plain line in a notice."""
    return Item(text, "", text)
