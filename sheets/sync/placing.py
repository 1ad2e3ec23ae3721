"""Which row is whose: ids and marks held against each other, so that a value that fell into a neighbour's row is known for it.

A mark says for which row, and by which write, the cells beside it were written. A mark that does not fit the row's id
proves that rows were moved between our look and our write: what was there is put back, and ours is written again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sheets.spreadsheet import Formula, Raw, Rows
from sheets.sync.state import DELETED, ISSUE, MARK, NOBODY, Base, New, Sent, Tab, cell, later, read_mark, same

ALIKE = 0.6  # of a row's filled cells: then a row without number and mark is taken for the one that is missing


@dataclass(frozen=True, slots=True)
class Heal:
    """Cells of a row that are put right, under a fresh mark for `id` (NOBODY: of a row that has none). `whole`: a new row
    of ours whose cells stand under other headings, written once more in its place. `of`: the mark of the write that did it,
    which is remembered until this is proven."""

    row: int
    id: str
    cells: Mapping[str, Raw]
    whole: bool = False
    of: str = ""


@dataclass(slots=True)
class Placed:
    """The rows of a tab: `rows` may be read and written, by id; `held` may not, and why; `bare` have no id."""

    rows: dict[str, int] = field(default_factory=dict)
    unchanged: set[str] = field(default_factory=set)  # rows of which every cell is as it was agreed
    held: dict[str, tuple[str, tuple[int, ...]]] = field(default_factory=dict)  # id → code, rows
    bare: list[int] = field(default_factory=list)
    strange: list[int] = field(default_factory=list)  # without id, under another installation's mark: only that one knows what it hit
    missing: list[str] = field(default_factory=list)
    heals: list[Heal] = field(default_factory=list)
    proven: list[Sent] = field(default_factory=list)
    late: list[Sent] = field(default_factory=list)  # carried out when we had long given it up
    astray: list[Sent] = field(default_factory=list)  # fell into another row
    repair: dict[int, str] = field(default_factory=dict)  # headings into which a write of ours has fallen


@dataclass
class _Look:
    tab: Tab
    rows: Rows
    bases: Mapping[str, Base]
    sent: Mapping[str, Sent]
    coming: frozenset[str]  # ids that adoption has written, not proven yet
    letter: str
    news: tuple[New, ...] = ()
    found: Placed = field(default_factory=Placed)

    def __post_init__(self) -> None:
        self.ids = tuple(id_of(self.tab, row) for row in self.rows)
        self.body = range(self.tab.header + 1, len(self.rows))
        self.known = Counter(self.ids[n] for n in self.body if self.ids[n])
        self.mark_at = self.tab.place(MARK)
        self.unproven = {mark: one for mark, one in self.sent.items() if not one.proven}

    def mark(self, row: int) -> str:
        found = cell(self.rows[row], self.mark_at)
        return found if isinstance(found, str) else ""

    def cell(self, row: int, key: str) -> Raw:
        return cell(self.rows[row], self.tab.place(key))

    def base(self, row_id: str, key: str) -> Raw:
        """What the sheet was last known to hold: what was agreed, or what was seen there since."""
        base = self.bases.get(row_id)
        if base is None:
            return None
        if key in base.shown:
            seen = base.shown[key]
            return Formula(seen) if isinstance(seen, str) and seen.startswith("=") else seen
        return Formula(base.typed[key]) if key in base.typed else cell(base.cells, self.tab.place(key))


def id_of(tab: Tab, row: Sequence[Raw]) -> str:
    """The id of a row, as text however it was typed."""
    found = cell(row, tab.place("id"))
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    return "" if found is None or isinstance(found, bool) else str(found).strip()


def as_agreed(row: Sequence[Raw], base: Base) -> bool:
    """Whether every cell of a row is as it was agreed."""
    size = len(row)
    return tuple(row) == base.cells[:size] and (size == len(base.cells) or not any(one is not None for one in base.cells[size:]))


def filled(tab: Tab, row: Sequence[Raw]) -> dict[str, Raw]:
    """What a person has typed into a row, by column; Huce's own columns left out."""
    return {key: one for key, one in zip(tab.layout, row, strict=False) if one is not None and key not in (MARK, ISSUE, DELETED)}


def place(tab: Tab, rows: Rows, bases: Mapping[str, Base], sent: Mapping[str, Sent], news: Mapping[str, New], letter: str) -> Placed:
    """Reads ids and marks of a whole tab, whose layout is the one that is given."""
    coming = frozenset(new.id for new in news.values() if new.id and new.id not in bases)
    look = _Look(tab, rows, bases, {m: s for m, s in sent.items() if s.table == tab.table}, coming, letter, tuple(news.values()))
    plain = not look.unproven  # with a write on its way each row is looked at closely
    for row in look.body:
        base = bases.get(look.ids[row])
        if plain and base is not None and as_agreed(rows[row], base) and base.mark == look.mark(row):
            look.found.rows[look.ids[row]] = row
            look.found.unchanged.add(look.ids[row])
        elif rows[row]:
            _row(look, row)
    _twice(look)
    found = look.found
    given_back = {heal.cells["id"] for heal in found.heals if "id" in heal.cells}
    found.missing = [key for key in bases if key not in look.known and key not in given_back]
    _known_again(look)
    return found


def _row(look: _Look, row: int) -> None:
    row_id, mark = look.ids[row], look.mark(row)
    said = read_mark(mark)
    if look.unproven and _elsewhere(look, row, row_id):
        return
    if said is None:
        _settle(look, row, row_id)
    elif not row_id:
        _without_id(look, row, mark, said[0])
    elif said[0] == row_id or (said[0] == NOBODY and row_id not in look.bases):
        _fits(look, row, row_id, mark)
    elif said[1] != look.letter and said[0] != NOBODY:
        look.found.held[row_id] = ("google.foreign_mark", (row,))
    else:
        _misfit(look, row, row_id, mark, said[0])


def _settle(look: _Look, row: int, row_id: str) -> None:
    if row_id:
        look.found.rows[row_id] = row
    elif filled(look.tab, look.rows[row]):
        look.found.bare.append(row)


def _fits(look: _Look, row: int, row_id: str, mark: str) -> None:
    one = look.unproven.get(mark)
    if one is not None:
        if theirs := _typed_since(look, row, row_id, one):
            look.found.late.append(one)
            look.found.heals.append(Heal(row, row_id, theirs, of=mark))
            return
        if strays := _strays(look, row, row_id, one):
            _gather(look, row, row_id, one, strays)
            return
        look.found.proven.append(one)
    look.found.rows[row_id] = row


def _strays(look: _Look, row: int, row_id: str, one: Sent) -> list[str]:
    """The columns into which the cells of a write have fallen although its row is right: columns were moved while we wrote,
    and neither the numbers' nor the marks' was among them."""
    absent = [sent for key, sent in one.cells.items() if sent is not None and not same(look.cell(row, key), sent)]
    return [
        key
        for n, key in enumerate(look.tab.layout)
        if key and key != MARK
        for stands in (cell(look.rows[row], n),)
        if stands is not None and any(same(stands, sent) for sent in absent)
        if not same(stands, one.cells.get(key)) and not same(stands, look.base(row_id, key))
    ]


def _gather(look: _Look, row: int, row_id: str, one: Sent, strays: Sequence[str]) -> None:
    """What was hit is put back; a new row is written once more, whole, and an edit by its intents, which are still there."""
    look.found.astray.append(one)
    if one.row is None and row_id not in look.bases:
        look.found.heals.append(Heal(row, one.id, dict.fromkeys(strays) | dict(one.cells), whole=True, of=one.mark))
    else:
        look.found.heals.append(Heal(row, row_id, {key: look.base(row_id, key) for key in strays}, of=one.mark))


def _typed_since(look: _Look, row: int, row_id: str, one: Sent) -> dict[str, Raw]:
    """What must stand again: our write was given up, and carried out after something newer had been read or proven."""
    if row_id not in look.bases:
        return {}
    newer = {key for sent in look.sent.values() if sent.proven and sent.id == row_id and later(sent.mark, one.mark) for key in sent.cells}
    moved_on = [key for key in one.cells if key in newer or not same(look.base(row_id, key), one.seen.get(key))]
    theirs = {key: look.base(row_id, key) for key in moved_on if same(look.cell(row, key), one.cells[key])}
    return {key: value for key, value in theirs.items() if not same(value, one.cells[key])}


def _without_id(look: _Look, row: int, mark: str, said: str) -> None:
    one = look.unproven.get(mark)
    if said != NOBODY and _is_strange(look, row, mark, said):
        look.found.strange.append(row)
    elif said != NOBODY and said not in look.known and _is_its_own(look, row, said, one):
        look.found.heals.append(Heal(row, said, {"id": said}))  # somebody took the number away
    elif one is not None and one.row is not None:
        hit = {key: one.cells[key] for key in one.cells if same(look.cell(row, key), one.cells[key])}
        look.found.astray.append(one)
        look.found.heals.append(Heal(row, NOBODY, _as_seen(look, row, hit), of=mark))
    elif said == NOBODY and (blanked := _blanked(look, row, mark)):
        look.found.heals.append(Heal(row, NOBODY, blanked))
    elif filled(look.tab, look.rows[row]):
        if said != NOBODY:
            look.found.heals.append(Heal(row, NOBODY, {}))  # a copy without its number: the mark is not its own
        look.found.bare.append(row)


def _is_strange(look: _Look, row: int, mark: str, said: str) -> bool:
    """Whether another installation's write may have fallen upon a row that somebody was typing: its mark is the only trace
    of that, by which its writer puts the row right. A copy, or a row whose number was taken, looks like the row it names:
    what a write brings is never what was agreed before it."""
    found, mine = read_mark(mark), filled(look.tab, look.rows[row])
    if found is None or found[1] == look.letter or not mine:
        return False
    return said not in look.bases or _share(look, said, mine) < ALIKE


def _blanked(look: _Look, row: int, mark: str) -> dict[str, Raw]:
    """What stood in a row before another installation's write fell upon it, which has taken its own away and knew of no other:
    we had read it there. The mark is how we know that it was no person who took it away."""
    found, mine = read_mark(mark), filled(look.tab, look.rows[row])
    if found is None or found[1] == look.letter:
        return {}
    for new in look.news:
        was = dict(zip(look.tab.layout, new.cells, strict=False))
        if new.row == row and was.get(MARK) != mark and all(same(was.get(key), value) for key, value in mine.items()):
            return {key: value for key, value in filled(look.tab, new.cells).items() if key not in mine}
    return {}


def _as_seen(look: _Look, row: int, hit: Mapping[str, Raw]) -> dict[str, Raw]:
    """What stood in a row without a number before our write fell upon it: blank where no such row was seen."""
    here = {tuple(look.rows[n]) for n in look.body if not look.ids[n] and n != row}
    rest = {key: value for key, value in filled(look.tab, look.rows[row]).items() if key not in hit}
    known = [new for new in look.news if not new.id and new.cells not in here]
    seen = [dict(zip(look.tab.layout, new.cells, strict=False)) for new in known]
    seen = [one for one in seen if all(same(one.get(key), value) for key, value in rest.items())]
    return {key: seen[0].get(key) if len(seen) == 1 else None for key in hit}


def _is_its_own(look: _Look, row: int, said: str, one: Sent | None) -> bool:
    """Whether the row is the one that its mark names: not where our write fell upon somebody's half-typed row."""
    if one is None:
        return said in look.bases
    if one.row is None:
        return True
    mine = {key: value for key, value in filled(look.tab, look.rows[row]).items() if key not in one.cells}
    return said in look.bases and bool(mine) and _share(look, said, mine, frozenset(one.cells)) >= ALIKE


def _misfit(look: _Look, row: int, row_id: str, mark: str, said: str) -> None:
    one = look.sent.get(mark)
    lost = said in look.bases and said not in look.known
    fresh = one is not None and not one.proven
    hit = {} if one is None or one.proven else {key: sent for key, sent in one.cells.items() if same(look.cell(row, key), sent)}
    hit = {key: sent for key, sent in hit.items() if not same(look.base(row_id, key), sent)}
    if one is not None and fresh and one.row is None and said not in look.bases and said not in look.known and row_id not in look.bases:
        _gather(look, row, row_id, one, _strays(look, row, row_id, one))  # a new row of ours under other headings
    elif lost and (row_id in look.coming or not hit):
        look.found.heals.append(Heal(row, said, {"id": said}))  # a number that was meant for another row, or typed over
    elif not fresh and _exchanged(look, row, row_id, said):
        look.found.heals.append(Heal(row, said, {"id": said}))
    elif row_id in look.bases:
        if one is not None and fresh:
            look.found.astray.append(one)
        look.found.heals.append(Heal(row, row_id, {key: look.base(row_id, key) for key in hit}, of=mark if fresh else ""))
    else:
        look.found.rows[row_id] = row  # a copy that was given a number of its own


def _exchanged(look: _Look, row: int, row_id: str, said: str) -> bool:
    """Whether somebody gave the row another one's number, and that one this row's or a third one's: mark and cells say so."""
    if said not in look.bases or row_id not in look.bases:
        return False
    where = next((n for n in look.body if look.ids[n] == said), row)
    other = read_mark(look.mark(where))
    if other is None or other[0] == said:
        return False
    mine = {key: one for key, one in filled(look.tab, look.rows[row]).items() if key != "id"}
    own, theirs = (_share(look, key, mine) for key in (said, row_id))
    return own >= ALIKE and own > theirs


def _elsewhere(look: _Look, row: int, row_id: str) -> bool:
    """Whether a mark of ours stands in a column where none belongs: columns were moved while we wrote."""
    place = next((n for n, one in enumerate(look.rows[row]) if n != look.mark_at and isinstance(one, str) and one in look.unproven), None)
    if place is None:
        return False
    one = look.unproven[str(look.rows[row][place])]
    values = [*one.cells.values(), one.mark]
    if one.row is None and one.id not in look.bases:
        hit = [key for n, key in enumerate(look.tab.layout) if key and any(same(cell(look.rows[row], n), v) for v in values)]
        look.found.astray.append(one)
        cells = dict.fromkeys(key for key in hit if key != MARK) | dict(one.cells)
        look.found.heals.append(Heal(row, one.id, cells, whole=True, of=one.mark))
        return True
    cells = {
        key: look.base(row_id, key)
        for n, key in enumerate(look.tab.layout)
        if key and key != MARK and any(same(cell(look.rows[row], n), value) and value is not None for value in values)
    }
    restored = {key: value for key, value in cells.items() if not same(value, look.cell(row, key))}
    look.found.astray.append(one)
    look.found.heals.append(Heal(row, row_id or NOBODY, restored, of=one.mark))
    return True


def _twice(look: _Look) -> None:
    """A number on two rows: neither is touched until somebody says which is which."""
    double = {row_id for row_id, count in look.known.items() if count > 1}
    healed = {heal.row for heal in look.found.heals if "id" in heal.cells}
    for row_id in double:
        rows = tuple(n for n in look.body if look.ids[n] == row_id and n not in healed)
        if len(rows) > 1 and (once := _added_twice(look, row_id, rows)) is not None:
            look.found.rows[row_id] = once
        elif len(rows) > 1:
            look.found.rows.pop(row_id, None)
            look.found.held[row_id] = ("google.copied", rows)
            look.found.heals = [heal for heal in look.found.heals if heal.row not in rows]
            look.found.proven = [one for one in look.found.proven if one.id != row_id]
        elif rows:
            look.found.rows[row_id] = rows[0]


def _added_twice(look: _Look, row_id: str, rows: tuple[int, ...]) -> int | None:
    """The row that counts, where the others are a row of ours once more: given up, written again, and carried out later."""
    late: list[tuple[int, Sent]] = []
    for row in rows:
        one = look.unproven.get(look.mark(row))
        as_sent = one is not None and all(same(look.cell(row, key), raw) for key, raw in one.cells.items())
        if one is not None and one.row is None and as_sent and row_id in look.bases and look.bases[row_id].mark != one.mark:
            late.append((row, one))
    left = [row for row in rows if row not in {n for n, _ in late}]
    if len(left) != 1 or not late:
        return None
    again = {one.mark for _, one in late}
    look.found.proven = [one for one in look.found.proven if one.mark not in again]
    look.found.late = [one for one in look.found.late if one.mark not in again]
    look.found.heals = [heal for heal in look.found.heals if heal.row not in rows]
    for row, one in late:
        look.found.late.append(one)
        look.found.heals.append(Heal(row, NOBODY, dict.fromkeys({"id", *one.cells}), of=one.mark))
    return left[0]


def _known_again(look: _Look) -> None:
    """A row whose number and mark were both taken away gets them back, where only one row can be meant."""
    missing = look.found.missing
    if not missing or not look.found.bare:
        return
    for row in list(look.found.bare):
        mine = filled(look.tab, look.rows[row])
        alike = [key for key in missing if _share(look, key, mine) >= ALIKE]
        if len(alike) == 1 and len(mine) > 1:
            look.found.heals.append(Heal(row, alike[0], {"id": alike[0]}))
            look.found.bare.remove(row)
            missing.remove(alike[0])


def _share(look: _Look, key: str, mine: Mapping[str, Raw], without: frozenset[str] = frozenset()) -> float:
    theirs = {k: v for k, v in filled(look.tab, look.bases[key].cells).items() if k != "id" and k not in without}
    alike = sum(same(mine.get(k), v) for k, v in theirs.items())
    return alike / max(len(theirs), len(mine), 1)
