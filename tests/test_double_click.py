"""What is double-clicked: start.bat read line by line (there is no Windows here), start.command really run, the first question."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import terminal
from tests.terminal import CLI, ROOT, around
from tests.test_start import ECHO, posix

BAT = (ROOT / "start.bat").read_bytes()
LINES = BAT.decode("utf-8").replace("\r\n", "\n").splitlines()


def test_start_bat_is_written_as_cmd_reads_it() -> None:
    """CRLF on every line (a label after a bare LF is not found), no mark at the beginning, words only after the code page."""
    assert BAT.count(b"\r\n") == BAT.count(b"\n") == len(LINES)
    assert not BAT.startswith(b"\xef\xbb\xbf")
    page = next(n for n, line in enumerate(LINES) if line.startswith("chcp 65001"))
    assert all(line.isascii() for line in LINES[:page])
    assert all(line.isascii() or line.startswith("echo ") for line in LINES), "nothing is done on a line with Chinese in it"
    assert "*.bat text eol=crlf" in (ROOT / ".gitattributes").read_text("utf-8").splitlines()


def test_start_bat_goes_where_there_is_a_sentence_and_comes_back() -> None:
    labels = {line[1:] for line in LINES if line.startswith(":")}
    wanted = {found for line in LINES for found in re.findall(r"goto (\w+)", line)}
    assert wanted == labels
    for label in labels - {"end"}:
        after = LINES[LINES.index(f":{label}") + 1 :]
        chinese, english, back = after[:3]
        assert chinese.startswith("echo ")
        assert not chinese.isascii()
        assert english.startswith("echo ")
        assert english.isascii()
        assert back == "goto end"
        for sign in "&|<>^%":
            assert sign not in (chinese + english).replace("%~dp0", ""), f"cmd would take {sign} for its own"


def test_start_bat_knows_a_share_half_an_archive_and_no_python() -> None:
    text = "\n".join(LINES)
    assert text.index('if "%~d0"=="\\\\" goto share') < text.index("cd /d"), "cmd cannot go to a share"
    assert text.index("if not exist start.py goto incomplete") < text.index("%PYTHON% start.py")
    assert {'if "%PYTHON%"=="" goto missing', 'if "%STATUS%"=="9009" goto missing', 'if "%STATUS%"=="103" goto missing'} <= set(LINES)
    assert "set ARGS=--open" in text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """start.command beside a start.py that says what it was given, and a PATH of our own."""
    here = tmp_path / "户 策"
    (tmp_path / "bin").mkdir()
    here.mkdir()
    shutil.copy(ROOT / "start.command", here)
    (here / "start.py").write_text(ECHO, "utf-8")
    for tool in ("dirname",):
        (tmp_path / "bin" / tool).symlink_to(str(shutil.which(tool)))
    return here


def command(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    line = ["/bin/sh", str(folder / "start.command"), *words]
    path = {"PATH": str(folder.parent / "bin")}
    return subprocess.run(line, capture_output=True, text=True, check=False, env=path, stdin=subprocess.DEVNULL, cwd="/")


def python(folder: Path, name: str) -> None:
    (folder.parent / "bin" / name).write_text(f'#!/bin/sh\necho {name}\nexec "{sys.executable}" "$@"\n')
    (folder.parent / "bin" / name).chmod(0o755)


@posix
def test_start_command_opens_the_branch_and_hands_over_what_it_was_given(folder: Path) -> None:
    python(folder, "python3")
    assert '[["--open"], ' in command(folder).stdout
    done = command(folder, "scan", "7")
    assert '[["scan", "7"], ' in done.stdout
    assert done.returncode == 7


@posix
def test_start_command_takes_a_newer_python_before_the_systems_own(folder: Path) -> None:
    for name in ("python3", "python3.12"):
        python(folder, name)
    assert command(folder).stdout.startswith("python3.12\n")


@posix
def test_start_command_says_what_is_missing(folder: Path) -> None:
    done = command(folder)
    assert done.returncode == 1
    assert "Install Python 3.11" in done.stdout
    (folder / "start.py").unlink()
    assert "Unpack the whole archive" in command(folder).stdout


def test_a_network_path_is_known_as_one() -> None:
    import start

    for share in (r"\\server\huce", r"\\?\UNC\server\huce"):
        assert start.is_share(share)
    assert r"network path: \\server\huce. Copy the whole folder" in start.WORDS["share"].format(here=r"\\server\huce")
    for own in (r"C:\Huce", r"\\?\C:\Huce", "/home/huce"):
        assert not start.is_share(own)


class Typed(io.StringIO):
    """Somebody at a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "wanted"), [("1\n", "demo"), ("2\n", "serve"), ("\n", "serve"), ("", "serve"), ("什么\n 1 \n", "demo"), ("3\n\n", "serve")]
)
def test_the_very_first_start_asks_which_branch(monkeypatch: pytest.MonkeyPatch, typed: str, wanted: str) -> None:
    said = Typed()
    monkeypatch.setattr(sys, "stdin", Typed(typed))
    monkeypatch.setattr(sys, "stderr", said)
    assert terminal.ask_which() == wanted
    assert "示例分行" in said.getvalue()
    assert "the sample branch" in said.getvalue()


def test_where_nobody_sits_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for none in (io.StringIO("1\n"), None):
        monkeypatch.setattr(sys, "stdin", none)
        assert terminal.ask_which() == "serve"


@posix
def test_a_branch_that_is_there_is_opened_without_a_question(tmp_path: Path) -> None:
    """At a real terminal: the first start asks and makes a branch, the second only opens it."""
    import pty

    env = around(HUCE_HOME=str(tmp_path / "home"), HUCE_SCREEN_ONLY="1")
    for asked in (True, False):
        ours, theirs = pty.openpty()
        process = subprocess.Popen(CLI, stdin=theirs, stdout=theirs, stderr=theirs, env=env, close_fds=True)
        os.close(theirs)
        said = b""
        try:
            os.write(ours, b"2\n")
            while b"http://" not in said:
                said += os.read(ours, 4096)
        finally:
            process.terminate()
            process.wait(30)
            os.close(ours)
        assert ("示例分行".encode() in said) is asked
    assert (tmp_path / "home" / "settings.toml").exists()
