"""start.py as a person meets it: fast when all is there, a sentence when something is missing."""

from __future__ import annotations

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
from pathlib import Path

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


@posix
def test_a_folder_that_cannot_be_written_is_named(folder: Path) -> None:
    folder.chmod(0o555)
    for above in folder.parents:  # so that the other user gets here at all
        if above.stat().st_uid != os.getuid() or above == Path(tempfile.gettempdir()):
            break
        above.chmod(0o755)
    other = {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}
    python = shutil.which("python3", path="/usr/bin") if os.getuid() == 0 else sys.executable
    if python is None:
        pytest.skip("no Python that another user may run")
    try:
        done = subprocess.run([python, folder / "start.py", "x"], capture_output=True, text=True, check=False, cwd="/", **other)
    finally:
        folder.chmod(0o755)
    assert done.returncode == 1
    assert f"The folder {folder} cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


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
