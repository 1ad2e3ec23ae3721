"""The worlds in which the sheet is tried: what a person does, at which moment, and what goes wrong with the wire meanwhile.

All of it is data in plain words; `run` plays one of them and answers what is wrong afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from branch.sync.worker import Worker
from sheets.spreadsheet import SheetFault
from sheets.sync.state import INSERT
from tests.sync.conftest import Office

TAB = "problems"
OURS = "P2"  # the row that is saved in the portal; the others are the neighbours
SYSTEM = frozenset({"标记", "数据问题"})
_turn = count(1)


class Killed(BaseException):
    """The process is gone: nothing after this line is carried out."""


def _title(bank: Office) -> str:
    return bank.title(TAB)


def _line(bank: Office, row: str = OURS) -> int:
    place = bank.place(TAB, row, "id")
    return int("".join(one for one in place if one.isdigit()))


def _sort(bank: Office) -> None:
    bank.book.sort(_title(bank), "A", from_row=_header(bank) + 1, descending=next(_turn) % 2 == 0)


def _header(bank: Office) -> int:
    return next(n for n, row in enumerate(bank.book.cells(_title(bank)), 1) if "编号" in row)


def _insert(bank: Office) -> None:
    bank.book.insert_rows(_title(bank), _header(bank) + 1)


def _copy_above(bank: Office) -> None:
    """A neighbour copied above our row, its number taken off: a new row that is still being typed."""
    line = _line(bank, "P1")
    bank.book.copy_row(_title(bank), line, above=_header(bank) + 1)
    bank.book.clear(_title(bank), f"A{_header(bank) + 1}")


def _cut(bank: Office) -> None:
    bank.book.cut_paste_row(_title(bank), _line(bank))


def _title_row(bank: Office) -> None:
    if _header(bank) > 3:
        bank.book.delete_rows(_title(bank), 1)
    bank.book.insert_rows(_title(bank), 1)
    bank.book.type(_title(bank), "A1", "二〇二六年台账")


def _column_moved(bank: Office) -> None:
    letters = list(bank.book.columns_marked(_title(bank), "huce.col").values())
    bank.book.move_column(_title(bank), letters[3], letters[1])


def _column_moved_far(bank: Office) -> None:
    """Columns between those that are written change their places; the numbers and the marks keep theirs."""
    letters = bank.book.columns_marked(_title(bank), "huce.col")
    bank.book.move_column(_title(bank), letters["content"], letters["raised_on"])


def _column_added(bank: Office) -> None:
    bank.book.insert_column(_title(bank), "B", f"自己的列{next(_turn)}", row=_header(bank))


def _renamed(bank: Office) -> None:
    title = _title(bank)
    copy = bank.book.copy_tab(title)
    bank.book.rename_tab(title, f"改名{next(_turn)}")
    bank.book.rename_tab(copy, title)


def _number_cleared(bank: Office) -> None:
    bank.book.clear(_title(bank), bank.place(TAB, OURS, "id"))


ACTS: dict[str, Callable[[Office], None]] = {
    "nothing": lambda _: None,
    "the table is sorted": _sort,
    "a row is inserted above": _insert,
    "a row is copied above": _copy_above,
    "our row is cut and pasted at the end": _cut,
    "a line is put above the headings": _title_row,
    "a column is moved": _column_moved,
    "the column that is written is moved": _column_moved_far,
    "a column is added on the left": _column_added,
    "the tab is renamed and a copy takes its name": _renamed,
    "our row's number is cleared": _number_cleared,
}
MOMENTS: dict[str, tuple[str, int]] = {
    "before the look": ("read", 1),
    "before the write": ("write", 1),
    "before the next look": ("read", 2),
}
FAULTS: dict[str, tuple[str, str] | None] = {
    "nothing": None,
    "the look is refused for now": ("read", "429"),
    "the look breaks off": ("read", "truncated"),
    "the write is refused for now": ("write", "503 before"),
    "the write is done and answered 503": ("write", "503 after"),
    "the write is dropped before it is done": ("write", "cut before"),
    "the answer to the write is lost": ("write", "cut after"),
    "the answer to the write is cut": ("write", "truncated"),
    "the process is killed before the write": ("write", "killed before"),
    "the process is killed after the write": ("write", "killed after"),
}


def rows(bank: Office) -> dict[str, list[dict[str, Any]]]:
    """The tab as a person reads it: by number, each row by heading; more than one row under a number is a fault."""
    cells = bank.book.cells(_title(bank))
    header = next(row for row in cells if "编号" in row)
    found: dict[str, list[dict[str, Any]]] = {}
    for row in cells[cells.index(header) + 1 :]:
        named = {heading: one for heading, one in zip(header, row, strict=False) if one not in (None, "") and heading not in SYSTEM}
        if named:
            found.setdefault(str(named.get("编号", "")), []).append(named)
    return found


@dataclass
class Play:
    """One world played: what people had after their act, and what is wrong at the end."""

    bank: Office
    theirs: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def prepare(bank: Office) -> None:
    """Five problems in the ledger, so that each row has neighbours."""
    for number in range(1, 6):
        bank.save(
            TAB,
            f"P{number}",
            customer=f"C{number % 4 + 1}",
            content=f"问题{number}",
            raised_on=bank.clock[0].date(),
            owner="CM1",
            area="other",
        )
    bank.sync()


def run(bank: Office, act: str, moment: str, fault: str) -> list[str]:
    """Plays it: an edit and a new row are saved, the person acts, the wire fails; afterwards everything is looked at."""
    number = next(_turn)
    wanted, fresh = f"处理{number}", f"N{number}"
    bank.save(TAB, OURS, content=wanted)
    bank.save(TAB, fresh, customer="C1", content=f"新问题{number}", raised_on=bank.clock[0].date(), owner="CM1", area="other")
    play = Play(bank)

    def acts() -> None:
        ACTS[act](bank)
        play.theirs.update(rows(bank))

    bank.api.before(MOMENTS[moment][1], acts, kind=MOMENTS[moment][0])
    _sabotage(bank, fault)
    for _ in range(8):
        worker = bank.worker()
        try:
            worker.flush()
            worker.pull()
            worker.flush()
        except (SheetFault, Killed):
            continue
        if not worker.waiting():
            break
    bank.api.acts.clear()
    bank.api.faults.clear()
    restore()
    if not play.theirs:  # their moment did not come
        acts()
        bank.sync()
    _judge(play, wanted, fresh, number)
    return play.wrong


def _sabotage(bank: Office, fault: str) -> None:
    how = FAULTS[fault]
    if how is None:
        return
    if not how[1].startswith("killed"):
        bank.api.fail(1, kind=how[0], how=how[1])
        return
    after = how[1] == "killed after"

    def flush(self: Worker) -> Any:
        restore()
        write = self.sheet.write

        def killed(*given: Any, **more: Any) -> Any:
            if after:
                write(*given, **more)
            raise Killed

        self.sheet.write = killed  # type: ignore[method-assign]
        return self.flush()

    Worker.flush = flush  # type: ignore[method-assign]


_FLUSH = Worker.flush


def restore() -> None:
    """A kill that did not come to pass is called off."""
    Worker.flush = _FLUSH  # type: ignore[method-assign]


def _judge(play: Play, wanted: str, fresh: str, number: int) -> None:
    bank, now = play.bank, rows(play.bank)
    heading = bank.branch.book().tables[TAB]["content"].label("zh")
    double = [key for key, found in now.items() if key and len(found) > 1]
    if double:
        play.wrong.append(f"a number on two rows: {double}")
    if now.get(OURS, [{}])[0].get(heading) != wanted:
        play.wrong.append(f"the saved value is not in its row: {now.get(OURS)}")
    if now.get(fresh, [{}])[0].get(heading) != f"新问题{number}":
        play.wrong.append(f"the new row is not there: {now.get(fresh)}")
    for key, found in play.theirs.items():
        if key in (OURS, fresh, ""):
            continue
        if now.get(key, [{}])[0] != found[0]:
            play.wrong.append(f"the neighbour {key} was {found[0]} and is {now.get(key)}")
    bare = play.theirs.get("", []) if OURS in play.theirs else []  # else it is our own row, and gets its number back
    lost = [one for one in bare if one.get(heading) not in {r.get(heading) for some in now.values() for r in some}]
    if lost:
        play.wrong.append(f"rows without a number are gone: {lost}")
    frame = bank.branch.book().frame(TAB)
    for key, content in zip(frame["id"], frame["content"], strict=True):
        if key in now and now[key][0].get(heading) != content:
            play.wrong.append(f"{key} differs: here {content}, there {now[key][0].get(heading)}")
        if key not in now:
            play.wrong.append(f"{key} is not in the sheet")
    waiting = [key for key in bank.branch.store.agreed().intents if key[0] == TAB]
    if waiting:
        play.wrong.append(f"still waiting: {waiting} {INSERT}")
