"""A digest in the few lines that a chat takes: how many of what, the first of each, and where the rest is."""

from __future__ import annotations

from jobs.layout import Body, Item
from texts import clean, say

FIRST = 4  # entries of one section
BYTES = 1_800  # 企业微信 takes 2,048


def short(content: Body) -> str:
    """The same words as the mail's, so no amounts. The first line holds the word that a 钉钉 robot may ask for, whatever the
    language; what does not fit is left out by whole lines, and the link always stands."""
    head = [say("channel.head", content.lang, branch=clean.line(content.brand)), clean.line(content.title, 120)]
    lines = []
    for part in content.parts:
        lines.append(clean.line(part.title, 60))
        lines += [_line(item) for item in part.items[:FIRST]]
        if len(part.items) > FIRST:
            lines.append(say("channel.more", content.lang, count=len(part.items) - FIRST))
    tail = [f"{content.button}: {content.link}"] + ([f"{content.more[0]}: {content.more[1]}"] if content.more else [])
    room = BYTES - sum(len(line.encode()) + 1 for line in (*head, *tail))
    kept: list[str] = []
    for line in lines:
        room -= len(line.encode()) + 1
        if room < 0:
            break
        kept.append(line)
    return "\n".join([*head, *kept, *tail])


def _line(item: Item) -> str:
    return "· " + " ".join(clean.line(part, 60) for part in (item.when, item.head, item.task) if part)
