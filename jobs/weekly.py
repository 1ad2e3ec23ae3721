"""The week's summary for those who lead the branch: how it stands in five figures, who is behind, what is missing. Counts and percent
alone: amounts and names of customers stay behind the link."""

from __future__ import annotations

from branch import matrix
from branch.board import sums, written
from branch.board.owed import Filter
from branch.board.view import Board, span
from branch.board.written import STANDINGS
from branch.look import Look
from branch.people import Actor, actor
from jobs import layout
from jobs.layout import Part
from jobs.readers import Reader
from sheets.names import of_people
from texts import Lang, say
from texts.clean import line

ROLES = frozenset({matrix.BL, matrix.VW})
MOST = 5  # people named
MISSING = ("file_missing", "plan_missing", "rating_missing", "visit_missing", "review_missing")


def parts(look: Look, reader: Reader) -> list[Part]:
    """What the summary says to one reader, of their own scope; the figures are those of the dashboard over this month."""
    person = actor(look.book, reader.staff, look.today, leaders_see_all=look.settings.policy.leader_sees == "all")
    if person is None:
        return []
    board = Board(look, look, person, Filter(), span("month", look.today))
    if board.dues.empty:
        return []  # nothing is owed by anybody: there is nothing to say
    lang = reader.lang
    found = [
        _part("stands", _stands(board, lang), lang),
        _part("teams", _teams(board, lang), lang),
        _part("behind", _behind(board, lang), lang),
    ]
    return [one for one in [*found, _part("missing", _missing(board, person, lang), lang)] if one.items]


def _part(name: str, lines: list[str], lang: Lang) -> Part:
    return Part(say(f"mail.weekly.{name}", lang), items=tuple(layout.note(line(one, 200)) for one in lines))


def _stands(board: Board, lang: Lang) -> list[str]:
    """Each figure; of what is overdue also how it stood a week ago."""
    weeks = board.weekly()
    before = int(weeks["overdue"].iloc[-2])
    lines = []
    for key, figure in STANDINGS.items():
        value = written.count(figure, board.count(figure))
        code = "mail.weekly.overdue" if key == "overdue" else "mail.weekly.figure"
        lines.append(say(code, lang, label=figure.label(lang), value=value, before=before))
    return lines


def _teams(board: Board, lang: Lang) -> list[str]:
    overdue, fulfilled = (STANDINGS[key] for key in ("overdue", "fulfilled"))
    late, share = board.heat(overdue, row="team"), board.heat(fulfilled, row="team")
    shares = dict(zip(share.people, share.rows, strict=True))
    names = dict(zip(board.look.book.frame("teams")["id"].astype("str"), board.look.book.frame("teams")["name"].astype("str"), strict=True))
    return [
        say(
            "mail.weekly.team", lang, name=names.get(team) or say("screen.today.no_team", lang), count=int(count),
            share=written.share(shares.get(team)),
        )
        for team, count in zip(late.people, late.rows, strict=True)
    ]  # fmt: skip


def _behind(board: Board, lang: Lang) -> list[str]:
    heat, names = board.heat(STANDINGS["overdue"]), of_people(board.look.book.frame("staff"))
    return [
        say("mail.weekly.person", lang, name=names.get(person) or say("screen.board.nobody", lang), count=int(count))
        for person, count in list(zip(heat.people, heat.rows, strict=True))[:MOST]
    ]


def _missing(board: Board, person: Actor, lang: Lang) -> list[str]:
    wanted = sums.figures(board.look, person, "customers", MISSING)
    every = sums.whole(board.rows("customers", wanted), wanted)
    return [
        say("mail.weekly.figure", lang, label=one.label(lang), value=written.figure(one, every[one.key]))
        for one in wanted
        if every[one.key] > 0
    ]
