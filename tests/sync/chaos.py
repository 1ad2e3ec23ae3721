"""Seeded disorder: people and portals at work on one tab at once, on a bad line, for thousands of steps.

Every value that is typed or saved is a word of its own, so that at the end each can be asked after.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

from sheets.spreadsheet import SheetFault
from sheets.sync.state import HELD
from tests.sync import world
from tests.sync.conftest import Office
from tests.sync.world import TAB, Killed

SAVES, PEOPLE = (
    ("edit", "edit", "edit", "new"),
    ("type", "type", "type", "row", "sort", "insert", "cut", "number", "title", "column", "own column"),
)
FAULTS = [name for name, how in world.FAULTS.items() if how is not None]
BAD_LINE, KILL, BETWEEN = 0.2, 0.1, 0.6


@dataclass
class Chaos:
    """One run. `typed`: word → (row, whether it fell between our look and our write); `saved`: word → row."""

    bank: Office
    draw: random.Random
    typed: dict[str, tuple[str, bool]] = field(default_factory=dict)
    saved: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)  # words that a person has typed over
    seen: Counter[str] = field(default_factory=Counter)
    number: int = 0

    def word(self, kind: str) -> str:
        self.number += 1
        return f"{kind}{self.number}"

    # --- what is done -----------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Somebody saves in the portal."""
        frame = self.bank.branch.book().frame(TAB)
        word = self.word("存")
        if self.draw.choice(SAVES) == "new":
            row = self.word("N")
            self.bank.save(TAB, row, customer="C1", content=word, raised_on=self.bank.clock[0].date(), owner="CM1", area="other")
        else:
            row = str(self.draw.choice(list(frame["id"])))
            self.bank.save(TAB, row, content=word)
        self.saved[word] = row

    def act(self, between: bool = False) -> None:
        """Somebody does something in the sheet."""
        bank, what = self.bank, self.draw.choice(PEOPLE)
        title, header = bank.title(TAB), world._header(bank)
        cells = bank.book.cells(title)
        body = [n for n, row in enumerate(cells, 1) if n > header and any(one not in (None, "") for one in row)]
        letters = dict(zip(cells[header - 1], _letters(len(cells[header - 1])), strict=True))
        line = self.draw.choice(body)
        self.seen[what] += 1
        if what == "type":
            word = self.word("改")
            row = str(_at(cells, line, header, "编号") or "")
            self.gone.add(str(_at(cells, line, header, "内容")))
            bank.book.type(title, f"{letters['内容']}{line}", word)
            self.typed[word] = (row, between)
        elif what == "row":
            word = self.word("加")
            bank.book.type(title, f"{letters['内容']}{body[-1] + 1}", word)
            self.typed[word] = ("", between)
        elif what == "sort":
            bank.book.sort(
                title, self.draw.choice([letters["编号"], letters["内容"]]), from_row=header + 1, descending=self.draw.random() < 0.5
            )
        elif what == "insert":
            bank.book.insert_rows(title, line)
        elif what == "cut":
            bank.book.cut_paste_row(title, line)
        elif what == "number":
            bank.book.clear(title, f"{letters['编号']}{line}")
        elif what == "title" and header < 4:
            bank.book.insert_rows(title, 1)
            bank.book.type(title, "A1", "台账")
        elif what == "column":
            some = self.draw.sample(list(letters.values()), 2)
            bank.book.move_column(title, *some)
        elif what == "own column" and len(letters) < 20:
            bank.book.insert_column(title, self.draw.choice(list(letters.values())), self.word("列"), row=header)

    def sync(self) -> None:
        """The worker's turn, on a line that may be bad, while somebody acts."""
        bank = self.bank
        if self.draw.random() < BETWEEN:
            kind, nth = self.draw.choice([("read", 1), ("write", 1), ("read", 2), ("write", 2)])
            bank.api.before(nth, lambda: self.act(between=kind == "write"), kind=kind)
        if self.draw.random() < BAD_LINE:
            names = [name for name in FAULTS if "killed" in name] if self.draw.random() < KILL else FAULTS
            world._sabotage(bank, self.draw.choice(names))
        try:
            worker = bank.worker()
            worker.flush()
            worker.pull()
            worker.flush()
        except (SheetFault, Killed) as fault:
            self.seen[type(fault).__name__] += 1
        else:
            self.seen["healed"] += worker.counts.healed
        bank.api.acts.clear()
        bank.api.faults.clear()
        world.restore()
        bank.wait(20)

    def step(self) -> None:
        for _ in range(self.draw.randrange(3)):
            self.save()
        for _ in range(self.draw.randrange(2)):
            self.act()
        self.sync()

    def run(self, steps: int) -> None:
        for _ in range(steps):
            self.step()
        for _ in range(8):
            self.bank.wait()
            self.bank.sync()

    # --- what is true afterwards --------------------------------------------------------------------------------------

    def wrong(self) -> tuple[list[str], list[str]]:
        """What must not be, and what cannot be helped: a value typed into the very cell in the second in which we wrote."""
        bank = self.bank
        agreed, ledger = bank.branch.store.agreed(), bank.branch.book().frame(TAB)
        now = world.rows(bank)
        found: list[str] = []
        found += [f"a number on {len(rows)} rows: {key}" for key, rows in now.items() if key and len(rows) > 1]
        found += [f"{key} is not in the sheet" for key in ledger["id"] if key not in now]
        found += [f"{key} is not in the ledger" for key in now if key and key not in set(ledger["id"])]
        held = {key[1] for key, intent in agreed.intents.items() if key[0] == TAB and intent.state == HELD}
        told = {note.row for note in agreed.notes.values() if note.table == TAB}
        for key, content in zip(ledger["id"], ledger["content"], strict=True):
            there = now.get(key, [{}])[0].get("内容")
            if there != content and not (content == "" and there is None) and key not in held | told:
                found.append(f"{key}: here {content}, there {there}")
        found += [f"waits without a reason: {key}" for key, one in agreed.intents.items() if key[0] == TAB and one.state != HELD]
        known = set(bank.branch.store.history(TAB, limit=100_000)["new"].astype(str)) | {
            str(r.get("内容")) for some in now.values() for r in some
        }
        text = " ".join(map(str, known))
        lost = [word for word in self.typed if word not in known and f'"{word}"' not in text and word not in self.gone]
        helpless = [word for word in lost if self.typed[word][1]]
        found += [f"a value typed by a person is nowhere: {word} in {self.typed[word][0]}" for word in lost if word not in helpless]
        return found, helpless


def _at(cells: list[list[object]], line: int, header: int, heading: str) -> object:
    place = cells[header - 1].index(heading)
    return cells[line - 1][place] if place < len(cells[line - 1]) else None


def _letters(count: int) -> list[str]:
    found = []
    for number in range(1, count + 1):
        letters, rest = "", number
        while rest:
            rest, part = divmod(rest - 1, 26)
            letters = chr(65 + part) + letters
        found.append(letters)
    return found


def begin(bank: Office, seed: int) -> Chaos:
    world.prepare(bank)
    return Chaos(bank, random.Random(seed))
