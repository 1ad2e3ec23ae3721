"""Huce starts with the computer: what each system is told, read back as that system reads it; and each refusal in words."""

from __future__ import annotations

import configparser
import plistlib
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path, PureWindowsPath
from xml.etree import ElementTree as ET

import pytest

from branch import autostart, home, startup
from branch.access import Denied
from branch.autostart import Start, System
from branch.people import Actor
from branch.startup import Startup
from tests.small import small
from texts import LANGS, Fault, say

ADMIN = Actor("9001", "朱红", "admin", "", "zh")
STRANGE = "户策 & Söhne 50% $HOME 'x'"
NAMESPACE = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
SYSTEMS: tuple[System, ...] = ("linux", "macos", "windows")


class Said(list[list[str]]):
    """A system that takes down what it is told, and answers by the first word that fits."""

    def __init__(self, **refuses: tuple[int, str]) -> None:
        super().__init__()
        self.refuses = refuses

    def __call__(self, line: Sequence[str]) -> subprocess.CompletedProcess[str]:
        self.append(list(line))
        code, words = next((reply for word, reply in self.refuses.items() if word in " ".join(line)), (0, ""))
        if code < 0:
            raise FileNotFoundError(line[0])
        return subprocess.CompletedProcess(list(line), code, "", words)


def there(tmp_path: Path, system: System, **refuses: tuple[int, str]) -> tuple[Startup, Said]:
    folder = tmp_path / STRANGE
    (folder / "home").mkdir(parents=True, exist_ok=True)
    said = Said(**refuses)
    start = Start(folder / ".venv" / "bin" / "python", folder / "home", folder, "BANK\\王&芳")
    return Startup(start, system, tmp_path / "person", said), said


def test_systemd_reads_the_line_that_is_meant(tmp_path: Path) -> None:
    one, _ = there(tmp_path, "linux")
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(one.text().decode())
    line = shlex.split(unit["Service"]["ExecStart"])
    assert [word.replace("%%", "%").replace("$$", "$") for word in line] == one.start.line
    assert unit["Service"]["ExecStart"].count("%") == 2 * str(one.start.line).count("%")
    assert unit["Service"]["WorkingDirectory"].replace("%%", "%") == str(one.start.program)
    assert (unit["Service"]["Restart"], unit["Install"]["WantedBy"]) == ("on-failure", "default.target")


def test_systemd_itself_finds_nothing_to_object_to(tmp_path: Path) -> None:
    """Where systemd is there to be asked."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze here")
    one, _ = there(tmp_path, "linux")
    one.start.python.parent.mkdir(parents=True)
    one.start.python.write_text("#!/bin/sh\n")
    one.start.python.chmod(0o755)
    file = tmp_path / "huce.service"
    file.write_bytes(one.text())
    done = subprocess.run(["systemd-analyze", "verify", "--user", str(file)], capture_output=True, text=True, check=False)
    assert str(file) not in done.stderr, done.stderr


def test_launchd_reads_the_line_that_is_meant(tmp_path: Path) -> None:
    one, _ = there(tmp_path, "macos")
    agent = plistlib.loads(one.text())
    assert agent["ProgramArguments"] == one.start.line
    assert agent["WorkingDirectory"] == str(one.start.program)
    assert agent["RunAtLoad"] is True
    assert agent["KeepAlive"] == {"SuccessfulExit": False}
    assert one.file.name == f"{agent['Label']}.plist"


def test_task_scheduler_reads_the_line_that_is_meant(tmp_path: Path) -> None:
    one, _ = there(tmp_path, "windows")
    raw = one.text()
    assert raw.startswith((b"\xff\xfe", b"\xfe\xff")), "UTF-16 with its mark"
    task = ET.fromstring(raw)  # noqa: S314 – our own

    def value(path: str) -> str:
        return str(task.find(path, NAMESPACE).text)  # type: ignore[union-attr]

    assert value(".//t:Exec/t:Command") == str(one.start.python.with_name("pythonw.exe"))
    words = value(".//t:Exec/t:Arguments")
    assert words.endswith(f'serve --home "{one.start.home}"')
    assert f'"{one.start.program / "cli.py"}"' in words
    assert value(".//t:Exec/t:WorkingDirectory") == str(one.start.program)
    assert value(".//t:LogonTrigger/t:UserId") == "BANK\\王&芳"
    settings = {one.tag.rpartition("}")[2]: one.text for one in task.find("t:Settings", NAMESPACE) or ()}
    assert settings["DisallowStartIfOnBatteries"] == settings["StopIfGoingOnBatteries"] == "false"
    assert (settings["ExecutionTimeLimit"], settings["Hidden"], settings["MultipleInstancesPolicy"]) == ("PT0S", "true", "IgnoreNew")
    assert value(".//t:RestartOnFailure/t:Interval") == "PT1M"


def test_the_line_of_windows_is_quoted_as_windows_reads_it() -> None:
    python = PureWindowsPath(r"C:\Users\王 芳\Huce\.venv\Scripts\python.exe")
    start = Start(python, PureWindowsPath("D:\\户策 数据\\"), PureWindowsPath("C:\\x"))  # type: ignore[arg-type]
    words = subprocess.list2cmdline(start.line[1:])
    assert words == r'-X utf8 C:\x\cli.py serve --home "D:\户策 数据"'


@pytest.mark.parametrize(
    ("system", "on", "off"),
    [
        ("linux", [["systemctl", "--user", "daemon-reload"], ["systemctl", "--user", "enable", "--now", "{file.name}"]], "disable"),
        ("macos", [["launchctl", "bootout"], ["launchctl", "bootstrap"]], ""),
        ("windows", [["schtasks", "/Create"], ["schtasks", "/Run"]], "/Delete"),
    ],
)
def test_it_is_switched_on_and_off_again(tmp_path: Path, system: System, on: list[list[str]], off: str) -> None:
    one, said = there(tmp_path, system)
    assert not one.is_on()
    one.switch_on()
    assert one.is_on()
    assert one.file.read_bytes() == one.text()
    assert [line[: len(wanted)] for line, wanted in zip(said, on, strict=True)] == [
        [word.format(file=one.file) for word in wanted] for wanted in on
    ]
    said.clear()
    one.switch_off(stop=False)
    assert not one.is_on()
    assert [off in " ".join(line) for line in said] == ([True] if off else [])
    assert not any("--now" in line or "bootout" in line for line in said), "the portal does not end itself"
    with pytest.raises(Fault) as fault:
        one.switch_off(stop=False)
    assert fault.value.code == "autostart.not_on"


@pytest.mark.parametrize(
    ("system", "refuses", "code"),
    [
        ("linux", {"systemctl": (-1, "")}, "autostart.no_linux"),
        ("linux", {"systemctl": (1, "Failed to connect to bus: No medium found")}, "autostart.no_linux"),
        ("linux", {"enable": (1, "Access denied")}, "autostart.refused"),
        ("macos", {"bootstrap": (5, "Bootstrap failed: 5: Input/output error")}, "autostart.refused"),
        ("macos", {"launchctl": (-1, "")}, "autostart.no_macos"),
        ("windows", {"/Create": (1, "ERROR: Access is denied.")}, "autostart.refused"),
        ("windows", {"schtasks": (-1, "")}, "autostart.no_windows"),
    ],
)
def test_what_is_refused_is_said_and_leaves_nothing_behind(
    tmp_path: Path, system: System, refuses: dict[str, tuple[int, str]], code: str
) -> None:
    one, _ = there(tmp_path, system, **refuses)
    with pytest.raises(Fault) as fault:
        one.switch_on()
    assert fault.value.code == code
    for lang in LANGS:
        assert fault.value.say(lang)
        assert refuses[next(iter(refuses))][1] in fault.value.say(lang) or code != "autostart.refused"
    assert not one.is_on()


def test_each_home_has_a_name_of_its_own() -> None:
    usual = Start(Path("python"), home.standard())
    other = replace(usual, home=Path("/srv/二"))
    assert usual.name == "huce"
    assert other.name.startswith("huce-")
    assert other.name.isascii()
    assert autostart.place(usual, "linux", Path("/p")) != autostart.place(other, "linux", Path("/p"))


def test_only_an_administrator_switches_and_it_is_on_record(tmp_path: Path) -> None:
    now = datetime(2026, 11, 23, 9)
    branch, (one, said) = small(tmp_path / "b", now), there(tmp_path, "linux")
    with pytest.raises(Denied):
        startup.switch(branch, replace(ADMIN, role="leader"), one, on=True, now=now)
    assert said == []
    assert not startup.wants_word(branch, ADMIN, one), "a sample branch"
    branch.settings = branch.settings.model_copy(update={"demo": False})
    assert startup.wants_word(branch, ADMIN, one)
    assert not startup.wants_word(branch, replace(ADMIN, role="leader"), one)
    startup.switch(branch, ADMIN, one, on=True, now=now)
    assert not startup.wants_word(branch, ADMIN, one)
    assert "autostart" in set(branch.store.history("*access")["column"])
    startup.switch(branch, ADMIN, one, on=False, now=now)
    assert startup.wants_word(branch, ADMIN, one)
    startup.dismiss(branch, ADMIN, now)
    assert not startup.wants_word(branch, ADMIN, one)
    branch.store.close()


def test_each_system_has_its_words() -> None:
    for lang in LANGS:
        for system in SYSTEMS:
            for code in (f"autostart.no_{system}", f"autostart.next_{system}", f"screen.setup.startup.about_{system}"):
                assert say(code, lang, command="x")
