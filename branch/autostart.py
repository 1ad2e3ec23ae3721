"""Huce starts with the computer: what is told to Task Scheduler, launchd or systemd, as text; nothing here is run."""

from __future__ import annotations

import hashlib
import plistlib
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape

from branch.home import PROGRAM, standard

System = Literal["windows", "macos", "linux"]
AGAIN = 15  # seconds until it is started anew after it broke off
LOG = "portal.log"


@dataclass(frozen=True, slots=True)
class Start:
    """What is started: this Python, this program, this home; on Windows by this user."""

    python: Path
    home: Path
    program: Path = PROGRAM
    user: str = ""

    @property
    def name(self) -> str:
        """One a home: the usual one has the plain name."""
        return "huce" if self.home == standard(self.program) else f"huce-{hashlib.sha256(str(self.home).encode()).hexdigest()[:8]}"

    @property
    def line(self) -> list[str]:
        return [str(self.python), "-X", "utf8", str(self.program / "cli.py"), "serve", "--home", str(self.home)]


def place(start: Start, system: System, person: Path) -> Path:
    """Where the file stands. `person`: their own folder. Windows keeps its tasks itself: there it is our note of it."""
    if system == "linux":
        return person / ".config" / "systemd" / "user" / f"{start.name}.service"
    if system == "macos":
        return person / "Library" / "LaunchAgents" / f"cn.{start.name}.plist"
    return start.home / "autostart.xml"


def text(start: Start, system: System) -> bytes:
    if system == "linux":
        return _unit(start).encode()
    if system == "macos":
        return _agent(start)
    return _task(start).encode("utf-16")  # what schtasks reads


def is_ours(data: bytes, system: System) -> bool:
    """Whether a file says of itself that Huce wrote it; a person may bear a service of the same name."""
    sign = {"linux": b"Description=Huce\n", "macos": b"<string>cn.huce", "windows": "<Description>Huce".encode("utf-16-le")}[system]
    return sign in data


def commands(start: Start, system: System, file: Path, uid: int) -> list[list[str]]:
    """What switches it on, one after the other."""
    if system == "linux":
        return [["systemctl", "--user", "daemon-reload"], ["systemctl", "--user", "enable", "--now", file.name]]
    if system == "macos":
        return [["launchctl", "bootstrap", f"gui/{uid}", str(file)]]
    return [["schtasks", "/Create", "/TN", start.name, "/XML", str(file), "/F"], ["schtasks", "/Run", "/TN", start.name]]


def ends(start: Start, system: System, file: Path, uid: int, *, stop: bool) -> list[list[str]]:
    """What switches it off. `stop`: what runs is stopped as well; the portal itself does not saw off its own branch."""
    if system == "linux":
        return [["systemctl", "--user", "disable", *(["--now"] if stop else []), file.name]]
    if system == "macos":
        return [["launchctl", "bootout", f"gui/{uid}/cn.{start.name}"]] if stop else []
    return [["schtasks", "/Delete", "/TN", start.name, "/F"]]


def _unit(start: Start) -> str:
    """A unit of systemd; a percent sign or a dollar in a path would be read as its own."""
    line = " ".join('"' + _systemd(one).replace('"', '\\"').replace("$", "$$") + '"' for one in start.line)
    return "\n".join(
        (
            "[Unit]",
            "Description=Huce",
            "StartLimitIntervalSec=0",
            "",
            "[Service]",
            f"ExecStart={line}",
            f"WorkingDirectory={str(start.program).replace('%', '%%')}",
            "Restart=on-failure",
            f"RestartSec={AGAIN}",
            "",
            "[Install]",
            "WantedBy=default.target",
            "",
        )
    )


def _systemd(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "%%")


def _agent(start: Start) -> bytes:
    log = str(start.home / LOG)
    return plistlib.dumps(
        {
            "Label": f"cn.{start.name}",
            "ProgramArguments": start.line,
            "WorkingDirectory": str(start.program),
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "ThrottleInterval": AGAIN,
            "StandardOutPath": log,
            "StandardErrorPath": log,
        }
    )


def _task(start: Start) -> str:
    """A task of Windows: when this user signs in, without a window, on battery too. The task is asked again every five
    minutes, because Windows restarts only what could not be started, not what broke off; a second one beside a running one
    is not begun."""
    quiet = start.python.with_name("pythonw.exe")
    python, *words = [str(quiet), *start.line[1:]]
    return f"""<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Huce 户策</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Repetition>
        <Interval>PT5M</Interval>
        <StopAtDurationEnd>false</StopAtDurationEnd>
      </Repetition>
      <Enabled>true</Enabled>
      <UserId>{escape(start.user)}</UserId>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>{escape(start.user)}</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <Hidden>true</Hidden>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>99</Count>
    </RestartOnFailure>
    <Enabled>true</Enabled>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{escape(python)}</Command>
      <Arguments>{escape(subprocess.list2cmdline(words))}</Arguments>
      <WorkingDirectory>{escape(str(start.program))}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"""
