"""start.py as a person meets it: fast when all is there, a sentence when something is missing."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
ECHO = "import json, sys; print(json.dumps([sys.argv[1:], sys.stdin.read(), sys.prefix])); sys.exit(7 if '7' in sys.argv else 0)"
posix = pytest.mark.skipif(os.name == "nt", reason="permissions and signals of POSIX")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small Huce: start.py, one requirement that lies in wheels/, and a cli.py that says what it was given."""
    here = tmp_path / "户 策"
    (here / "wheels").mkdir(parents=True)
    shutil.copy(ROOT / "start.py", here)
    (here / "cli.py").write_text(ECHO, "utf-8")
    for name, file in (("hucea", "requirements.txt"), ("huceb", "requirements-dev.txt")):
        (here / file).write_text(f"{name}==1.0 \\\n    --hash=sha256:{wheel(here / 'wheels', name)}\n", "utf-8")
    return here


def wheel(where: Path, name: str) -> str:
    """Makes a wheel of one empty module; returns its checksum."""
    info = f"{name}-1.0.dist-info"
    parts = {
        f"{name}.py": b"", f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }  # fmt: skip
    record = "".join(
        f"{path},sha256={urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},{len(data)}\n"
        for path, data in parts.items()
    )
    path = where / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as file:
        for inside, data in {**parts, f"{info}/RECORD": f"{record}{info}/RECORD,,\n".encode()}.items():
            file.writestr(inside, data)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def start(folder: Path, *words: str, stdin: str = "", **more: object) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, str(folder / "start.py"), *words]
    return subprocess.run(line, input=stdin, capture_output=True, text=True, encoding="utf-8", check=False, cwd=folder.parent, **more)


def installed(folder: Path) -> set[str]:
    """What the environment can import."""
    python = folder / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    script = "import importlib.util as u; print(*[n for n in ('hucea', 'huceb') if u.find_spec(n)])"
    return set(subprocess.run([python, "-c", script], capture_output=True, text=True, check=True).stdout.split())


def test_the_first_start_installs_offline_and_hands_everything_over(folder: Path) -> None:
    """stdout is the command's alone; the second start says nothing; `test` brings what tests need as well."""
    done = start(folder, "scan", "--home", "a b", "--json", stdin="typed")
    assert done.returncode == 0, done.stderr
    words, typed, prefix = json.loads(done.stdout)
    assert (words, typed) == (["scan", "--home", "a b", "--json"], "typed")
    assert Path(prefix) == folder / ".venv"
    assert "Installed." in done.stderr
    assert installed(folder) == {"hucea"}

    again = start(folder, "scan", "7")
    assert (again.returncode, again.stderr) == (7, "")

    assert start(folder, "--home", "test", "scan").returncode == 0
    assert installed(folder) == {"hucea"}, "the word after --home is a folder"
    assert start(folder, "test").returncode == 0
    assert installed(folder) == {"hucea", "huceb"}


def test_an_install_that_was_cut_off_starts_anew(folder: Path) -> None:
    start(folder, "x")
    (folder / ".venv" / "unfinished").touch()
    shutil.rmtree(next((folder / ".venv").rglob("hucea-1.0.dist-info")))
    done = start(folder, "x")
    assert done.returncode == 0, done.stderr
    assert "starting anew" in done.stderr
    assert installed(folder) == {"hucea"}


def test_a_package_with_another_checksum_is_not_installed(folder: Path) -> None:
    (folder / "requirements.txt").write_text(f"hucea==1.0 \\\n    --hash=sha256:{'0' * 64}\n", "utf-8")
    done = start(folder, "x")
    assert (done.returncode, done.stdout) == (1, "")
    assert "does not match its checksum" in done.stderr
    assert "Traceback" not in done.stderr
    assert installed(folder) == set()


def test_a_wheel_that_is_not_there_is_named(folder: Path) -> None:
    (folder / "wheels" / "hucea-1.0-py3-none-any.whl").unlink()
    done = start(folder, "x")
    assert done.returncode == 1
    assert "hucea==1.0 has no ready package" in done.stderr


def test_without_a_network_it_says_so(folder: Path) -> None:
    shutil.rmtree(folder / "wheels")
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "1", "PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1"}
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PIP_")}
    done = start(folder, "x", env=clean | nowhere)
    assert done.returncode == 1
    assert "The package server cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """A start that ends in sentences: exit 1, nothing on stdout, no traceback, and these words among what is said."""
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


@contextlib.contextmanager
def somebody(folder: Path) -> Iterator[Callable[[], subprocess.CompletedProcess[str]]]:
    """A start by a user who may read everything here and write only what is theirs."""
    for above in folder.parents:  # so that the other user gets here at all
        if above.stat().st_uid != os.getuid() or above == Path(tempfile.gettempdir()):
            break
        above.chmod(0o755)
    other: dict[str, Any] = {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}
    python = shutil.which("python3", path="/usr/bin") if os.getuid() == 0 else sys.executable
    if python is None:
        pytest.skip("no Python that another user may run")
    line = [python, folder / "start.py", "x"]
    closed = [one for one in (folder, folder / ".venv") if one.exists()]
    kept = [one.stat().st_mode for one in closed]
    try:
        yield lambda: subprocess.run(line, capture_output=True, text=True, check=False, cwd="/", **other)
    finally:
        for one, mode in zip(closed, kept, strict=True):
            one.chmod(mode)


@posix
def test_a_folder_that_cannot_be_written_is_named(folder: Path) -> None:
    with somebody(folder) as begin:
        folder.chmod(0o555)
        refused(begin(), f"The folder {folder} cannot be written")


@posix
def test_an_environment_that_cannot_be_written_is_named_and_stays(folder: Path) -> None:
    """As after an install with sudo: the folder is theirs, .venv is not."""
    start(folder, "x")
    (folder / "requirements.txt").open("a").write("# newer\n")
    (folder / ".start.lock").unlink()
    with somebody(folder) as begin:
        folder.chmod(0o777)
        (folder / ".venv").chmod(0o555)
        refused(begin(), f"{folder / '.venv'} cannot be written", "Close a Huce that is running")
    assert installed(folder) == {"hucea"}


@posix
def test_a_lock_of_another_user_is_named(folder: Path) -> None:
    (folder / ".start.lock").touch()
    with somebody(folder) as begin:
        folder.chmod(0o777)
        (folder / ".start.lock").chmod(0o444)
        refused(begin(), f"{folder / '.start.lock'} cannot be written")


@posix
def test_a_folder_whose_path_holds_the_separator_of_paths_is_refused_before_anything_is_made(folder: Path) -> None:
    there = folder.rename(folder.with_name(f"a{os.pathsep}b"))
    refused(start(there, "x"), f'holds "{os.pathsep}"', "请把文件夹改名")
    assert not (there / ".venv").exists()


@posix
def test_signs_that_mean_something_in_addresses_are_no_trouble_in_the_path(folder: Path) -> None:
    there = folder.rename(folder.with_name("100% #1 ?&'$HOME"))
    done = start(there, "x")
    assert done.returncode == 0, done.stderr
    assert installed(there) == {"hucea"}


@posix
@pytest.mark.parametrize("place", ["WindowsApps/PythonSoftwareFoundation.Python.3.13_qbz5n2kfra8p0", "Microsoft/WindowsApps"])
def test_the_python_of_the_windows_store_is_refused_before_anything_is_made(folder: Path, place: str) -> None:
    python = folder.parent / place / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(os.path.realpath(sys.executable))
    done = subprocess.run([python, folder / "start.py", "x"], capture_output=True, text=True, check=False)
    refused(done, "from the Microsoft Store", "python.org", "应用商店")
    assert not (folder / ".venv").exists()


def test_start_can_be_read_by_a_python_that_is_too_old_for_huce() -> None:
    ast.parse((ROOT / "start.py").read_text("utf-8"), feature_version=(3, 6))


def told(folder: Path, before: str) -> subprocess.CompletedProcess[str]:
    """A start in a Python that was changed first: it lacks a module, is older, or has no room."""
    script = f"import sys, runpy; {before}\nsys.argv = ['start.py', 'x']\nrunpy.run_path({str(folder / 'start.py')!r}, run_name='__main__')"
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, encoding="utf-8", check=False)


def test_a_python_that_is_too_old_is_told_so(folder: Path) -> None:
    refused(told(folder, "sys.version_info = (3, 8, 1, 'final', 0)"), "needs a 64-bit Python 3.11", "3.8.1")


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_is_told_what_to_install(folder: Path, module: str) -> None:
    """Debian ships the one without the other."""
    refused(told(folder, f"sys.modules[{module!r}] = None"), "apt install python3-venv")
    assert not (folder / ".venv").exists()


def test_a_python_whose_pip_cannot_be_laid_in_is_told_what_to_install(folder: Path) -> None:
    ill = "import venv, subprocess as s\ndef no(*_): raise s.CalledProcessError(1, 'python', b'no wheels of pip here')\n"
    refused(told(folder, ill + "venv.EnvBuilder._setup_pip = no"), "apt install python3-venv", "no wheels of pip here")
    done = start(folder, "x")
    assert done.returncode == 0, "mended, the next start makes it whole"


def test_a_disk_without_room_is_told_before_anything_is_made(folder: Path) -> None:
    refused(told(folder, "import shutil; shutil.disk_usage = lambda _: type('D', (), {'free': 5 * 2**20})"), "has 5 MB left")
    assert not (folder / ".venv").exists()


def test_a_disk_that_fills_while_the_environment_is_made_is_told_as_full(folder: Path) -> None:
    ill = "import venv\ndef no(*_): raise OSError(28, 'No space left on device')\n"
    refused(told(folder, ill + "venv.EnvBuilder.create = no"), "The disk is full")


@pytest.mark.parametrize("name", ["cli.py", "requirements.txt"])
def test_a_folder_that_was_unpacked_in_part_is_told_so(folder: Path, name: str) -> None:
    """A start.py that is run from within its archive stands alone."""
    (folder / name).unlink()
    refused(start(folder, "x"), f"{folder / name} is missing", "Unpack the whole archive")


@posix
@pytest.mark.parametrize("there", ["somebody else's", "nothing", "an unfinished install"])
def test_an_environment_that_is_a_link_is_neither_emptied_nor_removed(folder: Path, there: str) -> None:
    other = folder.parent / "other"
    if there != "nothing":
        other.mkdir()
        (other / "precious").write_text("kept", "utf-8")
    if there == "an unfinished install":
        (other / "unfinished").touch()
    (folder / ".venv").symlink_to(other)
    refused(start(folder, "x"), f"is a link to {other}", "Remove the link")
    assert (folder / ".venv").is_symlink()
    assert there == "nothing" or (other / "precious").read_text("utf-8") == "kept"


@posix
def test_a_link_to_a_whole_environment_of_huce_is_used(folder: Path) -> None:
    start(folder, "x")
    (folder / ".venv").rename(folder.parent / "whole")
    (folder / ".venv").symlink_to(folder.parent / "whole")
    assert (start(folder, "7").returncode, start(folder, "x").stderr) == (7, "")


@pytest.mark.parametrize("kind", ["a file", "a folder of other things", "an environment without pip"])
def test_what_stands_at_the_place_and_was_not_made_by_huce_is_not_emptied(folder: Path, kind: str) -> None:
    there = folder / ".venv"
    if kind == "a file":
        there.write_text("kept", "utf-8")
    elif kind == "a folder of other things":
        there.mkdir()
        (there / "precious").write_text("kept", "utf-8")
    else:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", there], check=True)
    before = sorted(there.rglob("*"))
    refused(start(folder, "x"), f"{there} was not made by Huce")
    assert sorted(there.rglob("*")) == before
    assert there.exists()


@posix
def test_an_environment_whose_python_is_no_program_is_told_so(folder: Path) -> None:
    start(folder, "x")
    python = Path(os.path.realpath(folder / ".venv" / "bin" / "python"))
    other = folder.parent / "bin" / "python"
    other.parent.mkdir()
    shutil.copy(python, other)
    for link in ("python", "python3"):
        (folder / ".venv" / "bin" / link).unlink()
    (folder / ".venv" / "bin" / "python").symlink_to(other)
    noted = folder / ".venv" / "installed-requirements"
    noted.write_text(f"{other} {noted.read_text('utf-8').rpartition(' ')[2]}", "utf-8")
    other.write_bytes(b"\x7fELF of another computer")
    refused(start(folder, "x"), "cannot be run", "Delete the folder")


def test_a_note_that_was_cut_within_a_character_installs_again(folder: Path) -> None:
    start(folder, "x")
    (folder / ".venv" / "installed-requirements").write_bytes(b"/opt/\xe6\x88")
    done = start(folder, "x")
    assert (done.returncode, installed(folder)) == (0, {"hucea"}), done.stderr


@posix
def test_two_starts_at_once_install_once(folder: Path) -> None:
    line = [sys.executable, folder / "start.py", "x"]
    both = [subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [one.communicate(timeout=120) for one in both]
    assert [one.returncode for one in both] == [0, 0], said
    assert sum("Installed." in err for _, err in said) == 1


@posix
def test_a_start_that_is_killed_while_it_installs_is_made_good_by_the_next(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, folder / "start.py", "x"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as first:
        unfinished, end = folder / ".venv" / "unfinished", time.monotonic() + 60
        while not unfinished.exists() and time.monotonic() < end:
            time.sleep(0.01)
        first.send_signal(signal.SIGKILL)
    assert unfinished.exists()
    done = start(folder, "x")
    assert done.returncode == 0, done.stderr
    assert installed(folder) == {"hucea"}
