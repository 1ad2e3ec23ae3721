"""The terminal with a Google sheet: connect, sync, disconnect, a fresh machine, and a scan while Google is away."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import cli
import terminal as ends
from branch import clock
from branch.opening import open_branch
from jobs import at_terminal
from sheets.schema import Edit
from tests.sheets_api.server import SheetsApi
from tests.small import small
from tests.sync.conftest import NOW


@dataclass
class Done:
    code: int
    out: str
    err: str


class Terminal:
    """A person at a terminal whose Huce reaches our own server in Google's place."""

    def __init__(self, folder: Path, api: SheetsApi, capfd: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.api, self.capfd, self.monkeypatch = folder, api, capfd, monkeypatch
        self.key = api.key_file(folder / "key.json")
        self.link = api.create("支行台账", share=[api.account_email])
        for name in ("API", "DRIVE"):
            monkeypatch.setenv(f"HUCE_GOOGLE_{name}_URL", api.url)

    def run(self, *words: str, home: str = "home") -> Done:
        line = [*words, "--home", str(self.folder / home)]
        self.monkeypatch.setattr(sys, "argv", ["start.py", *line])
        self.capfd.readouterr()
        with pytest.raises(SystemExit) as end:
            ends.run(cli.app)
        said = self.capfd.readouterr()
        return Done(int(str(end.value.code or 0)), said.out, said.err)

    def told(self, *words: str, home: str = "home", code: int = 0) -> Any:
        done = self.run(*words, "--json", home=home)
        assert done.code == code, done.err
        return json.loads(done.out)

    def connect(self, *words: str) -> Any:
        return self.told("connect", self.link, "--credentials", str(self.key), *words)

    def make(self, home: str) -> Any:
        """A fresh machine."""
        return self.told("init", "--spreadsheet", self.link, "--credentials", str(self.key), home=home)


@pytest.fixture
def terminal(tmp_path: Path, api: SheetsApi, capfd: Any, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    small(tmp_path / "home", NOW).store.close()
    return Terminal(tmp_path, api, capfd, monkeypatch)


def test_a_branch_moves_into_a_sheet_is_kept_in_step_and_moves_out(terminal: Terminal) -> None:
    said = terminal.run("connect", terminal.link, "--credentials", str(terminal.key), "--json")
    done = json.loads(said.out)
    for words in ("境外", "关键人的联系方式", "abroad"):
        assert words in said.err
    assert set(done) == {"spreadsheet", "tabs", "rows", "requests"}
    assert set(done["requests"]) == {"read", "write", "drive"}
    book, title = terminal.api.book(terminal.link), done["tabs"]["customers"]
    at = book.cells(title)[0].index("主营业务")
    book.type(title, f"{chr(65 + at)}2", "纺织")
    told = terminal.told("sync")
    assert set(told) == {"pulled", "pushed", "conflicts", "issues", "healed", "waiting", "requests"}
    assert (told["pulled"], told["conflicts"], told["waiting"]) == (1, 0, 0)
    assert terminal.told("sync")["requests"] == {"read": 1, "write": 0, "drive": 0}
    left = terminal.told("disconnect")
    assert left["spreadsheet"] == done["spreadsheet"]
    assert "no Google sheet is connected" in terminal.told("sync", code=1)["error"]["en"]


def test_the_warning_comes_before_anything_is_written(terminal: Terminal) -> None:
    terminal.api.fail(kind="read", how="503 before")
    done = terminal.run("connect", terminal.link, "--credentials", str(terminal.key))
    assert done.code == 1
    assert done.err.index("境外") < done.err.index("连不上")
    assert not [entry for entry in terminal.api.log if entry.kind == "write"]


def test_a_sheet_that_holds_something_is_shown_and_taken_only_when_it_is_said(terminal: Terminal) -> None:
    book = terminal.api.book(terminal.link)
    first = book.state.tabs[0].title
    book.type(first, "A1", "我们自己的表")
    refused = terminal.run("connect", terminal.link, "--credentials", str(terminal.key))
    assert refused.code == 1
    assert first in refused.err
    assert "--adopt" in refused.err
    assert terminal.connect("--adopt")["tabs"]["customers"]
    assert book.cell(first, "A1") == "我们自己的表"


def test_a_wrong_link_or_key_makes_no_home(terminal: Terminal) -> None:
    assert terminal.run("init", "--spreadsheet", "docs.google.com/x", home="new").code == 1
    assert terminal.run("init", "--spreadsheet", terminal.link, "--credentials", "none.json", home="new").code == 1
    assert not (terminal.folder / "new").exists()


def test_a_home_whose_sheet_cannot_be_reached_is_made_and_says_how_to_go_on(terminal: Terminal) -> None:
    terminal.api.book(terminal.link).unshare(terminal.api.account_email)
    done = terminal.run("init", "--spreadsheet", terminal.link, "--credentials", str(terminal.key), home="new")
    assert done.code == 1
    assert terminal.api.account_email in done.err
    assert "connect" in done.err
    assert (terminal.folder / "new" / "settings.toml").exists()


def test_a_scan_takes_what_people_typed_and_says_as_of_when_if_google_is_away(terminal: Terminal) -> None:
    done = terminal.connect()
    book, title = terminal.api.book(terminal.link), done["tabs"]["customers"]
    at = book.cells(title)[0].index("主营业务")
    book.type(title, f"{chr(65 + at)}2", "纺织")
    today = clock.today().isoformat()
    found = terminal.told("scan", "--today", today)
    assert found["as_of_sheet"].endswith("+08:00")
    branch = open_branch(terminal.folder / "home")
    assert (branch.store.row("customers", "C1") or {})["main_business"] == "纺织"
    branch.store.close()
    terminal.api.fail(kind="read", how="503 before", times=50)
    away = terminal.run("scan", "--today", today, "--json")
    assert away.code == 0
    assert json.loads(away.out)["as_of_sheet"] == found["as_of_sheet"]
    assert found["as_of_sheet"][:10] in away.err


def test_a_process_at_work_on_the_sheet_is_waited_for_and_then_named(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.connect()
    monkeypatch.setattr(at_terminal, "PATIENCE", 0)
    branch = open_branch(terminal.folder / "home")
    branch.store.private.lease("spreadsheet", "jobs:another", clock.now(), 300)
    branch.store.close()
    assert terminal.told("sync", code=1)["error"]["code"] == "google.at_work"


def states(found: Any, check: str) -> list[tuple[str, str]]:
    return [(one["state"], one["message"]) for one in found["checks"] if one["check"] == check]


def test_the_doctor_goes_the_steps_to_the_sheet_and_names_the_one_that_fails(terminal: Terminal) -> None:
    assert not states(terminal.told("doctor", code=terminal.run("doctor").code), "google")
    terminal.connect()
    well = states(terminal.told("doctor"), "google")
    assert {state for state, _ in well} == {"ok"}
    assert terminal.api.account_email in well[6][1]
    assert "都已进入" in well[8][1]
    writes = [one for one in terminal.api.log if one.kind == "write"]
    terminal.api.book(terminal.link).share(terminal.api.account_email, "reader")
    readonly = states(terminal.told("doctor", code=1), "google")
    assert [state for state, _ in readonly[:6]] == ["ok"] * 5 + ["fail"]
    assert "编辑者" in readonly[5][1]
    terminal.api.disabled = True
    assert [state for state, _ in states(terminal.told("doctor", code=1), "google")][:4] == ["ok", "ok", "ok", "fail"]
    terminal.api.fail(kind="read", how="503 before")
    assert states(terminal.told("doctor"), "google")[0][0] == "warn"  # it passes by itself
    terminal.key.unlink()
    assert states(terminal.told("doctor", code=1), "google")[0][0] == "fail"
    assert [one for one in terminal.api.log if one.kind == "write"] == writes


def test_the_doctor_tries_on_a_tab_of_its_own_what_only_google_can_tell(terminal: Terminal) -> None:
    terminal.connect()
    book = terminal.api.book(terminal.link)
    before = {tab.title: book.cells(tab.title) for tab in book.state.tabs}
    said = " ".join(message for _, message in states(terminal.told("doctor", "--google"), "google-trial"))
    for words in ("两个请求就能核对", "会带回整列", "钥匙不被复制", "留在原来的位置", "云端硬盘在 0 秒后"):
        assert words in said
    assert {tab.title: book.cells(tab.title) for tab in book.state.tabs} == before


def test_what_cannot_be_tried_hinders_nothing_else_and_leaves_no_tab(terminal: Terminal) -> None:
    terminal.connect()
    book = terminal.api.book(terminal.link)
    before = [tab.title for tab in book.state.tabs]
    terminal.api.fail(kind="write", how="503 before", containing="copyPaste")
    found = states(terminal.told("doctor", "--google"), "google-trial")
    assert [state for state, _ in found] == ["ok", "ok", "warn", "ok", "ok"]
    assert [tab.title for tab in book.state.tabs] == before


def test_a_fresh_machine_takes_over_the_giving_of_numbers_only_when_it_is_said(terminal: Terminal) -> None:
    terminal.connect()
    made = terminal.make("fresh")
    assert made["sheet"]["rows"] > 0

    def adopts() -> bool:
        branch = open_branch(terminal.folder / "fresh")
        branch.store.close()
        return branch.store.agreed().meta["adopter"] == branch.settings.install

    assert not adopts()
    branch = open_branch(terminal.folder / "fresh")
    row = branch.store.row("customers", "C1") or {}
    branch.store.write([Edit("customers", "C1", {"main_business": row["main_business"]}, {"main_business": "化工"})], "CM1", "portal", NOW)
    branch.store.close()
    terminal.told("connect", terminal.link, "--credentials", str(terminal.key), "--adopt", home="fresh")
    assert adopts()
    assert "化工" in str(terminal.api.book(terminal.link).cells(made["sheet"]["tabs"]["customers"]))  # what waited is not forgotten
