"""The portal as a real process: one a home, on a free port, honest about what is wrong, and gone when it is told to go."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psutil
import pytest

from branch import accounts, clock
from branch.opening import open_branch
from branch.settings import Portal
from tests.small import small
from tests.terminal import CLI, around, portal, refused
from tests.terminal import process as run
from web import serving

NOW = datetime(2026, 11, 23, 9)
KEY = re.compile(r"^ +((?:[A-Z2-9]{5}-){4}[A-Z2-9]{5})$", re.MULTILINE)
posix = pytest.mark.skipif(os.name == "nt", reason="signals and permissions of POSIX")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    small(tmp_path / "branch", NOW).store.close()
    return tmp_path / "branch"


@pytest.fixture
def held() -> Iterator[int]:
    """A port that another program listens on, with a free one after it."""
    while True:
        with socket.socket() as other, socket.socket() as after:
            other.bind(("127.0.0.1", 0))
            port = other.getsockname()[1]
            try:
                after.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            after.close()
            other.listen()
            yield port
            return


def answers(url: str) -> bool:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{url}/healthz", timeout=5) as reply:
        return reply.status == 200


def test_the_first_start_makes_the_branch_and_prints_an_address_and_a_key_that_makes_the_administrator(tmp_path: Path, held: int) -> None:
    with portal("serve", home=tmp_path / "new", HUCE_PORTAL_PORT=str(held + 1)) as there:
        assert there.url == f"http://127.0.0.1:{held + 1}"
        assert answers(there.url)
        there.process.terminate()
        there.process.wait(30)
    key = KEY.search("".join(there.said))
    assert key, there.said
    branch = open_branch(tmp_path / "new")
    assert accounts.set_up(branch, key[1], "9001", "朱红", "correct horse 9", clock.now())
    assert not accounts.needs_setup(branch)


def test_a_busy_port_means_the_next_one(home: Path, held: int) -> None:
    with portal("serve", home=home, HUCE_PORTAL_PORT=str(held)) as there:
        assert there.url == f"http://127.0.0.1:{held + 1}"
        assert answers(there.url)
        assert f"Port {held} is held by another program; this time it is {held + 1}" in "".join(there.said)


def test_two_portals_that_start_in_the_same_moment_take_two_ports(held: int) -> None:
    """Between the choice of a port and the server's taking it lies a second; the other portal does not choose the same one in it."""
    wanted = Portal(port=held + 1)
    with serving.free_port(wanted) as first, serving.free_port(wanted) as second:
        assert first == held + 1
        assert second > first
    with serving.free_port(wanted) as again:
        assert again == first, "given back with its portal"


@posix
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_an_end_that_is_asked_for_is_clean_and_leaves_no_jobs_behind(home: Path, how: signal.Signals) -> None:
    with portal("serve", home=home) as there:
        children = there.children()
        assert any("jobs" in one.cmdline() for one in children), [one.cmdline() for one in children]
        there.process.send_signal(how)
        assert there.process.wait(30) == 0, there.said
        _, alive = psutil.wait_procs(children, 10)
        assert alive == []
    assert "Traceback" not in "".join(there.said)
    assert not (home / "serving.url").exists()


@posix
def test_the_jobs_end_even_when_the_portal_is_killed(home: Path) -> None:
    with portal("serve", home=home) as there:
        children = there.children()
        assert children
        there.process.kill()
        _, alive = psutil.wait_procs(children, 15)
        assert alive == []
    with portal("serve", home=home) as again:  # and nothing of the dead one stands in the way
        assert answers(again.url)


def test_a_home_has_one_portal_and_the_second_says_where_it_is(tmp_path: Path) -> None:
    """The key that the first one printed still works: the second start did not make another in its place."""
    home = tmp_path / "new"
    with portal("serve", home=home) as there:
        refused(run("serve", home=home), 1, "已在运行", "running already", there.url)
        assert answers(there.url)
        key = KEY.search("".join(there.said)) or KEY.search("".join(_later(there.said)))
        assert key
        assert accounts.set_up(open_branch(home), key[1], "9001", "朱红", "correct horse 9", clock.now())


def _later(said: list[str]) -> list[str]:
    import time

    time.sleep(1)
    return said


def test_half_a_home_is_told_and_left_as_it_is(home: Path) -> None:
    (home / "settings.toml").unlink()
    refused(run("serve", home=home), 1, "settings.toml", str(home))
    assert not (home / "settings.toml").exists()
    shutil.rmtree(home)
    home.mkdir()
    (home / "settings.toml").write_text('install = "huce-000001"\n', "utf-8")
    refused(run("serve", home=home), 1, "huce.db")
    assert not (home / "huce.db").exists()


def test_a_file_that_is_no_database_is_told_and_left_as_it_is(home: Path) -> None:
    for file in home.glob("huce.db*"):
        file.unlink()
    (home / "huce.db").write_bytes(b"Dear all, please find attached" * 100)
    refused(run("serve", home=home), 1, str(home / "huce.db"))
    assert (home / "huce.db").read_bytes().startswith(b"Dear all")


@posix
def test_a_folder_that_cannot_be_written_is_told(home: Path, tmp_path: Path) -> None:
    bound = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-dac_override,-dac_read_search"]
    if os.getuid() == 0 and not shutil.which("setpriv"):
        pytest.skip("root may write everywhere, and there is no setpriv to give that up")
    alone = bound if os.getuid() == 0 else []
    (tmp_path / "shut").mkdir(mode=0o555)
    home.chmod(0o555)
    try:
        for place in (home, tmp_path / "shut" / "new"):
            line = [*alone, *CLI, "serve", "--home", str(place)]
            done = subprocess.run(line, capture_output=True, text=True, check=False, env=around(), timeout=120)
            refused(done, 1, str(place), "权限")
    finally:
        home.chmod(0o755)


def test_an_address_that_is_not_ours_is_told(home: Path) -> None:
    refused(run("serve", home=home, HUCE_PORTAL_ADDRESS="192.0.2.1"), 1, "192.0.2.1", "address")


def test_the_store_and_its_log_are_for_their_owner_alone(home: Path) -> None:
    with portal("serve", home=home):
        open_to_others = [one.name for one in home.glob("huce.db*") if one.stat().st_mode & 0o077]
        assert (home / "huce.db").exists()
        assert os.name == "nt" or open_to_others == []


@posix
def test_without_a_window_to_speak_to_it_serves_and_writes_down_what_it_says(home: Path) -> None:
    """As pythonw starts it with the computer: there is no stdout and no stderr."""
    line = [*CLI, "serve", "--home", str(home)]
    process = subprocess.Popen(
        ["/bin/sh", "-c", 'exec "$@" >&- 2>&-', "sh", *line], cwd=home.parent, env=around(), stdin=subprocess.DEVNULL
    )
    log = home / "portal.log"
    try:
        for _ in range(900):
            if log.exists() and (found := re.search(r"^http://\S+$", log.read_text("utf-8"), re.MULTILINE)):
                break
            assert process.poll() is None
            time.sleep(0.1)
        assert answers(found[0])
    finally:
        process.terminate()
        assert process.wait(30) == 0
    assert "Traceback" not in log.read_text("utf-8")
