"""Dues become alerts: once each, only the highest step, closed when they are over, and never lost."""

from __future__ import annotations

import threading
from datetime import date, timedelta

from branch import status
from branch.opening import open_branch
from jobs.scan import rows
from jobs.scan import run as scan
from sheets.schema import Edit
from tests.jobs.world import alerts, at, customer, line, outbox, set_, write

# R30 for a line that expires 2026-12-10 in a tier-2 branch: due Tuesday 2026-11-10; reminders 14d, 7d, 3d before,
# the day itself, overdue on the 11th, and the ladder +1d to team leader and leader.
DUE = "R30|N1|2026-11-10"


def one_line(branch, expires="2026-12-10"):
    write(branch, [customer("K1", "云澜启岚机械(示例)"), line("N1", "K1", expires)])


def test_a_reminder_is_new_on_its_day_and_not_the_day_before(branch):
    one_line(branch)
    assert scan(branch, at("2026-10-26 23:59")).new == 0
    assert scan(branch, at("2026-10-27 08:40")).new == 1
    assert alerts(branch) == {f"{DUE}|14d|customer_manager|digest": "told"}


def test_run_twice_nothing_twice(branch):
    one_line(branch)
    first = scan(branch, at("2026-11-11 09:00"))
    seen = branch.store.version(), alerts(branch), [m["id"] for m in outbox(branch)]
    again = scan(branch, at("2026-11-11 09:00"))
    assert (first.new, again.new, again.mails) == (3, 0, 0)
    assert (branch.store.version(), alerts(branch), [m["id"] for m in outbox(branch)]) == seen


def test_only_the_highest_step_of_each_role_is_told_and_the_others_are_on_record(branch):
    one_line(branch)
    scan(branch, at("2026-11-11 09:00"))
    assert alerts(branch) == {
        f"{DUE}|14d|customer_manager|digest": "skipped",
        f"{DUE}|7d|customer_manager|digest": "skipped",
        f"{DUE}|3d|customer_manager|digest": "skipped",
        f"{DUE}|due|customer_manager|digest": "skipped",
        f"{DUE}|overdue|customer_manager|immediate": "told",
        f"{DUE}|+1d|team_leader|immediate": "told",
        f"{DUE}|+1d|leader|immediate": "told",
    }


def test_an_alert_not_told_yet_is_merged_into_the_next_step(branch):
    """Before the digest hour nothing is told; the next day the later step speaks for both."""
    one_line(branch)
    scan(branch, at("2026-11-10 08:00"))
    assert alerts(branch)[f"{DUE}|due|customer_manager|digest"] == "open"
    scan(branch, at("2026-11-11 08:00"))
    assert alerts(branch)[f"{DUE}|due|customer_manager|digest"] == "skipped"
    assert alerts(branch)[f"{DUE}|overdue|customer_manager|immediate"] == "open"


def test_what_is_done_closes_and_is_not_told(branch):
    one_line(branch)
    scan(branch, at("2026-11-10 08:00"))
    set_(branch, "credit_lines", "N1", "2026-11-10 08:20", submitted_on=date(2026, 11, 10))
    found = scan(branch, at("2026-11-10 08:30"))
    assert (found.closed, found.mails) == (1, 0)
    assert set(alerts(branch).values()) == {"skipped", "closed"}


def test_a_due_date_moved_is_a_new_alert_and_moved_back_is_no_second_mail(branch):
    one_line(branch)
    scan(branch, at("2026-11-10 09:00"))
    set_(branch, "credit_lines", "N1", "2026-11-10 10:00", expires_on=date(2027, 1, 31))
    scan(branch, at("2026-11-10 10:01"))
    assert alerts(branch)[f"{DUE}|due|customer_manager|digest"] == "closed"
    set_(branch, "credit_lines", "N1", "2026-11-10 11:00", expires_on=date(2026, 12, 10))
    back = scan(branch, at("2026-11-10 11:01"))
    assert (back.new, back.mails) == (0, 0)
    assert alerts(branch)[f"{DUE}|due|customer_manager|digest"] == "told"
    set_(branch, "credit_lines", "N1", "2026-11-11 07:00", expires_on=date(2026, 12, 1))
    moved = scan(branch, at("2026-11-11 09:00"))
    assert moved.new == 3
    frame = branch.book().frame("alerts").set_index("id")
    assert bool(frame.loc["R30|N1|2026-10-30|overdue|customer_manager|immediate", "late"])


def test_a_deleted_row_pauses_and_a_restored_one_resumes_without_a_second_mail(branch):
    one_line(branch)
    scan(branch, at("2026-11-10 09:00"))
    row = branch.store.row("credit_lines", "N1")
    write(branch, [Edit("credit_lines", "N1", row, None)], "2026-11-10 10:00")
    scan(branch, at("2026-11-10 10:01"))
    assert alerts(branch)[f"{DUE}|due|customer_manager|digest"] == "closed"
    write(branch, [Edit("credit_lines", "N1", row, {"deleted": False})], "2026-11-10 11:00")
    assert scan(branch, at("2026-11-10 11:01")).mails == 0
    assert alerts(branch)[f"{DUE}|due|customer_manager|digest"] == "told"


def test_a_dry_run_counts_and_writes_nothing(branch):
    one_line(branch)
    before, marks = branch.store.version(), branch.store.private.marks()
    assert scan(branch, at("2026-11-11 09:00"), dry_run=True).new == 3
    assert branch.store.version() == before
    assert branch.store.private.marks() == marks


def test_a_handover_does_not_mail_again_what_was_told(branch):
    one_line(branch)
    scan(branch, at("2026-11-09 09:00"))
    set_(branch, "customers", "K1", "2026-11-09 10:00", owner="M2")
    assert scan(branch, at("2026-11-09 10:01")).new == 0


def test_a_rule_made_immediate_does_not_tell_again_by_the_other_channel(branch):
    one_line(branch)
    scan(branch, at("2026-11-11 09:00"))
    rule = branch.store.row("rules", "R30")
    write(branch, [Edit("rules", "R30", rule, {"immediate": False})], "2026-11-11 10:00")
    assert scan(branch, at("2026-11-11 10:01")).new == 0


def test_looking_at_a_past_day_closes_nothing_that_was_told_later(branch):
    one_line(branch)
    scan(branch, at("2026-11-11 09:00"))
    before = alerts(branch)
    scan(branch, at("2026-10-01 09:00"))
    assert alerts(branch) == before


def test_a_clock_that_leaps_writes_alerts_and_holds_the_mails_until_asked(branch):
    one_line(branch, "2027-03-10")
    scan(branch, at("2026-11-09 09:00"))
    before = len(outbox(branch))
    leapt = scan(branch, at("2027-02-10 09:00"))
    assert leapt.held
    assert leapt.new
    assert len(outbox(branch)) == before
    assert status.is_held(branch.store.private.marks()) == (at("2026-11-09 09:00"), at("2027-02-10 09:00"))
    assert scan(branch, at("2027-02-10 09:05")).held
    asked = scan(branch, at("2027-02-10 09:06"), yes=True)
    assert not asked.held
    assert asked.mails
    assert status.is_held(branch.store.private.marks()) is None


def test_an_outage_under_forty_five_days_is_caught_up_without_asking(branch):
    one_line(branch)
    scan(branch, at("2026-10-01 09:00"))
    assert not scan(branch, at("2026-11-10 09:00")).held


def test_one_poison_row_costs_its_words_and_not_the_others(branch):
    """A brace in the branch's own rule text; and one unreadable date among good rows."""
    one_line(branch)
    rule = branch.store.row("rules", "R30")
    write(branch, [Edit("rules", "R30", rule, {"text_zh": "授信 {anchor 到期", "text_en": "{0.x}"})])
    found = scan(branch, at("2026-11-10 09:00"))
    assert (found.new, found.mails) == (1, 1)
    assert "2026-11-10" in rows(found, "zh")[0]["why"]


def test_the_rows_say_what_the_contract_says(branch):
    one_line(branch)
    found = scan(branch, at("2026-11-11 09:00"), dry_run=True)
    (row,) = rows(found, "zh")
    why = row.pop("why")
    assert row == {
        "key": DUE, "rule": "R30", "table": "credit_lines", "row": "N1", "customer": "K1", "due": "2026-11-10",
        "anchor": "2026-12-10", "state": "overdue", "step": "+1d", "unresolved": False, "clause": "S81,S85",
        "to": [
            {"role": "customer_manager", "person": "M1", "email": "m1@bank.example"},
            {"role": "team_leader", "person": "L1", "email": "l1@bank.example"},
            {"role": "leader", "person": "B1", "email": "b1@bank.example"},
        ],
    }  # fmt: skip
    assert why.startswith("【授信上报截止（CLPM）】云澜启岚机械(示例) 授信 2026-12-10到期")
    assert "500" not in why


def test_the_list_holds_what_is_near_and_all_holds_every_state(branch):
    one_line(branch)
    write(branch, [line("N2", "K1", "2027-06-30", kind="single"), line("N3", "K1", "2026-12-20", kind="low_risk")])
    set_(branch, "credit_lines", "N3", "2026-11-02 08:00", submitted_on=date(2026, 11, 2))
    found = scan(branch, at("2026-11-04 09:00"), dry_run=True)
    assert [row["row"] for row in rows(found, "zh")] == ["N1"]
    assert {row["row"]: row["state"] for row in rows(found, "zh", every=True)} == {"N1": "due_soon", "N2": "planned", "N3": "met"}


def test_a_role_that_nobody_holds_goes_one_level_up_and_says_so(branch):
    write(branch, [customer("K1", "云澜", owner=None, team="T1"), line("N1", "K1", "2026-12-10")])
    found = scan(branch, at("2026-11-10 09:00"))
    (row,) = rows(found, "zh")
    assert row["unresolved"] is True
    assert row["to"][0]["person"] == "L1"
    frame = branch.book().frame("alerts").set_index("id")
    assert bool(frame.loc[f"{DUE}|due|customer_manager|digest", "unresolved"])


def test_several_scans_at_the_same_moment_tell_everything_once(branch):
    """The terminal, the jobs and a second machine look at once, each with its own store."""
    write(branch, [
        *(customer(f"K{n}", f"第{n}机械(示例)", "M1" if n % 2 else "M2") for n in range(6)),
        *(line(f"N{n}", f"K{n}", "2026-12-09") for n in range(6)),
    ])  # fmt: skip
    gate, found, broken = threading.Barrier(4), [], []

    def look(n):
        mine = open_branch(branch.settings.home)
        gate.wait()
        try:
            found.append(scan(mine, at("2026-11-11 08:30") + timedelta(seconds=n)))
        except Exception as error:
            broken.append(error)
        mine.store.close()

    hands = [threading.Thread(target=look, args=(n,)) for n in range(4)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert broken == []
    assert sum(one.mails for one in found) == 4
    assert sorted(mail["id"] for mail in outbox(branch)) == [f"digest|{who}|2026-11-11" for who in ("B1", "L1", "M1", "M2")]
    assert set(alerts(branch).values()) == {"told", "skipped"}
    assert len(branch.book().frame("alerts")) == 6 * 7
    told = branch.book().frame("alerts").set_index("id")["outbox"].dropna()
    assert set(told[told != ""]) == {mail["id"] for mail in outbox(branch)}
