"""Where a branch lives: outside the program, so that a new folder of the program finds it; an old var/ stays in use."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest

from branch import home as places
from branch.opening import DATABASE
from branch.settings_file import FILE, GOOD
from tests.terminal import ROOT, around, portal


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program in a folder of its own, as somebody unpacks it."""
    folder = tmp_path_factory.mktemp("programs") / "户策 1"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(".*", "var", "tests", "benchmarks", "docs", "__pycache__"))
    return folder


def told(program: Path, data: Path, *words: str, code: int = 0) -> dict[str, object]:
    line = [sys.executable, str(program / "cli.py"), *words, "--json"]
    env = around(XDG_DATA_HOME=str(data), WIN_PD_OVERRIDE_LOCAL_APPDATA=str(data))
    done = subprocess.run(line, capture_output=True, text=True, check=False, env=env, cwd=data.parent)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def test_a_new_branch_lives_with_the_persons_data_and_a_new_folder_of_the_program_finds_it(program: Path, tmp_path: Path) -> None:
    made = told(program, tmp_path / "data", "init")
    assert Path(str(made["home"])) == tmp_path / "data" / "Huce"
    assert not (program / "var").exists()
    update = shutil.copytree(program, tmp_path / "Huce 2 (1)")
    assert told(update, tmp_path / "data", "verify")["ok"]
    shutil.rmtree(update)
    assert (tmp_path / "data" / "Huce" / FILE).exists()


def test_an_older_branch_in_the_programs_folder_is_found_there_and_kept_in_use(program: Path, tmp_path: Path) -> None:
    """The version before made var/; this one unpacked over it goes on with it, and with nothing else."""
    older = shutil.copytree(program, tmp_path / "older")
    made = told(older, tmp_path / "data", "init", "--home", str(older / "var"))
    assert made["rules"]
    assert told(older, tmp_path / "data", "verify")["ok"]
    assert not (tmp_path / "data").exists()
    refused = told(older, tmp_path / "data", "init", code=1)
    assert refused["error"]["code"] == "branch.exists"  # type: ignore[index]


def test_the_home_that_is_named_wins(program: Path, tmp_path: Path) -> None:
    made = told(program, tmp_path / "data", "init", "--home", str(tmp_path / "named"))
    assert made["home"] == str(tmp_path / "named")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("name", places.LEFT)
def test_whatever_is_left_of_a_branch_in_var_keeps_it_there(tmp_path: Path, name: str) -> None:
    """A home of which half is gone is told as such; nobody begins a new branch beside it."""
    assert places.standard(tmp_path) == platformdirs.user_data_path("Huce", appauthor=False)
    (tmp_path / "var" / "demo").mkdir(parents=True)
    (tmp_path / "var" / "demo" / FILE).touch()
    assert not places.holds_branch(tmp_path / "var"), "a sample branch is none"
    (tmp_path / "var" / name).touch()
    assert places.standard(tmp_path) == tmp_path / "var"


def test_the_names_are_those_of_the_branch() -> None:
    assert set(places.LEFT) == {FILE, GOOD, DATABASE}


def test_the_sample_branch_stays_with_its_program(tmp_path: Path) -> None:
    assert places.sample(tmp_path) == tmp_path / "var" / "demo"


def test_no_test_writes_where_somebody_keeps_a_branch() -> None:
    assert str(places.standard(Path("/nowhere"))).startswith(os.environ["XDG_DATA_HOME"])


def test_serve_says_where_the_branch_lives(tmp_path: Path) -> None:
    with portal("serve", home=tmp_path / "here") as there:
        there.process.terminate()
        there.process.wait(30)
    said = "".join(there.said)
    assert f"支行数据在 {tmp_path / 'here'}" in said
    assert f"The branch lives in {tmp_path / 'here'}" in said


def test_a_home_inside_the_program_is_told_to_be_moved_before_an_update(tmp_path: Path) -> None:
    assert places.inside_program(tmp_path / "a" / "var", tmp_path / "a")
    assert not places.inside_program(tmp_path / "b", tmp_path / "a")
