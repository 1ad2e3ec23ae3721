"""What every mail is written on: one layout as text and as HTML that a phone can show without fetching anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from jobs import clean
from jobs.lines import Line
from sheets.schema import Lang
from texts import say

SHOWN = 40  # items of one section; the rest is counted and waits in the portal
TOGETHER = 3  # so many of one task with one date are one item
NAMES = 30  # names in such an item
TONES = {"overdue": "red", "escalated": "red", "today": "amber"}


@dataclass(frozen=True)
class Group:
    """Several customers with the same task by the same day."""

    task: str
    count: str
    names: str
    when: str
    text: str
    sentence: str


@dataclass(frozen=True)
class Item:
    """A Line as the templates want it."""

    who: str
    task: str
    text: str
    owner: str
    when: str
    tags: tuple[str, ...]
    sentence: str


@dataclass(frozen=True)
class Part:
    """One section of a mail."""

    title: str
    tone: str = "blue"
    items: tuple[Item, ...] = ()
    groups: tuple[Group, ...] = ()
    more: str = ""
    owners: bool = False


@dataclass(frozen=True)
class Letter:
    """The content of a mail before it is laid out. `link`: a page of the portal, without any secret."""

    lang: Lang
    brand: str
    title: str
    lead: str
    parts: tuple[Part, ...] = ()
    link: str = ""
    button: str = ""
    foot: tuple[str, ...] = field(default=())


def section(name: str, lines: Sequence[Line], lang: Lang) -> Part:
    """A section of due lines. Those that say the same of several customers are drawn together, and this week's
    visits even when each names its own last one, so that a phone shows the whole list."""
    alike: dict[tuple[str, str, str], list[Line]] = {}
    for line in lines:
        alike.setdefault(_kind(name, line), []).append(line)
    groups = {key: found for key, found in alike.items() if len(found) >= TOGETHER and not any(x.tags for x in found)}
    single = [line for line in lines if _kind(name, line) not in groups]
    hidden = max(0, len(single) - SHOWN)
    return Part(
        say(f"mail.section.{name}", lang, count=len(lines)), TONES.get(name, "blue"),
        tuple(_item(line, name, lang) for line in single[:SHOWN]),
        tuple(_group(found, name, lang) for found in groups.values()),
        say("mail.more", lang, count=hidden) if hidden else "", owners=name in ("escalated", "waiting"),
    )  # fmt: skip


def _kind(name: str, line: Line) -> tuple[str, str, str]:
    return (line.task, line.when, "" if name == "week" else line.text)


def _item(line: Line, name: str, lang: Lang) -> Item:
    when = "" if name == "today" else line.when  # the heading says it
    return Item(line.who, line.task, line.text, line.owner, when, line.tags, line.sentence(lang))


def _group(found: list[Line], name: str, lang: Lang) -> Group:
    first, count = found[0], say("mail.count", lang, count=len(found))
    names = say("rule.and", lang).join(line.who for line in found[:NAMES])
    if len(found) > NAMES:
        names = say("mail.and_more", lang, names=names, count=len(found) - NAMES)
    when = say("mail.by", lang, due=first.due, when=first.when)
    text = first.text if all(line.text == first.text for line in found) else ""
    sentence = say("mail.group", lang, task=first.task, count=count, when=when, names=names)
    return Group(first.task, count, names, "" if name == "today" else when, text, sentence)


def lay_out(letter: Letter) -> tuple[str, str]:
    """The text part and the HTML part; they say the same."""
    values: Mapping[str, object] = {
        "html_lang": "zh-CN" if letter.lang == "zh" else "en", "brand": clean.line(letter.brand),
        "title": clean.line(letter.title, 120), "lead": clean.line(letter.lead, 400), "parts": letter.parts,
        "link": letter.link, "button": letter.button, "foot": letter.foot,
    }  # fmt: skip
    text = _frame().get_template("mail.txt").render(values).strip() + "\n"
    return text, _styles().inline(_frame().get_template("mail.html").render(values))


@cache
def _frame() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")), autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


@cache
def _styles() -> CSSInliner:
    return CSSInliner(keep_style_tags=False, load_remote_stylesheets=False)


def note(text: str) -> Item:
    """A plain line in a notice."""
    return Item(text, "", "", "", "", (), text)
