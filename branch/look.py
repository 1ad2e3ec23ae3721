"""The branch at one version and one moment: what the screen shows, the scan writes and the mail says is asked here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import InitVar, dataclass, field, replace
from datetime import date, datetime
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from branch import alerts, answered, calendar_moves, findings, work
from branch.alerts import Alerts
from branch.masks import mask
from branch.people import Actor
from branch.settings import Policy, Settings
from branch.sight import Sight
from rules import days, due, ladder, why, wording
from rules.calendar import Calendar
from rules.completeness import Files, completeness
from rules.days import NONE
from rules.evidence import evidence
from rules.ladder import People
from rules.ledgers import Ledgers, Terms
from rules.rule import WHO, Rule
from rules.saying import DueText, Speaker, Voice, rows
from sheets import cells
from sheets.book import Book
from sheets.files.headings import address
from sheets.once import Once
from sheets.schema import Column, Issue, Table
from sheets.sync.state import Base, Intent, Note, Tab
from texts import FIRST, Lang

__all__ = ["DueText", "Look", "Remembered"]


@dataclass(frozen=True, eq=False)
class Remembered:
    """What is remembered about the spreadsheet at one moment, to be read only: see sheets.sync.state."""

    meta: Mapping[str, str]
    tabs: Mapping[str, Tab]
    base: Callable[[str, str], Base | None]  # of a ledger's row
    intents: Mapping[tuple[str, ...], Intent]  # by ledger, row and column
    notes: tuple[Note, ...]

    def is_sender(self, install: str) -> bool:
        """Whether this installation is the one, named in the spreadsheet, that gives numbers and sends mails."""
        return self.meta.get("adopter", "") in ("", install)

    def place(self, table: str, row: str, column: str) -> str:
        """Where a cell stands in the spreadsheet: 客户档案!F27; "" where it does not."""
        tab = self.tabs.get(table)
        at = tab.place(column) if tab is not None else None
        base = self.base(table, row) if at is not None else None
        return "" if tab is None or base is None or at is None else f"{tab.title}!{address(at, base.row)}"


@dataclass(frozen=True, eq=False)
class Look:
    """Frozen: another question is another Look (`dataclasses.replace(look, rules=drafted)`). Everything it is asked is
    worked out once, however many ask, and dies with it.

    `config_issues`: rows of rules and dictionary that cannot be followed. `hidden`: (table, column) pairs that forms and
    lists leave out. `sheet`: where the ledgers are held in a spreadsheet. `record`: asks the record of changes, see
    answered.Record. `before`: an earlier Look, of which everything is taken over that no save has touched.
    """

    book: Book
    rules: Sequence[Rule]
    calendar: Calendar
    settings: Settings
    now: datetime
    config_issues: Sequence[Issue] = ()
    hidden: frozenset[tuple[str, str]] = frozenset()
    sheet: Remembered | None = None
    record: answered.Record | None = None
    before: InitVar[Look | None] = None
    ledgers: Ledgers = field(init=False, repr=False)
    once: Once = field(init=False, repr=False)
    looked: findings.Kept = field(init=False, repr=False)

    def __post_init__(self, before: Look | None) -> None:
        earlier = before if isinstance(before, Look) else None  # a default that is asked of the class is no Look
        object.__setattr__(
            self, "ledgers", Ledgers(self.book, self.now, earlier.ledgers if earlier else None, _terms(self.settings.policy))
        )
        object.__setattr__(self, "once", Once())
        object.__setattr__(self, "looked", dict(earlier.looked) if earlier else {})

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def tables(self) -> dict[str, Table]:
        """The ledgers as the branch wants them: the scheme's, with its own dictionary laid over them."""
        return self.book.tables

    @property
    def dues(self) -> pd.DataFrame:
        """Every obligation in every state, the most urgent first: see rules.due.evaluate."""
        return self._evaluated.dues

    @property
    def _evaluated(self) -> due.Found:
        return self.once("dues", lambda: due.evaluate(self.ledgers, self.rules, self.calendar))

    @property
    def steps(self) -> pd.DataFrame:
        """The steps that unmet dues have reached: see rules.due.steps."""
        return self.once("steps", lambda: due.steps(self.dues, self.rules, self.calendar, self.now))

    @property
    def people(self) -> People:
        """Who is who today, and who stands in for whom."""
        return self.ledgers.once(("people", self.today), lambda: People(self.ledgers.frame, self.today))

    @property
    def recipients(self) -> pd.DataFrame:
        """For every unmet due, the person each role means: see branch.work.recipients."""
        return self.once("recipients", lambda: work.recipients(self.dues, self.steps, self.resolve))

    @property
    def turns(self) -> work.Turns:
        """Whose turn each due is: see branch.work.turns."""
        return self.once("turns", lambda: work.turns(len(self.dues), self.recipients))

    def alerts(self, *, righted: bool = False) -> Alerts:
        """What the steps reached by now make of the alert ledger: see branch.alerts."""
        return self.once(("alerts", righted), lambda: self._alerts(righted=righted))

    def _alerts(self, *, righted: bool, of: str | None = None) -> Alerts:
        """`of`: what it makes of the one person's alone."""
        at, whom, asked = self.settings.jobs.digest_at, self.recipients.drop(columns="owes"), None
        ledger = self.ledgers.once("alerts", lambda: alerts.read(self.ledgers.frame("alerts")))
        if of is not None:
            asked = np.zeros(len(self.dues) * len(WHO), bool)
            asked[whom["pair"].to_numpy()[(whom["person"] == of).to_numpy(bool)]] = True
            whom = whom.loc[asked[whom["pair"].to_numpy()]]
        shifted = self.settings.policy.shifted_workdays
        nearer = calendar_moves.came_nearer(self.ledgers, self.rules, self.calendar, self.dues, self.now, shifted=shifted)
        return alerts.bring(
            self.dues, self.steps, whom, ledger, self.calendar,
            speaks=self.once("spoken of", lambda: alerts.spoken(self.dues, ledger)), asked=asked,
            rules=self.book.frame("rules"), nearer=nearer, digest_at=at, righted=righted, now=self.now,
        )  # fmt: skip

    def work(self, *, righted: bool = False) -> pd.DataFrame:
        """What everybody owes and is told, in sections: see branch.work."""
        return self.once(("work", righted), lambda: self._work(righted=righted))

    def work_of(self, person: str) -> pd.DataFrame:
        """That of one person alone, which is worked out quickly after a save: see branch.work."""
        return self.once(("work of", person), lambda: self._work(of=person))

    def _work(self, *, righted: bool = False, of: str | None = None) -> pd.DataFrame:
        told = self.alerts(righted=righted) if of is None else self._alerts(righted=righted, of=of)
        standing, answers = told.standing, self.answers
        tardy = partial(alerts.tardy, now=self.now, digest_at=self.settings.jobs.digest_at, calendar=self.calendar)
        return work.work(self.dues, self.recipients, standing, answers, self.rules, tardy, self.now, of)

    @property
    def answers(self) -> pd.DataFrame:
        """What people have answered to alerts, as far as it still holds: see branch.answered."""
        return self.once("answers", lambda: answered.standing(self.book, self.rules, self.record))

    def of(self, actor: Actor) -> Sight:
        """What one person may see. What is worked out for them is kept here and the Sight itself is not: each would hold the
        other, and an old Look with all its frames would lie about until somebody looks for garbage."""
        return Sight(self, actor, self.once(("of", actor), Once))

    def resolve(self, pairs: pd.DataFrame) -> pd.DataFrame:
        """Rows of (key, customer, owner, officer, role) with the person each role means: see rules.ladder.resolve."""
        return ladder.resolve(pairs, self.people)

    @property
    def issues(self) -> list[Issue]:
        """Every cell that cannot be read, every row of rules and dictionary that cannot be followed, what contradicts
        itself, and what must be known about the spreadsheet; each place once."""
        return list(self.once("issues", lambda: self._with_sheet(self._issues)))

    @property
    def _issues(self) -> list[Issue]:
        return self.once("own issues", self._gathered)

    def _gathered(self) -> list[Issue]:
        found = findings.findings(self.book, self.settings.policy, self.looked)
        every = [*self.book.issues, *self.config_issues, *self._evaluated.issues, *found]
        return list({(issue.table, issue.row, issue.column, issue.code): issue for issue in every}.values())

    @property
    def issues_of_tabs(self) -> list[Issue]:
        """What is wrong with the spreadsheet and belongs to no row: a tab that is paused, a row that is none yet."""
        return [one for one in self.issues if not one.row] if self.sheet is not None else []

    def _with_sheet(self, found: list[Issue]) -> list[Issue]:
        """Each with its address in the spreadsheet, and after them the notes about it."""
        if self.sheet is None:
            return found
        placed = [replace(one, cell=self.sheet.place(one.table, one.row, one.column) or one.cell) for one in found]
        return placed + [self._noted(note) for note in self.sheet.notes]

    def _noted(self, note: Note) -> Issue:
        """A note as an Issue; a row that is not among the ledgers' is nobody's, and the administrator's to see."""
        ledger = self.tables.get(note.table)
        column = ledger.column(note.column) if ledger is not None else None
        known = ledger is not None and note.row in self.book.once(("live ids", note.table), lambda: _ids(self.book, note.table))
        words = note.values  # noqa: PD011 – the words of a sentence, not a column
        said = words.get("typed", "")
        if column is not None:
            said = mask(column, said) if column.sensitive and said else _as_shown(column, said)
        values = {"said": "", "tab": note.cell, **words, "cell": note.cell, "typed": said}
        row = note.row if known else ""
        return Issue(note.table, row, note.column, note.cell, note.code, said, warning=True, since=note.since, values=values)

    def told_otherwise(self, sheet: Remembered | None) -> bool:
        """Whether the spreadsheet says by now what this Look does not: another note, another place of a cell that it names."""
        if sheet is None or self.sheet is None or sheet.notes != self.sheet.notes:
            return True
        return any(sheet.place(*where) != self.sheet.place(*where) for where in ((i.table, i.row, i.column) for i in self._issues))

    @property
    def broken_rules(self) -> list[Issue]:
        """Rules that failed while they were asked; each is told to the administrator."""
        return self._evaluated.issues

    @property
    def completeness(self) -> Files:
        """How full each customer's file is, and which blocks of it are not."""
        return self.once("completeness", lambda: completeness(self.ledgers))

    def speaker(self, lang: Lang, voice: Voice) -> Speaker:
        """Who puts dues into words; each due once."""
        return self.once(("speaker", lang, voice), lambda: Speaker(self.ledgers, self.rules, lang, voice, self.dues))

    def step(self, code: str, lang: Lang) -> str:
        """A step of a reminder in words."""
        return wording.step(code, lang)

    def say(self, found: pd.DataFrame, lang: Lang, voice: Voice) -> list[DueText]:
        """The dues of a frame in words, in its order."""
        speaker = self.speaker(lang, voice)
        return [speaker.say(row) for row in rows(found)]

    def evidence(self, due: Mapping[str, Any], lang: Lang) -> str:
        """Why a due is there, in one line without amounts: see rules.evidence."""
        return evidence(self.ledgers, self.rule(str(due["rule"])), self.calendar, due, lang)

    def rule(self, key: str) -> Rule | None:
        return self.once("rules", lambda: {rule.id: rule for rule in self.rules}).get(key)

    def why(self, rule: str, row: str, lang: Lang, occurrence: str = "") -> Mapping[str, Any]:
        """The evidence for one rule and one record: see rules.why."""
        return why.why(self.ledgers, self.rules, self.calendar, self.dues, rule_id=rule, row=row, lang=lang, occurrence=occurrence)


def _ids(book: Book, table: str) -> frozenset[str]:
    return frozenset(map(str, book.frame(table)["id"]))


def _as_shown(column: Column, typed: str) -> str:
    """What was typed into a cell as a person sees it there: a day is a number in a spreadsheet."""
    if column.kind not in ("date", "datetime") or not typed.replace(".", "", 1).isdecimal():
        return typed
    value = cells.read(column, float(typed)).value
    return typed if value is None else cells.show(column, value, FIRST)


def _terms(policy: Policy) -> Terms:
    live = NONE if policy.live_since is None else days.one(policy.live_since)
    return Terms(live, policy.visit_record_workdays)
