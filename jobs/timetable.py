"""When things happen while nobody looks: the only `schedule`. It only knocks; the marks in the store decide."""

from __future__ import annotations

import logging
import os
import socket
import threading
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import schedule

from branch import clock, status
from branch.branch import Branch
from branch.opening import open_branch
from branch.settings import FILE, Jobs
from branch.status import Marks
from branch.sync.connecting import BUSY
from jobs import nightly, when_due
from jobs.post import post
from jobs.scan import run as run_scan
from jobs.sheet import SheetJob
from texts import Fault

log = logging.getLogger("huce.jobs")
LEASE = 180  # seconds; another machine takes over after this
BEAT = 60  # seconds
SECOND = 1  # between two looks at whether the sheet lacks anything
IDLE = 120  # seconds: some job rings every minute, so a longer wait means that the host's clock was moved


class Timetable:
    """The jobs of one home in one process. `stop` ends a round of mail between two mails."""

    def __init__(self, home: Path, stop: threading.Event, wall: Callable[[], datetime] = clock.now) -> None:
        self.home, self.stop, self.wall = home, stop, wall
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:6]}"
        self._branch: Branch | None = None
        self._read_at = 0.0
        self.sheets = SheetJob(lambda: self.wall())  # noqa: PLW0108  (tests set another clock)

    def branch(self) -> Branch:
        """The open branch; opened again when its settings were changed."""
        file = self.home / FILE
        changed = file.stat().st_mtime if file.exists() else 0.0
        if self._branch is None or changed != self._read_at:
            self._close()
            self._branch, self._read_at = open_branch(self.home), changed
        return self._branch

    def times(self) -> Jobs:
        """The hours that are set; the usual ones while the branch cannot be opened."""
        return self._branch.settings.jobs if self._branch is not None else Jobs()

    def plan(self) -> schedule.Scheduler:
        """The alarm clock. It rings often and the marks answer, so what was missed is simply still to do."""
        scheduler, times = schedule.Scheduler(), self.times()
        scheduler.every(BEAT).seconds.do(self.hour)
        scheduler.every(times.scan_minutes).minutes.do(self.look)
        scheduler.every(times.post_seconds).seconds.do(self.mail)
        scheduler.every(times.scan_minutes).minutes.do(self.night)
        return scheduler

    def hour(self) -> None:
        """The digest in the morning and the nudge in the afternoon, at their hour or as soon after it as we run."""
        if (now := self._mine()) is None:
            return
        known, times, calendar = self._marks(), self.times(), self.branch().look(now).calendar
        nudge = when_due.nudge_due(known, calendar, times, now)
        if (nudge or when_due.digest_due(known, calendar, times, now)) and when_due.rested(known, "scan", now):
            if self._attempt("scan", self._scan, now) and nudge:
                self._done("nudge", now.date(), now)
            self.mail()

    def look(self) -> None:
        """The scan of working hours, when there is anything new to see."""
        if (now := self._mine()) is None:
            return
        known, calendar, version = self._marks(), self.branch().look(now).calendar, self.branch().store.version()
        if when_due.scan_due(known, version, calendar, self.times(), now) and when_due.rested(known, "scan", now):
            self._attempt("scan", self._scan, now)
            self.mail()

    def mail(self) -> None:
        if (now := self._mine()) is not None:
            self._attempt("post", self._post, now)

    def night(self) -> None:
        """A copy of everything and a check of the record, once a night."""
        if (now := self._mine()) is None:
            return
        known, times = self._marks(), self.times()
        if when_due.backup_due(known, times, now) and when_due.rested(known, "backup", now) and when_due.rested(known, "verify", now):
            good = self._attempt("backup", self._backup, now)
            if self._attempt("verify", self._verify, now) and good:
                self._done("backup", when_due.night(times, now), now)

    def sheet(self) -> None:
        """Keeps the spreadsheet in step, if one is set: rung every second by a thread of its own, so that a save is in the
        sheet while mails leave, and mails leave while Google lets us wait. It never opens or closes the branch."""
        with self.sheets.lock:
            branch = self._branch
            if branch is None or self.stop.is_set() or not self.sheets.is_due(branch):
                return
            now, error = self.wall(), ""
            if not branch.store.private.lease(status.HEARTBEAT, self.holder, now, LEASE):
                return
            try:
                self.sheets.run(branch)
            except Fault as fault:
                if fault.code == BUSY:
                    return
                error = str(fault)
                log.warning("job sheet: %s", fault.say("en"))
            except Exception as broken:
                error = f"{type(broken).__name__}: {broken}"[:300]
                log.exception("job sheet")
            status.leave(branch.store, status.job("sheet"), error, now)

    def release(self) -> None:
        """Let another machine take over at once."""
        if self._branch is not None:
            self._branch.store.private.release(status.HEARTBEAT, self.holder)
            self._close()

    def _close(self) -> None:
        with self.sheets.lock:
            if self._branch is not None:
                self._branch.store.close()
                self._branch = None

    def _mine(self) -> datetime | None:
        """The time, if this process is the one that works: of several machines only one does."""
        now = self.wall()
        return now if not self.stop.is_set() and self._attempt("", self._beat, now) else None

    def _attempt(self, name: str, job: Callable[[datetime], bool], now: datetime) -> bool:
        """Run one job. What goes wrong is logged, shown to people and tried again; it never ends the pass."""
        good, error = False, ""
        try:
            good = job(now)
        except Fault as fault:
            error = str(fault)
            log.warning("job %s: %s", name, fault.say("en"))
        except Exception as broken:
            error = f"{type(broken).__name__}: {broken}"[:300]
            log.exception("job %s", name)
        if name:
            self._show(name, error, now)
        return good

    def _show(self, name: str, error: str, now: datetime) -> None:
        """The result as a mark. A failed scan also gives its reason to the red band, and leaves its time alone."""
        try:
            private = self.branch().store.private
            private.mark(status.job(name), error, now)
            known = private.marks()
            if name == "scan" and error and status.SCAN in known:
                private.mark(status.SCAN, error, known[status.SCAN][1])
        except Exception:  # the store itself is ill: the log is all there is
            log.exception("the result of job %s cannot be written down", name)

    def _marks(self) -> Marks:
        return self.branch().store.private.marks()

    def _done(self, name: str, day: date, now: datetime) -> None:
        self.branch().store.private.mark(status.done(name), day.isoformat(), now)

    def _beat(self, now: datetime) -> bool:
        private = self.branch().store.private
        if not private.lease(status.HEARTBEAT, self.holder, now, LEASE):
            return False
        who, last = private.marks().get(status.HEARTBEAT, ("", datetime.min))
        fresh = timedelta(0) <= now - last < timedelta(seconds=BEAT)  # a beat of later was made by a wrong clock
        if who != self.holder or not fresh:
            private.mark(status.HEARTBEAT, self.holder, now)
        return True

    def _scan(self, now: datetime) -> bool:
        branch = self.branch()
        self.sheets.fetch(branch)
        run_scan(branch, now)
        self.sheets.tell(branch)
        return True

    def _post(self, now: datetime) -> bool:
        post(self.branch(), now, self.stop.is_set)
        return True

    def _backup(self, now: datetime) -> bool:
        nightly.backup(self.branch(), now)
        return True

    def _verify(self, now: datetime) -> bool:
        nightly.verify(self.branch(), now)
        return True


def run(home: Path, stop: threading.Event) -> None:
    """Everything at once, because it may be late; then by the clock, until `stop`."""
    table = Timetable(home, stop)
    threading.Thread(target=_keep_in_step, args=(table, stop), daemon=True).start()
    while not stop.is_set():
        scheduler, times = table.plan(), table.times()
        _safely(scheduler.run_all)
        # Settings may change, and a host's clock may be set back by a year: then the alarms are set anew.
        while not stop.is_set() and table.times() == times and (scheduler.idle_seconds or 0) < IDLE:
            _safely(scheduler.run_pending)
            stop.wait(0.5)
    _safely(table.release)


def _keep_in_step(table: Timetable, stop: threading.Event) -> None:
    while not stop.wait(SECOND):
        _safely(table.sheet)


def _safely(step: Callable[[], None]) -> None:
    try:
        step()
    except Exception:
        log.exception("a pass of the timetable broke off; the next one begins anew")
