"""Switches on and off that Huce starts with the computer, and tells whether it does."""

from __future__ import annotations

import getpass
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from branch import access, autostart, files, status
from branch.autostart import Start, System
from branch.branch import Branch
from branch.people import Actor
from texts import Fault

DISMISSED = "autostart:dismissed"  # the administrator wants to hear no more of it
PATIENCE = 30  # seconds for each command of the system
Run = Callable[[Sequence[str]], "subprocess.CompletedProcess[str]"]


def _run(line: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(line, capture_output=True, text=True, errors="replace", check=False, timeout=PATIENCE)


def this_system() -> System:
    return "windows" if os.name == "nt" else "macos" if sys.platform == "darwin" else "linux"


@dataclass(frozen=True)
class Startup:
    """One home on this computer. `run` and `person` (their own folder) are others in tests."""

    start: Start
    system: System = field(default_factory=this_system)
    person: Path = field(default_factory=Path.home)
    run: Run = _run

    @property
    def file(self) -> Path:
        return autostart.place(self.start, self.system, self.person)

    def text(self) -> bytes:
        return autostart.text(self.start, self.system)

    def is_on(self) -> bool:
        return self.file.is_file()

    def switch_on(self) -> None:
        """Raises Fault; what was refused leaves no file behind, and a file that is not ours stays."""
        if os.path.lexists(self.file) and not self._ours():
            raise files.HomeFault("branch.file_taken", path=self.file)
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self.file.write_bytes(self.text())
        except OSError as error:
            raise files.fault(error, self.file) from error
        try:
            if self.system == "macos":  # an older one of the same name would stand in the way
                self._tell(autostart.ends(self.start, self.system, self.file, self._uid, stop=True), strict=False)
            self._tell(autostart.commands(self.start, self.system, self.file, self._uid))
        except Fault:
            self.file.unlink(missing_ok=True)
            raise

    def switch_off(self, *, stop: bool) -> None:
        if not self.is_on():
            raise Fault("autostart.not_on")
        self._tell(autostart.ends(self.start, self.system, self.file, self._uid, stop=stop), strict=self.system == "windows")
        try:
            self.file.unlink(missing_ok=True)
        except OSError as error:
            raise files.fault(error, self.file) from error

    def _ours(self) -> bool:
        """Whether the file that stands there is one of ours, of this program or an earlier one."""
        try:
            return not self.file.is_symlink() and autostart.is_ours(self.file.read_bytes(), self.system)
        except OSError:
            return False

    @property
    def _uid(self) -> int:
        return os.getuid() if hasattr(os, "getuid") else 0

    def _tell(self, lines: Sequence[Sequence[str]], *, strict: bool = True) -> None:
        for line in lines:
            try:
                done = self.run(line)
            except FileNotFoundError as error:
                raise Fault(f"autostart.no_{self.system}", command=line[0]) from error
            except (OSError, subprocess.SubprocessError) as error:
                raise Fault("autostart.refused", command=" ".join(line), reason=str(error)) from error
            said = " ".join((done.stderr or done.stdout or "").split())[:300]
            if strict and done.returncode:
                if self.system == "linux" and ("bus" in said or "systemd" in said.lower()):
                    raise Fault("autostart.no_linux", command=line[0])
                raise Fault("autostart.refused", command=" ".join(line), reason=said or str(done.returncode))


def of(home: Path) -> Startup:
    """This home, started by the Python that runs now."""
    domain = os.environ.get("USERDOMAIN", "")
    user = f"{domain}\\{getpass.getuser()}" if os.name == "nt" and domain else getpass.getuser() if os.name == "nt" else ""
    return Startup(Start(Path(sys.executable), home.resolve(), user=user))


def switch(branch: Branch, by: Actor, there: Startup, *, on: bool, now: datetime) -> None:
    """The button of Setup. What runs goes on running."""
    access.only_admin(by)
    if on:
        there.switch_on()
    else:
        there.switch_off(stop=False)
    branch.store.private.note("autostart", by.staff, "on" if on else "off", now)


def wants_word(branch: Branch, by: Actor, there: Startup) -> bool:
    """Whether the administrator should hear that Huce does not start with the computer."""
    if by.role != "admin" or branch.settings.demo or there.is_on():
        return False
    return not status.value(branch.store.private.marks(), DISMISSED)


def dismiss(branch: Branch, by: Actor, now: datetime) -> None:
    """For good."""
    if by.role == "admin":
        branch.store.private.mark(DISMISSED, by.staff, now)
