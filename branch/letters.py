"""The three letters: made under a number of their own, kept as they were made, sent, and handed out again unchanged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from branch import access, audit, exports, files, letter_papers, matrix
from branch.branch import Branch
from branch.change import standing
from branch.exchange import NotTaken
from branch.letter_follow import SENT, newest, version, versions
from branch.look import Look
from branch.people import Actor, acting_for
from documents import fields, template
from documents.fields import LINE, LOAN, RATING, TABLE, Lack, Paper
from documents.letter import letter
from sheets.schema import Edit
from sheets.store import Conflict
from texts import FIRST, Fault, Lang, say

MAKERS = {RATING: matrix.CR, LINE: matrix.CR, LOAN: matrix.CM}
CODES = {RATING: "PT", LINE: "ST", LOAN: "DT"}  # what the ids of a kind begin with: one series a kind and year
FOLDER = "templates"  # of a home: a branch's own templates, each under the name of its kind
TRIES = 20  # colleagues who took the same number in the same moment
_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')  # for the name of a file


class Lacking(Fault):
    """What has to be filled in before the letter can be made."""

    def __init__(self, look: Look, lacks: Sequence[Lack]) -> None:
        super().__init__("letter.lacking")
        self.lacks, self._tables = lacks, look.tables

    def say(self, lang: Lang) -> str:
        return say("letter.lacking", lang, fields=say("letter.and", lang).join(one.label(self._tables, lang) for one in self.lacks))


@dataclass(frozen=True, slots=True)
class Letter:
    """One version of a letter, as the ledger has it."""

    id: str
    kind: str
    row: str
    number: str
    version: int
    sent: bool
    kept: bool  # whether its document is here


def kind_of(look: Look, due: pd.Series) -> str:
    """The letter that a due asks for, "" where it asks for none."""
    rule = look.rule(str(due["rule"]))
    return rule.letter if rule is not None and TABLE.get(rule.letter) == str(due["table"]) else ""


def made_by(look: Look, dues: pd.DataFrame, actor: Actor) -> pd.DataFrame:
    """Of some dues those that ask for a letter of the kinds that a person of this role makes."""
    asking = [rule.id for rule in look.rules if MAKERS.get(rule.letter) == actor.role]
    return dues[dues["rule"].isin(asking)] if asking else dues.head(0)


def may_make(look: Look, kind: str, row: str, actor: Actor) -> bool:
    """The credit officer makes the notices inside the bank, the manager the letter to the customer, each for their own."""
    try:
        _check(look, kind, row, actor)
    except access.NotAllowed:
        return False
    return True


def downloads(actor: Actor) -> bool:
    """Whether a person takes a letter out at all: a president reads, and takes nothing out."""
    return exports.exports(actor, "letters") and access.may(actor, "letters", "read")


def lacking(look: Look, kind: str, row: str, actor: Actor) -> list[Lack]:
    """What the record still lacks for its letter."""
    return fields.lacking(_paper(look, kind, row, actor))


def found(look: Look, key: str) -> Letter | None:
    """One letter of the ledger."""
    there = standing(look.book, "letters", [key]).get(key)
    return None if there is None else _letter({**there, "id": key})


def latest(look: Look, kind: str, row: str) -> Letter | None:
    """The newest version of the letter about a record."""
    there = newest(look.book, kind, row)
    return None if there is None else _letter(there)


def make(branch: Branch, kind: str, row: str, actor: Actor, now: datetime, *, token: str = "", sent: bool = False) -> Letter:
    """Makes the letter, or its next version under the same number, and keeps it. Nothing is sent by it, unless `sent` says that
    it leaves today: then both are one save.

    Its id holds its number, and the store takes an id once: whoever comes second in the same moment takes the next one.
    Raises Denied, Unknown, Lacking, BadTemplate; a denial goes on record.
    """
    for _ in range(TRIES):
        look = branch.look(now)
        _allowed(branch, look, kind, row, actor, now)
        if token and token in branch.store.saved_under(token) and (made := latest(look, kind, row)):
            return made  # by the first of two clicks
        paper = _paper(look, kind, row, actor)
        if lacks := fields.lacking(paper):
            raise Lacking(look, lacks)
        key, number, which = _number(look, kind, row)
        form, name = _template(branch, kind)
        data = letter(paper, number, which, form, name)
        digest = files.digest(data)
        branch.store.private.keep_document(digest, data, now)  # first: a row never speaks of a document that is not here
        after = {"number": number, "kind": kind, "customer": paper.record.get("customer"), "subject": TABLE[kind], "row": row,
                 "made_on": now.date(), "staff": actor.staff, "version": which, "document": digest}  # fmt: skip
        after |= {SENT: now.date()} if sent else {}
        try:
            branch.write([Edit("letters", key, None, after)], acting_for(actor), "portal", now, token=token)
        except Conflict:
            continue
        if made := latest(branch.look(now), kind, row):
            return made
    raise Fault("letter.busy")


def make_all(
    branch: Branch, wanted: Iterable[tuple[str, str]], actor: Actor, now: datetime, *, token: str = "", sent: bool = False
) -> tuple[list[Letter], list[tuple[str, Fault]]]:
    """Of several records (kind, row) every letter that can be made, and why each of the others cannot."""
    made: list[Letter] = []
    refused: list[tuple[str, Fault]] = []
    for kind, row in wanted:
        try:
            made.append(make(branch, kind, row, actor, now, token=f"{token}:{kind}:{row}" if token else "", sent=sent))
        except Fault as fault:
            refused.append((row, fault))
    return made, refused


def send(branch: Branch, ids: Sequence[str], actor: Actor, now: datetime, *, token: str = "") -> None:
    """Records letters as sent today: what was due by that is met. All of them or none. Raises Denied, Unknown, Fault."""
    look, edits = branch.look(now), []
    for key in ids:
        one = found(look, key)
        if one is None:
            raise access.Unknown("access.unknown")
        _allowed(branch, look, one.kind, one.row, actor, now)
        if one.sent:
            raise Fault("letter.sent_already", number=one.number, version=one.version)
        edits.append(Edit("letters", key, {SENT: None}, {SENT: now.date()}))
    branch.write(edits, acting_for(actor), "portal", now, token=token)


def document(branch: Branch, key: str, actor: Actor, now: datetime) -> bytes:
    """A letter exactly as it was made; on record. Raises Unknown, NotTaken, Fault where no document is kept."""
    look = branch.look(now)
    try:
        there = access.row(look.book, "letters", key, actor)
    except access.Unknown:
        audit.denied(branch.store, actor, f"letters/{key}", now)
        raise
    if not downloads(actor):
        audit.denied(branch.store, actor, f"export letters/{key}", now)
        raise NotTaken("exchange.no_export")
    data = branch.store.private.document(str(there.get("document") or ""))
    if data is None:
        raise Fault("letter.kept_gone")
    branch.store.private.note("export", actor.staff, f"letters/{key}", now)
    return data


def file_name(look: Look, key: str) -> str:
    """What a letter is called as a file: its number, its version from the second on, and whom it is about."""
    there = standing(look.book, "letters", [key]).get(key, {})
    customer = standing(look.book, "customers", [str(there.get("customer") or "")])
    who = next((str(one.get("short_name") or one.get("name") or "") for one in customer.values()), "")
    which = version(there)
    return _fit(str(there.get("number") or key), f"v{which}" if which > 1 else "", who)


def coming_name(look: Look, kind: str, row: str, lang: Lang) -> str:
    """What a letter is called as a file before it has a number: its kind, whom it is about, and the day."""
    record = standing(look.book, TABLE[kind], [row]).get(row, {})
    customer = standing(look.book, "customers", [str(record.get("customer") or "")])
    who = next((str(one.get("short_name") or one.get("name") or "") for one in customer.values()), "")
    return _fit(kind_label(look, kind, lang), who, look.today.isoformat())


def kind_label(look: Look, kind: str, lang: Lang) -> str:
    choice = look.tables["letters"]["kind"].choice(kind)
    return choice.label(lang) if choice is not None else kind


def _fit(*parts: str) -> str:
    return _UNFIT.sub(" ", " ".join(filter(None, parts)))[:120].strip(" .") + template.SUFFIX


def form_of(branch: Branch, kind: str) -> bytes:
    """The template from which a kind is made today. Raises BadTemplate."""
    return _template(branch, kind)[0]


def _check(look: Look, kind: str, row: str, actor: Actor) -> None:
    if kind not in TABLE or actor.role != MAKERS[kind]:
        table = look.tables["letters"]
        raise access.Denied("access.denied", table=table.label(access.language(actor)))
    access.row(look.book, TABLE[kind], row, actor)


def _allowed(branch: Branch, look: Look, kind: str, row: str, actor: Actor, now: datetime) -> None:
    try:
        _check(look, kind, row, actor)
    except access.NotAllowed:
        audit.denied(branch.store, actor, f"letter {kind}/{row}", now)
        raise


def _paper(look: Look, kind: str, row: str, actor: Actor) -> Paper:
    made: Paper | None = look.once(("paper", kind, row, actor.staff), lambda: letter_papers.paper(look, kind, row, actor))
    if made is None:
        raise access.Unknown("access.unknown")
    return made


def _letter(there: dict[str, Any]) -> Letter:
    said = {key: str(there.get(key) or "") for key in ("id", "kind", "row", "number")}
    return Letter(**said, version=version(there), sent=bool(there.get(SENT)), kept=bool(there.get("document")))


def _number(look: Look, kind: str, row: str) -> tuple[str, str, int]:
    """The id, the number and the version of the next letter about a record."""
    earlier = versions(look.book, kind, row)
    if earlier:
        first, which = earlier[0], version(earlier[-1]) + 1
        return f"{first['id']}-{which}", str(first.get("number") or first["id"]), which
    own, year = look.settings.numbering_letter, look.today.year
    start = f"{CODES[kind]}-{own}{year}-"
    taken = (str(key) for key in look.book.frames["letters"]["id"])  # deleted ones too: no number is given twice
    counts = (key.removeprefix(start).partition("-")[0] for key in taken if key.startswith(start))
    following = max((int(one) for one in counts if one.isdecimal()), default=0) + 1
    number = say(f"letter.number.{kind}", FIRST, year=year, number=f"{own}{following:04d}")
    return f"{start}{following:04d}", number, 1


def _template(branch: Branch, kind: str) -> tuple[bytes, str]:
    """The branch's own template where there is one, else the one that comes with the program; and what it is called."""
    own = branch.settings.home / FOLDER / f"{kind}{template.SUFFIX}"
    name = f"{FOLDER}/{own.name}"
    try:
        if not own.exists():
            return template.shipped(kind), name
        if own.stat().st_size > template.LARGEST:
            raise template.BadTemplate("letter.template_large", file=name)
        return own.read_bytes(), name
    except OSError as error:
        raise template.BadTemplate("letter.template_no_docx", file=name) from error
