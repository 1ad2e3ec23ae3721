"""The sheet's side of the jobs: what is saved here goes there within seconds, and what people type is fetched every 15 seconds."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from branch import clock
from branch.branch import Branch
from branch.sync import connecting, reading, telling
from branch.sync.between import Counts
from branch.sync.worker import Worker
from sheets.google import KEPT, PER_MINUTE, GoogleSheet
from sheets.spreadsheet import SheetFault
from sheets.sync.state import Tab

log = logging.getLogger("huce.jobs")
EVERY, ALL = timedelta(seconds=15), timedelta(minutes=5)
HOT = timedelta(hours=1)  # a ledger that changed within this is looked at as often as a small one
MOST = 8  # requests of one look at a part of a large workbook
SMALL = 100_000  # bytes
RECORD = 500  # lines of the record in which the busy ledgers are looked for
KNOCK = 0.2  # seconds between two tries to be let in
PAUSES = (15, 30, 60, 120, 300)  # seconds until the next try; the last one repeats


class SheetJob:
    """One worker, kept with all it remembers between two rounds. `lock`: nobody closes the branch while it is held.

    `patience`: for so many seconds another process that is at work on the sheet is waited for, which then is a SheetFault.
    """

    def __init__(self, wall: Callable[[], datetime], holder: str = "", patience: float = 0) -> None:
        self.wall, self.holder, self.patience = wall, holder, patience
        self.lock = threading.RLock()
        self.stop = threading.Event()
        self._worker: Worker | None = None
        self._sheet: GoogleSheet | None = None
        self._pulled = self._whole = datetime.min
        self._failed, self._failed_at = 0, datetime.min

    def is_due(self, branch: Branch) -> bool:
        """Whether there is anything to do now; asked every second, and costs one small question to the store."""
        if not branch.settings.google.spreadsheet or self.rests():
            return False
        if self._worker is None or self._worker.branch is not branch:
            return True
        return _saved(self._worker) or _over(self._pulled, EVERY, self.wall())

    def rests(self) -> bool:
        """Whether it has failed just now and is left alone for a while, longer each time."""
        pause = PAUSES[min(self._failed, len(PAUSES)) - 1] if self._failed else 0
        return not _over(self._failed_at, timedelta(seconds=pause), self.wall())

    def run(self, branch: Branch, *, pull: bool = False, asked: bool | None = None) -> Counts:
        """Gives what was saved; takes what was typed when its time has come, or now (`pull`). Raises SheetFault, noted down.

        `asked`: whether a person asks for it, as for a pull they do: then what the sheet refused is tried at once.
        """
        with self.at_work(branch) as (worker, sheet):
            worker.counts, worker.patient = Counts(), not (pull if asked is None else asked)
            if _free(sheet):
                worker.flush()
            if pull or (_over(self._pulled, EVERY, self.wall()) and sheet.left("read") >= KEPT):
                tables = None if pull else self._tables(branch, worker)
                worker.agreed.set_meta(**{f"{kind}s": str(PER_MINUTE - sheet.left(kind)) for kind in ("read", "write")})
                worker.pull(tables)
                self._pulled = self.wall()
                self._whole = self._pulled if tables is None else self._whole
                if _free(sheet):
                    worker.flush()
            return worker.counts

    def fetch(self, branch: Branch) -> SheetFault | None:
        """What people typed, before something is concluded from the ledgers. What stood in the way, if something did."""
        if not branch.settings.google.spreadsheet:
            return None
        if self.rests():
            return SheetFault("google.rests", wait=True)
        try:
            self.run(branch, pull=True, asked=False)
        except SheetFault as fault:
            log.warning("a scan looks at the mirror of the sheet: %s", fault.say("en"))
            return fault
        except Exception as broken:  # whatever is wrong with the sheet, deadlines are watched
            log.exception("a scan looks at the mirror of the sheet")
            return SheetFault("google.broken", error=type(broken).__name__)
        return None

    def tell(self, branch: Branch) -> SheetFault | None:
        """What a scan has told goes to the hidden tab before the mails leave; while Google is away it follows with a later one."""
        if not branch.settings.google.spreadsheet or self.rests():
            return None
        try:
            with self.at_work(branch) as (worker, _):
                telling.tell(worker, self.wall())
        except SheetFault as fault:
            log.warning("what was told is not in the sheet yet: %s", fault.say("en"))
            return fault
        except Exception as broken:
            log.exception("what was told is not in the sheet yet")
            return SheetFault("google.broken", error=type(broken).__name__)
        return None

    def as_of(self, branch: Branch) -> datetime | None:
        """When the sheet was last read; None: never."""
        kept = self._worker is not None and self._worker.branch is branch
        known = self._worker.agreed if kept and self._worker is not None else branch.store.agreed()
        pulled = known.meta.get("pulled", "")
        return datetime.fromisoformat(pulled) if pulled else None

    @property
    def requests(self) -> dict[str, int]:
        """How many were made, by kind: read, write, drive."""
        return dict(self._sheet.requests) if self._sheet is not None else {"read": 0, "write": 0, "drive": 0}

    @contextmanager
    def at_work(self, branch: Branch) -> Iterator[tuple[Worker, GoogleSheet]]:
        """The worker, alone. A fault is written down for people to see, and nothing is tried again for a while."""
        with self.lock, self._alone(branch):
            try:
                worker, sheet = self._ready(branch)
                worker.agreed.fresh()
                yield worker, sheet
            except SheetFault as fault:
                self._note(branch, fault)
                raise
            except Exception:
                self._worker = None  # what it remembers may be half of something: it is read anew from the store
                self._fail()
                raise
            self._failed = 0

    # --- inside -----------------------------------------------------------------------------------------------------------

    @contextmanager
    def _alone(self, branch: Branch) -> Iterator[None]:
        """The jobs go by the installation's name: one that was killed at work is followed by the next at once."""
        holder, end = self.holder or f"jobs:{branch.settings.install}", clock.ticks() + self.patience
        while True:
            try:
                with connecting.alone(branch, holder):
                    yield
                return
            except SheetFault as fault:
                if fault.code != connecting.BUSY or clock.ticks() >= end:
                    raise
                self.stop.wait(KNOCK)

    def _ready(self, branch: Branch) -> tuple[Worker, GoogleSheet]:
        if self._worker is None or self._sheet is None or self._worker.branch is not branch:
            self._pulled = self._whole = datetime.min
            self._sheet = connecting.open_sheet(branch)
            self._worker = Worker(branch, self._sheet, branch.store.agreed(), self.wall)
        return self._worker, self._sheet

    def _note(self, branch: Branch, fault: SheetFault) -> None:
        """The sentence, where the pages find it. What was half done in memory is dropped, as if we had been killed there."""
        self._fail()
        agreed = self._worker.agreed if self._worker is not None else branch.store.agreed()
        agreed.load()
        said = fault.say(branch.settings.lang)
        if agreed.meta.get("fault", "") != said:
            agreed.set_meta(fault=said)
            agreed.save()

    def _fail(self) -> None:
        self._failed, self._failed_at = self._failed + 1, self.wall()

    def _tables(self, branch: Branch, worker: Worker) -> set[str] | None:
        """The ledgers to look at now; None: all of them."""
        tabs = worker.tabs()
        if reading.is_small(tabs) or _over(self._whole, ALL, self.wall()):
            return None
        record = branch.store.history(limit=RECORD)
        busy = {str(table) for table, at in zip(record["table"], record["at"], strict=True) if not _over(at, HOT, self.wall())}
        hot = [tab for tab in tabs if tab.table in busy or _size(tab) <= SMALL]
        hot.sort(key=_size)
        while len(reading.batches(hot)) > MOST:
            hot.pop()
        return {tab.table for tab in hot}


def _size(tab: Tab) -> int:
    """Bytes of a tab in an answer, about."""
    return tab.rows * (tab.weight or reading.USUAL)


def _saved(worker: Worker) -> bool:
    """Whether the record has lines that have not been looked at for what the sheet lacks."""
    return worker.agreed.last_change() > int(worker.agreed.meta.get("seq", "0"))


def _free(sheet: GoogleSheet) -> bool:
    """Whether a save may go now: the minute has room for it."""
    return sheet.left("read") > 0 and sheet.left("write") > 0


def _over(since: datetime, span: timedelta, now: datetime) -> bool:
    """Whether a time is over; also when the clock was set back."""
    return not timedelta(0) <= now - since < span
