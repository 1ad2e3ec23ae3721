"""A review put into words for its .docx: amounts in 万元, days as the language writes them, — for what nobody knows or wrote."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import numpy as np

from branch import audit, exports, review_desk
from branch.branch import Branch
from branch.change import native
from branch.exchange import NotTaken
from branch.look import Look
from branch.masks import blank
from branch.people import Actor
from branch.review_periods import named, said
from branch.reviewing import COUNTS, MONEY, Prefill, prefill
from documents import review as printed
from documents import words
from documents.review import NOTHING, Grid, Paper, Part
from sheets import cells
from sheets.schema import Table
from texts import FIRST, Lang, known, say

FIGURES = (*MONEY, "progress", *COUNTS)
GRADES = ("marketing_grade", "service_grade")
TOLD = ("feedback", "shortcomings", "next_plan")
DONE = ("measure", "owner", "due_on", "status", "done_on", "result")
TALK = review_desk.DISCUSSION


def downloads(actor: Actor) -> bool:
    """Whether a person takes a review out at all: a president reads, and takes nothing out."""
    return exports.exports(actor, "reviews")


def document(branch: Branch, key: str, actor: Actor, now: datetime) -> bytes:
    """The .docx of a review as it stands; on record. Raises Unknown, NotTaken."""
    look = branch.look(now)
    found = look.of(actor).row("reviews", key)
    if not downloads(actor):
        audit.denied(branch.store, actor, f"export reviews/{key}", now)
        raise NotTaken("exchange.no_export")
    made = printed.review(paper(look, actor, found, known(actor.lang)))
    branch.store.private.note("export", actor.staff, f"reviews/{key}", now)
    return made


def file_name(look: Look, review: Mapping[str, Any], lang: Lang) -> str:
    """What it is called as a file: whose, and of which period."""
    who = _name(look, "staff", review.get("owner"))
    name = say("screen.reviews.file", lang, name=who, period=_period(review, lang))
    return "".join(one for one in name if one not in '\\/:*?"<>|' and one >= " ")[:100] + ".docx"


def paper(look: Look, actor: Actor, review: Mapping[str, Any], lang: Lang) -> Paper:
    """Everything it says, for this person's eyes."""
    table, key = look.tables["reviews"], str(review["id"])
    rows = review_desk.lines(look, actor, key)
    period = named(review.get("period"))
    live = prefill(look, actor, str(review.get("owner")), period) if period is not None and not blank(review.get("owner")) else None
    facts = [
        (table["owner"].label(lang), _name(look, "staff", review.get("owner"))),
        (table["period"].label(lang), _period(review, lang)),
        (table["written_on"].label(lang), _text(look, table, "written_on", review, lang)),
        (table["status"].label(lang), say(f"screen.reviews.state_{review_desk.status(review)}", lang)),
    ]
    parts = [
        Part(
            say("screen.reviews.sums", lang),
            pairs=tuple(_sums(look, review_desk.totals(rows), live, lang)),
            note=say("screen.reviews.in_wan", lang),
        )
    ]
    parts += [Part(table[one].label(lang), words=_text(look, table, one, review, lang)) for one in review_desk.WORDS]
    parts += _customers(look, actor, key, lang)
    parts.append(_measures(look, actor, key, lang))
    talk = tuple((table[one].label(lang), _text(look, table, one, review, lang)) for one in TALK[:3])
    parts.append(Part(say("screen.reviews.of_talk", lang), pairs=talk))
    parts += [Part(table[one].label(lang), words=_text(look, table, one, review, lang)) for one in TALK[3:]]
    title = say("screen.reviews.title", lang, branch=look.settings.name(lang), period=_period(review, lang))
    return Paper(title, tuple(facts), tuple(parts))


def _sums(look: Look, sums: Mapping[str, float], live: Prefill | None, lang: Lang) -> list[tuple[str, str]]:
    table = look.tables["review_lines"]
    found = [(say("screen.reviews.customers", lang), f"{sums['customers']:,.0f}")]
    found += [(table[key].label(lang), _amount(sums[key])) for key in MONEY]
    found += [(table[key].label(lang), _number(sums[key])) for key in COUNTS]
    if live is None:
        return found
    found.append((say("screen.reviews.pace", lang), NOTHING if np.isnan(live.pace) else f"{live.pace / 10_000:.1f}%"))
    modes = look.tables["visits"]["mode"]
    for mode, (paid, wanted) in live.modes.items():
        choice = modes.choice(mode)
        label = say("screen.reviews.visits_by", lang, mode=choice.label(lang) if choice else say("screen.reviews.any_mode", lang))
        found.append((label, say("screen.reviews.of_wanted", lang, paid=paid, wanted=wanted)))
    found += [(say(f"screen.reviews.{state}", lang), f"{live.duties[state]:,}") for state in ("met", "met_late", "overdue")]
    found.append((say("screen.reviews.problems", lang), _number(live.sums["problems"])))
    return found


def _customers(look: Look, actor: Actor, key: str, lang: Lang) -> list[Part]:
    """Figures of each customer, and below them what was written about those of whom something was."""
    table, rows = look.tables["review_lines"], review_desk.lines(look, actor, key)
    heading = say("screen.reviews.of_lines", lang)
    if rows.empty:
        return [Part(heading, words=say("screen.reviews.lines_none", lang))]
    every: list[dict[str, Any]] = [{str(k): v for k, v in row.items()} for row in rows.to_dict("records")]
    heads = [table[one].label(lang) for one in ("customer", *FIGURES, *GRADES)]
    lines = [
        (_name(look, "customers", row["customer"]), *(_text(look, table, one, row, lang) for one in (*FIGURES, *GRADES))) for row in every
    ]
    note = " ".join(
        [
            say("screen.reviews.in_wan", lang),
            *([say("screen.reviews.hidden", lang, count=gone)] if (gone := review_desk.hidden(look, actor, key)) else []),
        ]
    )
    widths = (2.6, *(1.25 for _ in MONEY), 1.1, *(0.9 for _ in COUNTS), 1.1, 1.1)
    parts = [Part(heading, grid=Grid(tuple(heads), tuple(lines), widths, range(1, 1 + len(FIGURES))), note=note)]
    wrote = [row for row in every if any(not blank(row.get(one)) for one in TOLD)]
    if wrote:
        heads = [table[one].label(lang) for one in ("customer", *TOLD)]
        lines = [(_name(look, "customers", row["customer"]), *(_text(look, table, one, row, lang) for one in TOLD)) for row in wrote]
        parts.append(Part(say("screen.reviews.line_words", lang), grid=Grid(tuple(heads), tuple(lines), (1.4, 2, 2, 2))))
    return parts


def _measures(look: Look, actor: Actor, key: str, lang: Lang) -> Part:
    table, rows = look.tables["measures"], review_desk.measures(look, actor, key)
    heading = say("screen.reviews.of_measures", lang)
    if rows.empty:
        return Part(heading, words=say("screen.reviews.measures_none", lang))
    every: list[dict[str, Any]] = [{str(k): v for k, v in row.items()} for row in rows.to_dict("records")]
    lines = tuple(tuple(_text(look, table, one, row, lang) for one in DONE) for row in every)
    return Part(heading, grid=Grid(tuple(table[one].label(lang) for one in DONE), lines, (3, 1, 1.3, 1, 1.3, 2)))


def _text(look: Look, table: Table, key: str, row: Mapping[str, Any], lang: Lang) -> str:
    """A cell in words; — where it is blank."""
    column, value = table[key], native(table[key], row.get(key))
    if value is None or blank(value):
        return NOTHING
    if column.kind == "staff":
        return _name(look, "staff", value)
    if column.kind == "date" and isinstance(value, date):
        return words.day(value) if lang == FIRST else value.isoformat()
    if column.kind == "percent" and isinstance(value, int):
        return f"{value / 10_000:.1f}%"
    return cells.show(column, value, lang)  # type: ignore[arg-type]


def _amount(fen: float) -> str:
    return NOTHING if np.isnan(fen) else f"{fen / words.WAN:,.2f}"


def _number(count: float) -> str:
    return NOTHING if np.isnan(count) else f"{count:,.0f}"


def _period(review: Mapping[str, Any], lang: Lang) -> str:
    found = named(review.get("period"))
    return said(found, lang) if found is not None else str(review.get("period") or NOTHING)


def _name(look: Look, table: str, key: object) -> str:
    """A person or a customer by name; the number of one who is not there any more."""
    if blank(key):
        return NOTHING
    frame = look.book.frame(table)
    found = frame[frame["id"] == str(key)]
    names = [str(found.iloc[0][one]) for one in ("short_name", "name") if len(found) and one in found and not blank(found.iloc[0][one])]
    return next(iter(names), str(key))
