"""The cells of a rule that branches really change, each as one pick out of a list of words: for a grid of several rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from branch import drafting, picks
from branch.look import Look
from rules import spans, until, wording
from rules.rule import WHO
from rules.spans import BadSpan
from rules.verbs import VERBS
from rules.verbs.deadline import LEVEL
from texts import Lang, say

Cells = Mapping[str, str]  # one rule, every cell as text
LENGTHS = (
    "0d", "1d", "2d", "3d", "5d", "7d", "10d", "15d", "20d", "30d", "60d", "1wd", "2wd", "3wd", "5wd", "10wd", "15wd", "1m", "2m", "3m",
)  # fmt: skip
UNTIL = ("end+1wd", "end+3wd", "end+5wd", "end+10wd", "end+15wd", "end+30d", "start+5wd", "start+10wd", "start+15wd")
RUNGS = tuple(f"{at} {whom}" for at in ("+1wd", "+2wd", "+3wd", "+5wd", "+1d") for whom in ("team_leader", "leader", "team_leader,leader"))


@dataclass(frozen=True, slots=True)
class Pick:
    """`cell`: where it is written; `usual`: what is offered besides what stands; `say` puts a text of it into words, "" where
    it has none."""

    cell: str
    usual: tuple[str, ...]
    say: Callable[[str, Cells, Look, Lang], str]


def _roles(text: str, _: Cells, __: Look, lang: Lang) -> str:
    codes = _parts(text, ",")
    known = all(code in WHO for code in codes)
    return say("rule.and", lang).join(wording.role_name(code, lang) for code in codes) if known else ""


def _tiers(text: str, _: Cells, look: Look, lang: Lang) -> str:
    tier = look.tables["customers"]["tier"]
    chosen = [tier.choice(code) for code in _parts(text, ",")]
    if None in chosen:
        return ""
    return say("rule.and", lang).join(one.label(lang) for one in chosen if one is not None) or say("rule.pick.tiers", lang)


def _lead(text: str, cells: Cells, look: Look, lang: Lang) -> str:
    try:
        lead = spans.read_lead(text)
    except BadSpan:
        return ""
    if not lead.levels:
        return wording.length(lead.span, lang)
    table = look.tables.get(cells["subject"])
    level = table.column(LEVEL) if table is not None else None
    if level is None:
        return ""
    return say("rule.comma", lang).join(f"{wording.show(level, code, lang)} {wording.length(span, lang)}" for code, span in lead.levels)


def _due(text: str, cells: Cells, look: Look, lang: Lang) -> str:
    """A length of time, or until when within a period: whichever the text is."""
    if not text:
        return ""
    try:
        return wording.length(spans.read(text), lang)
    except BadSpan:
        pass
    table = look.tables.get(cells["subject"])
    try:
        return wording.until(until.read(text), table, table.since, lang) if table is not None else ""
    except BadSpan:
        return ""


def _roll(text: str, _: Cells, look: Look, lang: Lang) -> str:
    choice = look.tables[drafting.LEDGER]["roll"].choice(text or "none")
    return choice.label(lang) if choice is not None else ""


def _count(text: str, _: Cells, __: Look, lang: Lang) -> str:
    return say("rule.pick.count", lang, n=text) if text else ""


def _remind(text: str, _: Cells, __: Look, lang: Lang) -> str:
    return say("rule.and", lang).join(wording.step(code, lang) for code in _parts(text, ";")) or say("rule.pick.remind", lang)


def _rung(text: str, _: Cells, __: Look, lang: Lang) -> str:
    """The first rung of a ladder: whatever follows it is kept."""
    first = first_rung(text)
    if not first:
        return say("rule.pick.ladder", lang)
    at, _gap, whom = first.partition(" ")
    roles = say("rule.and", lang).join(wording.role_name(code, lang) for code in _parts(whom, ","))
    return say("rule.rung", lang, at=wording.step(at, lang), roles=roles)


PICKS: Mapping[str, Pick] = {
    "roles": Pick("roles", ("owner", "customer_manager", "team_leader", "leader", "credit_officer", "customer_manager,team_leader",
                            "customer_manager,credit_officer"), _roles),
    "lead": Pick("lead", LENGTHS, _lead),
    "due": Pick("due", (*LENGTHS, *UNTIL), _due),
    "roll": Pick("roll", ("earlier", "later", "none"), _roll),
    "count": Pick("count", ("1", "2", "3", "4", "5", "6", "8", "10", "12"), _count),
    "remind": Pick("remind", ("", *picks.STEPS), _remind),
    "ladder": Pick("ladder", ("", *RUNGS), _rung),
    "tiers": Pick("tiers", ("", "key", "quality", "normal", "prospect", "key,quality", "key,quality,normal"), _tiers),
}  # fmt: skip


def first_rung(ladder: str) -> str:
    return next((part.strip() for part in ladder.split(";") if part.strip()), "")


def picked(cells: Cells, cell: str) -> bool:
    """Whether a grid can pick this cell of the rule. A kind of rule has no use for some; where a cell names a day, or amounts
    say who owes, the builder asks."""
    verb = VERBS.get(cells["verb"])
    if verb is None or cell not in verb.cells or (cell == "roles" and cells["bands"]):
        return False
    return cell != "due" or verb.asks.get(cell) != "day"


def label(look: Look, cells: Cells, cell: str, lang: Lang) -> str:
    """What stands in the cell, in words; "" where it is not picked in a grid, or the builder alone can say it."""
    return PICKS[cell].say(cells[cell], cells, look, lang) if picked(cells, cell) else ""


def options(look: Look, rules: Iterable[Cells], cell: str, lang: Lang) -> dict[str, str]:
    """What may be picked in a cell: words → text. The usual ones, and whatever stands in one of the rules."""
    one = PICKS[cell]
    some: Cells = {"subject": "customers"}  # a usual pick says the same of every ledger
    found: dict[str, str] = {}
    for text in one.usual:
        found.setdefault(one.say(text, some, look, lang), text)
    for cells in rules:
        if said := label(look, cells, cell, lang):
            found.setdefault(said, first_rung(cells[cell]) if cell == "ladder" else cells[cell])
    return found


def with_pick(look: Look, cells: Cells, cell: str, text: str, lang: Lang) -> dict[str, str]:
    """The rule with another text in a cell. What means the same as what stands leaves the cell as it is spelled."""
    if cell == "ladder":
        rest = [part.strip() for part in cells[cell].split(";") if part.strip()][1:]
        text = "; ".join([text, *rest]) if text else ""
    same = label(look, cells, cell, lang) == label(look, {**cells, cell: text}, cell, lang)
    return {**cells, cell: cells[cell] if same else text}


def in_builder(cells: Cells, cell: str) -> bool:
    """Whether a rule of this kind has the cell, picked in a grid or not."""
    verb = VERBS.get(cells["verb"])
    return verb is not None and cell in verb.cells


def _parts(text: str, between: str) -> list[str]:
    return [part.strip() for part in text.replace(";", between).split(between) if part.strip()]
