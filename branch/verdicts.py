"""What would come of a file: every row with its verdict, and what is still to be decided about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from branch import access
from branch.exchange import Took
from branch.incoming import Incoming
from branch.masks import mask
from branch.people import Actor
from sheets import sentences
from sheets.cells import show
from sheets.files import mending
from sheets.files.grid import cell_at, cell_text
from sheets.files.headings import Target
from sheets.files.mending import Decisions, Laid
from sheets.files.standing import Cell
from sheets.numbers import is_placeholder
from sheets.schema import Column, Edit, Table, Unread
from texts import Lang

Verdict = Literal["added", "changed", "unchanged", "conflict", "refused"]
VERDICTS: tuple[Verdict, ...] = ("added", "changed", "unchanged", "conflict", "refused")
UNITS = ("元", "千元", "万元", "百万元", "亿元")
# Words that may be given their meaning once for the whole file.
MEANT = frozenset(
    {"choice_unknown", "choices_unknown", "yesno_unknown", "ref_unknown", "ref_ambiguous", "staff_unknown", "staff_ambiguous"}
)
ABOUT_UNITS = frozenset(
    {"unit_doubtful", "unit_unsaid", "unit_unusual", "around_units", "around_foreign", "around_small"}
    | {"header_unit", "format_scale", "format_unit"}
)
ASIDE = frozenset({"row_note", "row_totals"})
CLASHES = frozenset({"conflict", "conflict_unseen"})
# What kind of mend an issue asks for, by the beginning of its code; the first that fits.
MENDS = (
    ("date_", "dates"), ("monthday", "dates"), ("choice", "words"), ("yesno", "words"), ("ref_", "names"), ("staff_", "names"),
    ("number_missing", "numbers"), ("number_", "amounts"), ("money_", "amounts"), ("percent_", "amounts"), ("integer_", "amounts"),
    ("format_", "units"), ("unit_", "units"), ("around_days", "dates"), ("around_", "units"), ("header_unit", "units"),
    ("as_of", "told"), ("row_totals", "told"), ("row_note", "told"), ("row_repeated", "told"),
    ("uscc_", "codes"), ("account_", "codes"), ("phone_", "codes"), ("email_", "codes"), ("file_", "codes"),
    ("digits_lost", "codes"), ("missing", "missing"), ("column_missing", "missing"), ("record_nameless", "missing"),
    ("merged_cells", "missing"), ("header_", "heads"), ("duplicate_header", "heads"), ("column_", "heads"), ("line_", "lines"),
    ("text_", "lines"), ("row_mojibake", "lines"), ("formula_", "lines"), ("conflict", "conflicts"), ("row_refused", "refused"),
    ("row_hidden", "refused"), ("row_deleted", "numbers"), ("duplicate_id", "numbers"), ("id_", "numbers"), ("name_", "numbers"),
    ("wide_", "numbers"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moved:
    """A cell that would change. `old` is masked where the person sees it masked."""

    table: str
    column: str
    old: Cell
    new: Cell


@dataclass(frozen=True, slots=True)
class Eyes:
    """Who looks at the rows, and what their ledgers are."""

    tables: Mapping[str, Table]
    actor: Actor


@dataclass(frozen=True, slots=True)
class RowSeen:
    """One row of the file (counted from 1), what would come of it, what it is called, and why it is not taken.

    Its cells are worked out when the row is looked at: of a long file a person opens a few pages.
    """

    row: int
    verdict: Verdict
    called: str
    reasons: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    eyes: Eyes | None = None

    @property
    def moved(self) -> tuple[Moved, ...]:
        """The cells that would change, as the person sees them."""
        return tuple(_moved(self.edits, self.eyes.tables, self.eyes.actor)) if self.eyes else ()


@dataclass(frozen=True, slots=True)
class Group:
    """Issues that ask for the same mend: how many rows, and each with its place and sentence."""

    mend: str
    rows: int
    told: tuple[Mapping[str, Any], ...]
    stops: bool  # some row is not taken for it, or a cell not read


@dataclass(frozen=True, slots=True)
class Word:
    """A text of a column that means nothing here, how many rows say it, and what it may mean."""

    index: int
    raw: str
    rows: int
    column: Column


@dataclass(frozen=True, slots=True)
class UnitAsked:
    """A doubt about units; its answer holds for these columns, and the cells at `silent` count no more."""

    code: str
    said: str
    columns: tuple[int, ...]
    silent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """All that is to be seen of a file before it is taken."""

    document: Mapping[str, Any]
    rows: tuple[RowSeen, ...]
    groups: tuple[Group, ...]
    words: tuple[Word, ...]
    units: tuple[UnitAsked, ...]


def looked(
    took: Took, document: Mapping[str, Any], lay: Laid, tables: Mapping[str, Table], made: Decisions, actor: Actor, lang: Lang
) -> Looked:
    """All of it, as this person sees it: `document` is the one of the import, with the rows as they came."""
    return Looked(
        document,
        tuple(_rows(took, tables, actor, lang)),
        tuple(_groups(document["issues"])),
        tuple(_words(took, lay, tables, made)),
        tuple(_units(took, lay, tables, lang)),
    )


def _rows(took: Took, tables: Mapping[str, Table], actor: Actor, lang: Lang) -> Iterator[RowSeen]:
    """Every record of the file with its verdict, in the order of the file."""
    table, eyes = tables[took.sheet.table], Eyes(tables, actor)
    wanted = {one.line.row: one for one in took.taken}
    rejected = {one.line.row: one for one in took.preview.rejected}
    aside = {place[0] for issue in took.preview.issues if issue.code in ASIDE and (place := mending.at(issue.cell))}
    lines = {line.row: line for line in took.sheet.lines} | {line.row: line for line, _ in took.sheet.damaged}
    names = [((table.key, key), table[key]) for key in dict.fromkeys(("id", table.title, *table.called))]
    for row, line in sorted(lines.items()):
        said = [_told(column, cell, lang) for target, column in names if (cell := line.cells.get(target))]
        called = " ".join(dict.fromkeys(said))
        if row in rejected:
            reasons = rejected[row].reasons
            verdict: Verdict = "conflict" if any(issue.code in CLASHES for issue in reasons) else "refused"
            yield RowSeen(row + 1, verdict, called, reasons=tuple(sentences.sentence(issue, tables, lang) for issue in reasons))
        elif row in wanted:
            one = wanted[row]
            verdict = "added" if one.new else "changed"
            yield RowSeen(row + 1, verdict, called or one.id * (not is_placeholder(one.id)), edits=one.edits, eyes=eyes)
        elif row not in aside:
            yield RowSeen(row + 1, "unchanged", called)


def _told(column: Column, cell: Cell, lang: Lang) -> str:
    return cell.raw if isinstance(cell, Unread) else show(column, cell, lang)


def _moved(edits: Sequence[Edit], tables: Mapping[str, Table], actor: Actor) -> Iterator[Moved]:
    for edit in edits:
        for key, new in (edit.after or {}).items():
            column = tables[edit.table].column(key)
            if column is None:
                continue
            old = (edit.before or {}).get(key)
            if column.sensitive and not access.keeps(actor) and old is not None and not isinstance(old, Unread):
                old = mask(column, old)
            yield Moved(edit.table, key, old, new)


def _groups(issues: Sequence[Mapping[str, Any]]) -> Iterator[Group]:
    """Issues by the mend they ask for, those that stop something first."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for issue in issues:
        mend = next((mend for start, mend in MENDS if str(issue["code"]).startswith(start)), "others")
        found.setdefault(mend, []).append(issue)
    groups = [
        Group(
            mend,
            len({place[0] for issue in told if (place := mending.at(str(issue["cell"])))}) or len(told),
            tuple(told),
            any(not issue["warning"] for issue in told),
        )
        for mend, told in found.items()
    ]
    yield from sorted(groups, key=lambda group: (not group.stops, -group.rows))


def _words(took: Took, lay: Laid, tables: Mapping[str, Table], made: Decisions) -> Iterator[Word]:
    """The texts that may be given a meaning, the most frequent first; those that have one already stay on the list."""
    at_column = {index: target for target, index in took.sheet.where.items()}
    found: dict[tuple[int, str], int] = {}
    for issue in took.preview.issues:
        place = mending.at(issue.cell)
        if issue.code in MEANT and place:
            text = cell_text(cell_at(lay.grid[place[0]], place[1]))
            found[place[1], text] = found.get((place[1], text), 0) + 1
    rows = dict.fromkeys(made.values, 0) | found
    for index, raw in made.values:
        rows[index, raw] = sum(cell_text(cell_at(cells, index)) == raw for cells in lay.grid[lay.row + 1 :])
    for (index, raw), count in sorted(rows.items(), key=lambda one: (-one[1], one[0])):
        target = at_column.get(index)
        column = tables[target[0]].column(target[1]) if target else None
        if column is not None:
            yield Word(index, raw, count, column)


def _units(took: Took, lay: Laid, tables: Mapping[str, Table], lang: Lang) -> Iterator[UnitAsked]:
    """Doubts about units, each with the columns and cells that its answer speaks of."""
    money = tuple(index for target, index in took.sheet.where.items() if _is_money(tables, target))
    seen: set[tuple[str, str]] = set()
    for issue in took.preview.issues:
        place = mending.at(issue.cell)
        if issue.code not in ABOUT_UNITS or place is None or (issue.code, issue.cell) in seen:
            continue
        seen.add((issue.code, issue.cell))
        around = (*(() if issue.column else (issue.cell,)), str(issue.values.get("place", "")))
        silent = tuple(cell for cell in around if (at := mending.at(cell)) and at[0] != lay.row)
        yield UnitAsked(issue.code, sentences.sentence(issue, tables, lang), (place[1],) if issue.column else money, silent)


def _is_money(tables: Mapping[str, Table], target: Target) -> bool:
    column = tables[target[0]].column(target[1]) if target[1] != "rev" else None
    return column is not None and column.kind == "money"


def answered(brought: Incoming, asked: UnitAsked, unit: str) -> Incoming:
    """The file with a doubt about units answered: these columns count in this unit, whatever stands around them."""
    made = brought.decided
    units = {**made.units, **dict.fromkeys(asked.columns, unit)}
    return replace(brought, decided=replace(made, units=units, silent=made.silent | {*asked.silent}))
