"""The terminal as scripts rely on it: shapes, exit codes, sentences."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from branch import accounts, clock, status
from branch.opening import open_branch
from sheets.schema import Edit
from tests.jobs.test_post import letter
from tests.rules import tables
from tests.small import small
from tests.terminal import process, refused, run, told


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A branch of one customer: a rating whose notice is due today, an opportunity that nobody submitted."""
    folder = tmp_path_factory.mktemp("homes") / "branch"
    assert process("init", home=folder).returncode == 0
    ledgers = {
        "staff": tables.STAFF, "customers": tables.CUSTOMERS, "teams": "id | name\nT1 | 一部",
        "ratings": "id|customer|grade|effective_on|expires_on|authority\nP1|KH1|AA|2025-12-24|2026-12-23|tier2",
        "opportunities": "id|name|customer|created_at|stage\nO1|代发|KH1|2026-11-20 10:00|created",
    }  # fmt: skip
    edits = [
        Edit(table, str(row["id"]), None, {k: v for k, v in row.items() if k != "id"})
        for table, text in ledgers.items() for row in tables.rows(table, text)
    ]  # fmt: skip
    open_branch(folder).store.write(edits, "system", "import", datetime(2026, 11, 23, 8))
    return folder


def test_a_scan_tells_what_is_due_and_tells_it_once(home: Path) -> None:
    found = told("scan", "--today", "2026-11-23", home=home)
    notice = next(d for d in found["dues"] if d["key"] == "R25s|P1|2026-11-23")
    assert {k: notice[k] for k in ("rule", "table", "row", "customer", "due", "anchor", "state", "step", "unresolved", "clause")} == {
        "rule": "R25s", "table": "ratings", "row": "P1", "customer": "KH1", "due": "2026-11-23", "anchor": "2026-12-23",
        "state": "due_today", "step": "due", "unresolved": False, "clause": "S75–S77",
    }  # fmt: skip
    assert notice["to"] == [{"role": "credit_officer", "person": "4001", "email": "e@demo.invalid"}]
    late = next(d for d in found["dues"] if d["rule"] == "R20")
    assert [p["person"] for p in late["to"]] == ["1001", "2001"]
    assert found["new"] > 0
    assert told("scan", "--today", "2026-11-23", home=home)["new"] == 0


def test_a_dry_run_writes_nothing(home: Path) -> None:
    before = open_branch(home).store.version()
    told("scan", "--today", "2027-01-20", "--dry-run", home=home)
    assert open_branch(home).store.version() == before


def test_all_states_are_listed_on_request(home: Path) -> None:
    states = {d["state"] for d in told("scan", "--today", "2026-11-23", "--dry-run", "--all", home=home)["dues"]}
    assert {"planned", "due_today", "overdue"} <= states


def test_a_done_date_ends_the_due_and_closes_its_alert(home: Path) -> None:
    store = open_branch(home).store
    sent = dict.fromkeys(("notice_on", "notice_received_on"), datetime(2026, 11, 23).date())
    store.write([Edit("ratings", "P1", dict.fromkeys(sent), sent)], "4001", "portal", datetime(2026, 11, 23, 9))
    found = told("scan", "--today", "2026-11-23", home=home)
    assert not [d for d in found["dues"] if d["rule"] in ("R25s", "R25r")]
    alerts = open_branch(home).book().frame("alerts").set_index("id")["state"]
    assert alerts["R25s|P1|2026-11-23|due|credit_officer|digest"] == "closed"


def test_why_gives_the_evidence(home: Path) -> None:
    card = told("why", "--rule", "R27", "--row", "P1", "--today", "2026-11-23", home=home)
    assert (card["verdict"], card["due"], card["clause"]) == ("not_yet", "2026-12-08", "S78")
    assert run("why", "--rule", "R27", "--row", "P9", home=home).returncode == 1


def test_verify_backup_and_restore(home: Path, tmp_path: Path) -> None:
    assert told("verify", home=home)["ok"]
    assert run("backup", str(tmp_path / "copy.huce"), home=home).returncode == 0
    assert run("restore", str(tmp_path / "copy.huce"), home=home).returncode == 0
    assert run("restore", str(tmp_path / "none.huce"), home=home).returncode == 1
    assert told("verify", home=home)["ok"]


def test_tables_lists_every_ledger_with_its_keys_and_choices() -> None:
    done = run("tables", "--json")
    ledgers = {t["key"]: t for t in json.loads(done.stdout)}
    assert {"customers", "visits", "ratings", "credit_lines", "loans", "opportunities", "changes"} <= set(ledgers)
    authority = next(c for c in ledgers["ratings"]["columns"] if c["key"] == "authority")
    assert [c["code"] for c in authority["choices"]] == ["head", "tier1", "tier2"]


def test_refusals_are_sentences_and_exit_codes_mean_something(tmp_path: Path, home: Path) -> None:
    nowhere = run("scan", home=tmp_path / "nowhere")
    assert nowhere.returncode == 1
    assert "init" in nowhere.stderr
    assert "Traceback" not in nowhere.stderr
    again = run("init", home=home)
    assert again.returncode == 1
    assert "没有覆盖" in again.stderr
    assert run("scan", "--today", "soon", home=home).returncode == 2
    assert run("nonsense").returncode == 2
    (home / "settings.toml").read_text("utf-8")
    half = tmp_path / "half"
    half.mkdir()
    (half / "settings.toml").write_text("lang = \n", "utf-8")
    broken = run("scan", home=half)
    assert broken.returncode == 1
    assert "Traceback" not in broken.stderr


def test_doctor_names_what_is_not_well_and_fails_only_where_something_is_broken(tmp_path: Path) -> None:
    """No mail server and no jobs yet are warnings; a home without ledgers is a failure."""
    home = tmp_path / "fresh"
    assert run("init", home=home).returncode == 0
    found = told("doctor", home=home)
    states = {one["check"]: one["state"] for one in found["checks"]}
    assert found["ok"]
    assert (states["store"], states["permissions"], states["rules"], states["mail"]) == ("ok", "ok", "ok", "warn")

    done = run("doctor", "--json", home=tmp_path / "nowhere")
    assert done.returncode == 1
    assert json.loads(done.stdout)["checks"][0]["state"] == "fail"


def test_post_counts_what_left(tmp_path: Path) -> None:
    assert run("init", home=tmp_path / "fresh").returncode == 0
    assert told("post", home=tmp_path / "fresh") == {"sent": 0, "retry": 0, "failed": 0, "waiting": 0}


def test_a_refusal_under_json_is_still_one_document(tmp_path: Path) -> None:
    done = run("why", "--rule", "R25s", "--row", "P1", "--json", home=tmp_path)
    refused(done, 1)
    assert json.loads(done.stdout)["error"]["code"] == "branch.no_home"
    done = run("scan", "--jsn", "--json", home=tmp_path)
    refused(done, 2)
    assert json.loads(done.stdout)["error"]["code"] == "cli.usage"


def test_home_may_stand_before_the_command(tmp_path: Path) -> None:
    assert run("--home", str(tmp_path / "a"), "init").returncode == 0
    assert run(f"--home={tmp_path / 'a'}", "verify", "--json").returncode == 0


def test_init_says_what_it_made_and_takes_a_language(tmp_path: Path) -> None:
    made = told("init", "--lang", "en", home=tmp_path / "a")
    assert made == {
        "home": str(tmp_path / "a"),
        "store": str(tmp_path / "a" / "huce.db"),
        "demo": False,
        "rules": made["rules"],
        "customers": 0,
    }
    assert made["rules"] > 20
    assert open_branch(tmp_path / "a").settings.lang == "en"
    refused(run("init", "--customers", "5", home=tmp_path / "b"), 2, "--demo")
    refused(run("init", "--lang", "fr", home=tmp_path / "b"), 2)
    assert not (tmp_path / "b").exists()


def test_an_invitation_is_a_key_with_which_the_person_sets_a_password(tmp_path: Path) -> None:
    branch = small(tmp_path / "a", datetime(2026, 11, 23, 9), picker=False)
    first = told("invite", "CM1", home=tmp_path / "a")
    second = told("invite", "CM1", home=tmp_path / "a")
    assert second | {"key": ""} == {"staff": "CM1", "key": "", "url": "http://127.0.0.1:8501/invite", "hours": 72}
    with pytest.raises(accounts.KeyRefused):
        accounts.accept(branch, first["key"], "correct horse 9", clock.now())
    assert accounts.accept(branch, second["key"], "correct horse 9", clock.now())
    refused(run("invite", "NOBODY", home=tmp_path / "a"), 1, "NOBODY")
    assert second["key"] in run("invite", "CM1", home=tmp_path / "a").stdout or accounts.able(branch) == {"CM1"}


def test_help_teaches_every_command_in_both_languages_with_an_example() -> None:
    whole = run("--help")
    assert whole.returncode == 0
    for name in (
        "serve",
        "demo",
        "init",
        "invite",
        "scan",
        "post",
        "why",
        "tables",
        "import",
        "export",
        "backup",
        "restore",
        "verify",
        "doctor",
        "install",
        "uninstall",
        "bench",
        "test",
    ):
        assert f"\n  {name} " in whole.stdout
    one = run("import", "--help").stdout
    assert "把 csv 导入一张表" in one
    assert "Take a csv file into a table" in one
    assert "python3 start.py import customers" in one


def test_what_nobody_foresaw_is_a_sentence_and_its_trace_is_in_a_file(home: Path, tmp_path: Path) -> None:
    """The folder for the copy does not exist: whatever is raised, the person reads a sentence."""
    done = run("backup", str(tmp_path / "no" / "where" / "copy.huce"), home=home)
    refused(done, 1)
    assert done.stderr.strip()


@pytest.mark.skipif(os.name == "nt", reason="a pipe that is closed early")
def test_a_reader_that_has_read_enough_is_no_fault() -> None:
    import subprocess

    from tests.terminal import CLI

    done = subprocess.run(f"'{CLI[0]}' '{CLI[1]}' tables | head -1", shell=True, capture_output=True, text=True, check=False)  # noqa: S602 – a pipe of the shell is the point
    assert done.stdout.startswith("customers")
    assert done.stderr == ""


def test_bench_measures_and_names_the_machine() -> None:
    found = told("bench", "--customers", "20")
    assert (found["customers"], found["visits"]) == (20, 520)
    assert {"build", "load", "load_after_edit", "first_scan", "second_scan", "save", "page_manager", "page_leader"} <= set(found["seconds"])
    assert all(seconds > 0 for seconds in found["seconds"].values())
    assert set(found["ratio"]) == {"load_to_bare_sqlite", "save_to_bare_sqlite"}
    assert found["machine"]["cores"] == os.cpu_count()
    assert found["dues"] > 20
    assert found["alerts"] > 20


def test_bench_of_one_day_counts_the_same_on_any_other() -> None:
    one, two = (told("bench", "--customers", "5", "--as-of", "2026-11-23", "--visits", "37") for _ in range(2))
    assert one["as_of"] == "2026-11-23"
    assert one["visits"] == 37
    counted = ("rows", "dues", "alerts")
    assert [one[key] for key in counted] == [two[key] for key in counted]


def test_mails_held_after_a_leap_of_the_clock_go_on_once_it_is_said_until_when_people_were_told(home: Path) -> None:
    opened, now = open_branch(home), clock.now()
    opened.store.private.mark(status.CLOCK, (now - timedelta(days=60)).isoformat(timespec="seconds"), now)
    letter(opened, "waiting", "e@demo.invalid", staff="4001", now=now)
    opened.store.close()
    assert "post --told-until" in run("scan", home=home).stderr
    assert told("post", home=home)["sent"] == 0
    refused(run("post", "--told-until", f"{now + timedelta(days=2):%Y-%m-%d %H:%M}", home=home), 1)
    done = run("post", "--told-until", f"{now - timedelta(days=30):%Y-%m-%d}", "--json", home=home)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["sent"] > 0
    assert run("scan", home=home).stderr == "", "the date is believed from now on"


@pytest.mark.parametrize(
    ("typed", "zh", "en"),
    [
        (("scan", "--foo"), "没有「--foo」这个选项", "there is no option “--foo”"),
        (("skan",), "没有「skan」这个命令，您是不是想用「scan」", "there is no command “skan”; did you mean “scan”"),
        (("scan", "extra"), "多出了「extra」", "“extra” is too much"),
        (("why",), "缺少「--rule」", "“--rule” is missing"),
        (("bench", "--customers", "x"), "「--customers」应为整数", "“--customers” takes a whole number"),
        (("init", "--as-of", "2026"), "「--as-of」后面的内容认不出来", "what stands after “--as-of” cannot be read"),
    ],
)
def test_a_command_that_cannot_be_meant_is_told_in_each_language_for_itself(
    tmp_path: Path, typed: tuple[str, ...], zh: str, en: str
) -> None:
    done = run(*typed, home=tmp_path)
    assert done.returncode == 2
    first, second = done.stderr.strip().splitlines()
    assert first == f"命令写得不对：{zh}。用法请看 python3 start.py --help。"
    assert second == f"The command is not right: {en}. See python3 start.py --help."
