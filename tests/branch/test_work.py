"""What the screen lists is what the scan finds and the mail tells: one function, seen by each through the ladder."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pandas as pd
import pytest

from branch import access, next_step, work
from branch.branch import Branch
from branch.people import SYSTEM
from jobs import scan as job
from rules import rulebook
from rules.states import URGENCY
from sheets.schema import Edit
from tests.branch.rooms import NOW, TODAY, who
from texts import Lang, say

PEOPLE = ("CM1", "CM2", "CM3", "TL1", "TL2", "BL1", "BL2", "CR1", "VW1", "ADM")
OPEN = ("overdue", "due_today", "due_soon")


def owed(branch: Branch, staff: str) -> set[tuple[str, str]]:
    """(key, state) of what the screen calls their own, of the states a scan lists."""
    found = branch.look(NOW).of(who(branch, staff)).dues
    mine = found[found["mine"] & found["state"].isin(OPEN)]
    return set(zip(mine["key"], mine["state"], strict=True))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_today_shows_each_person_exactly_what_the_scan_says_he_owes(branch: Branch, lang: Lang) -> None:
    found = job.run(branch, NOW, dry_run=True)
    states = {row["key"]: row["state"] for row in job.rows(found, lang)}
    roles = dict(zip(found.dues["key"], found.dues["roles"], strict=True))
    told: dict[str, set[tuple[str, str]]] = {staff: set() for staff in PEOPLE}
    for row in job.rows(found, lang):
        for to in row["to"]:
            if to["person"] in told and to["role"] in roles[row["key"]].split(";") and states[row["key"]] in OPEN:
                told[to["person"]].add((row["key"], row["state"]))
    assert {staff: owed(branch, staff) for staff in PEOPLE} == told
    assert sum(map(len, told.values())) > 20


@pytest.mark.parametrize("scanned", [False, True], ids=["before the scan", "after it"])
def test_the_mail_of_the_morning_has_the_sections_of_the_screen(branch: Branch, scanned: bool) -> None:
    """Today and the digest are one function: the same dues under the same headings, whoever reads them (D8)."""
    mails = {
        edit.after["staff"]: edit.after["text"]
        for edit in (job.run(branch, NOW).edits if not scanned else ())
        if edit.after and edit.id.startswith("digest|")
    }
    if scanned:
        job.run(branch, NOW)
        outbox = branch.book().frame("outbox")
        outbox = outbox[outbox["id"].str.startswith("digest|")]
        mails = dict(zip(outbox["staff"].astype(str), outbox["text"], strict=True))
    look = branch.look(NOW)
    for staff in PEOPLE:
        shown = look.of(who(branch, staff)).work
        counts = {name: int((shown["section"] == name).sum()) for name in work.SECTIONS}
        listed = {name: say(f"mail.section.{name}", "zh", count=count) for name, count in counts.items() if count}
        assert len(shown) == 0 or staff in mails, staff
        for name, heading in listed.items():
            assert heading in mails[staff], (staff, name)


def test_what_is_reminded_of_early_stands_apart_from_what_is_due_within_seven_days(branch: Branch) -> None:
    found = branch.look(NOW).work()
    left = (found["due"] - pd.Timestamp(TODAY)).dt.days
    assert (left[found["section"] == "soon"].between(1, 7)).all()
    assert (left[found["section"] == "ahead"] > 7).all()
    assert set(found["section"]) <= set(work.SECTIONS)


def test_everybody_sees_the_dues_of_his_scope_and_of_no_other(branch: Branch) -> None:
    for staff, customers in (
        ("CM1", {"C1", "C2", "C4"}),
        ("CM2", {"C3"}),
        ("TL1", {"C1", "C2", "C3", "C4"}),
        ("TL2", {"C5"}),
        ("BL2", {"C5"}),
    ):
        found = branch.look(NOW).of(who(branch, staff)).dues
        assert set(found["customer"]) - {""} <= customers, staff
        assert len(found)
    whole = branch.look(NOW).of(who(branch, "VW1")).dues
    assert {"C1", "C3", "C5"} <= set(whole["customer"])
    assert not whole["mine"].any()


def test_a_due_is_in_the_state_its_day_says(branch: Branch) -> None:
    found = branch.look(NOW).of(who(branch, "VW1")).dues
    days = (found["due"] - pd.Timestamp(TODAY)).dt.days
    assert (found.loc[days < 0, "state"] == "overdue").all()
    assert (found.loc[days == 0, "state"] == "due_today").all()
    assert (found.loc[(days > 0) & (days <= 7), "state"] == "due_soon").all()
    assert (found.loc[days > 7, "state"] == "planned").all()
    assert list(found["state"]) == sorted(found["state"], key=URGENCY.index)


def test_done_it_is_gone_from_the_list_at_once(branch: Branch) -> None:
    cm1 = who(branch, "CM1")
    mine = branch.look(NOW).of(cm1).dues
    one = mine[(mine["rule"] == "R32") & (mine["row"] == "J1")].iloc[0]
    act = next_step.act(branch.look(NOW), one, cm1, "zh")
    assert act is not None
    assert (act.table, act.row, act.column) == ("loans", "J1", "notice_on")
    branch.write([next_step.edit(branch.look(NOW), act, cm1, NOW)], cm1, "portal", NOW)
    assert one["key"] not in set(branch.look(NOW).of(cm1).dues["key"])


def test_the_button_of_a_due_is_his_who_may_press_it(branch: Branch) -> None:
    """What is the credit officer's to send is not offered to the manager, and the other way round."""
    every = branch.look(NOW).dues
    for staff in ("CM1", "TL1", "BL1", "CR1", "VW1", "ADM"):
        actor = who(branch, staff)
        for _, one in every.iterrows():
            act = next_step.act(branch.look(NOW), one, actor, "zh")
            if act is None or act.page:
                continue
            edit = next_step.edit(branch.look(NOW), act, actor, NOW)
            access.check_edit(branch.book(), edit, actor)
    assert all(next_step.act(branch.look(NOW), one, who(branch, "VW1"), "zh") is None for _, one in every.iterrows())


def test_a_deputy_owes_what_the_absent_owed(branch: Branch) -> None:
    before = {key for key, _ in owed(branch, "CM3")}
    assert before
    leave = {"staff": "CM3", "from_on": TODAY, "to_on": TODAY, "deputy": "CM1"}
    branch.store.write([Edit("leave", "L", None, leave)], "system", "terminal", NOW)
    assert before <= {key for key, _ in owed(branch, "CM1")}
    assert owed(branch, "CM3") == set()


def test_what_nobody_holds_climbs_to_the_next(branch: Branch) -> None:
    before = {key for key, _ in owed(branch, "CM2") if key.split("|")[1] != "CM2"}  # nobody writes another's reviews
    branch.store.write([Edit("staff", "CM2", {"status": "active"}, {"status": "left"})], "system", "terminal", NOW)
    assert before <= {key for key, _ in owed(branch, "TL1")}


def test_a_waived_due_is_on_no_list_until_it_is_woken(branch: Branch) -> None:
    key = next(key for key, _ in owed(branch, "CM1"))
    for number, act in enumerate(("waive", "wake")):
        said = {"due_key": key, "act": act, "staff": "BL1", "at": NOW + timedelta(minutes=number), "reason": "停产"}
        branch.store.write([Edit("responses", act, None, said)], "BL1", "portal", NOW)
        assert (key in {k for k, _ in owed(branch, "CM1")}) == (act == "wake")


def test_what_climbed_is_told_to_whom_it_climbed_until_the_day_it_was_told_is_over(branch: Branch) -> None:
    """On Today as in the mail: what has not been told yet, however old, and what was told today."""
    look = branch.look(NOW)
    climbed = look.steps[look.steps["top"]]
    told = look.recipients[~look.recipients["owes"] & (look.recipients["person"] == "TL1")]
    wanted = set(climbed.merge(told, on=["key", "role"])["key"])
    for when in (NOW, NOW + timedelta(hours=3)):
        found = branch.look(when).of(who(branch, "TL1")).work
        assert set(found.loc[found["section"] == "escalated", "key"]) == wanted
        job.run(branch, when)
    found = branch.look(NOW + timedelta(days=1)).of(who(branch, "TL1")).work
    anew = {row["id"] for row in rulebook.shipped() if row["repeat"]}  # told anew every working day
    again = {key for key in wanted if key.split("|")[0] in anew}
    assert wanted & set(found.loc[found["section"] == "escalated", "key"]) == again
    assert not (look.of(who(branch, "CM1")).work["section"] == "escalated").any()


def test_each_person_is_shown_of_all_work_what_is_theirs(branch: Branch) -> None:
    for when in (NOW, NOW + timedelta(days=1)):
        look = branch.look(when)
        every = look.work()
        for staff in PEOPLE:
            theirs = every[every["person"] == staff].reset_index(drop=True)
            pd.testing.assert_frame_equal(look.of(who(branch, staff)).work, theirs)
        job.run(branch, when)


def test_one_look_serves_everybody_until_something_is_saved(branch: Branch) -> None:
    look = branch.look(NOW)
    dues, people, told, work_ = look.dues, look.people, look.recipients, look.work()
    for staff in PEOPLE:
        assert branch.look(NOW + timedelta(seconds=90)).of(who(branch, staff)).dues is not None
    again = branch.look(NOW + timedelta(seconds=90))
    assert again is look
    assert (again.dues is dues, again.people is people, again.recipients is told, again.work() is work_) == (True,) * 4
    branch.write([Edit("customers", "C1", {"note": None}, {"note": "x"})], who(branch, "CM1"), "portal", NOW)
    assert branch.look(NOW) is not look
    assert branch.look(NOW).dues is not dues


def test_ten_who_look_at_once_after_a_save_work_it_out_once(branch: Branch) -> None:
    branch.write([Edit("customers", "C1", {"note": None}, {"note": "x"})], who(branch, "CM1"), "portal", NOW)
    with ThreadPoolExecutor(10) as hands:
        looks = list(hands.map(lambda _: branch.look(NOW), range(10)))
        dues = list(hands.map(lambda look: look.dues, looks))
    assert len({id(look) for look in looks}) == 1
    assert len({id(one) for one in dues}) == 1


def test_a_rule_is_asked_again_only_when_a_ledger_it_reads_has_moved(branch: Branch) -> None:
    """A diary line moves no rating: the next look takes over what the last one found, rule by rule."""
    first = branch.look(NOW)
    assert len(first.dues)
    branch.write([Edit("diary", "D9", None, {"on": TODAY, "staff": "CM1", "content": "x"})], SYSTEM, "job", NOW)
    second = branch.look(NOW)
    rule = next(rule for rule in first.rules if rule.id == "R27")
    key = ("owed", tuple(rule.row.items()), first.calendar.version, int(first.ledgers.today))

    def asked() -> None:
        raise AssertionError("worked out again")

    assert second.ledgers.once(key, asked) is first.ledgers.once(key, asked)
    branch.write([Edit("ratings", "R1", {"grade": "AA"}, {"grade": "A"})], SYSTEM, "job", NOW)
    with pytest.raises(AssertionError, match="worked out again"):
        branch.look(NOW).ledgers.once(key, asked)


def test_a_file_is_whole_when_its_four_blocks_are(branch: Branch) -> None:
    """S8: basics, deposits and loans, rating and credit, key persons; a credit customer without a rating is not whole."""
    files = branch.look(NOW).completeness
    assert (files.share["C1"], files.missing["C1"]) == (100, ())
    assert "money" in files.missing["C2"]  # no account
    branch.store.write([Edit("customers", "C1", {"address": "示例路1号"}, {"address": None})], "system", "sheet", NOW)
    asked = sum(column.required for column in branch.book().tables["customers"].columns)
    files = branch.look(NOW).completeness
    assert files.share["C1"] == pytest.approx(100 * (3 + (asked - 1) / asked) / 4)
    assert files.missing["C1"] == ("basics",)


def test_a_credit_customer_without_a_rating_is_not_whole_and_one_who_does_not_borrow_needs_none(branch: Branch) -> None:
    gone = [Edit("ratings", row, {}, None) for row in branch.book().frame("ratings").query("customer == 'C1'")["id"]]
    branch.store.write(gone, "system", "sheet", NOW)
    files = branch.look(NOW).completeness
    assert files.missing["C1"] == ("credit",)
    assert files.share["C1"] == pytest.approx(87.5)
    branch.store.write([Edit("customers", "C1", {"flags": "credit;deposit"}, {"flags": "deposit"})], "system", "sheet", NOW)
    assert branch.look(NOW).completeness.share["C1"] == 100
