"""What the screen lists is what the scan finds and the mail tells: one function, seen by each through the ladder."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest

from branch import access, acts, duties
from branch.branch import Branch
from jobs import items, ledger
from jobs import scan as job
from rules import due, ladder
from sheets.schema import Edit, Lang
from tests.branch.rooms import NOW, TODAY, who

PEOPLE = ("CM1", "CM2", "CM3", "TL1", "TL2", "BL1", "BL2", "CR1", "VW1", "ADM")
OPEN = ("overdue", "due_today", "due_soon")


def owed(branch: Branch, staff: str) -> set[tuple[str, str]]:
    """(key, state) of what the screen calls his own, of the states a scan lists."""
    found = duties.dues(branch, who(branch, staff), NOW)
    mine = found[found["mine"] & found["state"].isin(OPEN)]
    return set(zip(mine["key"], mine["state"], strict=True))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_today_shows_each_person_exactly_what_the_scan_says_he_owes(branch: Branch, lang: Lang) -> None:
    found = job.scan(branch, NOW, dry_run=True)
    states = {row["key"]: row["state"] for row in job.rows(branch, found, lang)}
    roles = dict(zip(found.dues["key"], found.dues["roles"], strict=True))
    told: dict[str, set[tuple[str, str]]] = {staff: set() for staff in PEOPLE}
    for row in job.rows(branch, found, lang):
        for to in row["to"]:
            if to["person"] in told and to["role"] in roles[row["key"]].split(";") and states[row["key"]] in OPEN:
                told[to["person"]].add((row["key"], row["state"]))
    assert {staff: owed(branch, staff) for staff in PEOPLE} == told
    assert sum(map(len, told.values())) > 20


def test_the_mail_of_the_morning_lists_what_the_screen_lists(branch: Branch) -> None:
    """The digest's items and the screen's dues of one's own are the same keys, person by person."""
    job.scan(branch, NOW)
    book, rules = branch.book(), branch.rules()[0]

    def tardy(at: pd.Series, channel: pd.Series) -> object:
        return ledger.tardy(at, channel, now=NOW, digest_at=branch.settings.jobs.digest_at, calendar=branch.calendar())

    mails = items.pick(book, rules, branch.dues(NOW), tardy, NOW)  # type: ignore[arg-type]
    for staff in PEOPLE:
        mine = mails[(mails["person"] == staff) & mails["section"].isin(("today", "overdue", "week", "waiting"))]
        shown = {key for key, _ in owed(branch, staff)}
        listed = set(mine.loc[mine["state"].isin(OPEN), "key"])
        assert listed == shown, staff


def test_everybody_sees_the_dues_of_his_scope_and_of_no_other(branch: Branch) -> None:
    for staff, customers in (
        ("CM1", {"C1", "C2", "C4"}),
        ("CM2", {"C3"}),
        ("TL1", {"C1", "C2", "C3", "C4"}),
        ("TL2", {"C5"}),
        ("BL2", {"C5"}),
    ):
        found = duties.dues(branch, who(branch, staff), NOW)
        assert set(found["customer"]) - {""} <= customers, staff
        assert len(found)
    whole = duties.dues(branch, who(branch, "VW1"), NOW)
    assert {"C1", "C3", "C5"} <= set(whole["customer"])
    assert not whole["mine"].any()


def test_a_due_is_in_the_state_its_day_says(branch: Branch) -> None:
    found = duties.dues(branch, who(branch, "VW1"), NOW)
    days = (found["due"] - pd.Timestamp(TODAY)).dt.days
    assert (found.loc[days < 0, "state"] == "overdue").all()
    assert (found.loc[days == 0, "state"] == "due_today").all()
    assert (found.loc[(days > 0) & (days <= 7), "state"] == "due_soon").all()
    assert (found.loc[days > 7, "state"] == "planned").all()
    assert list(found["state"]) == sorted(found["state"], key=due.URGENCY.index)


def test_done_it_is_gone_from_the_list_at_once(branch: Branch) -> None:
    cm1 = who(branch, "CM1")
    mine = duties.dues(branch, cm1, NOW)
    one = mine[(mine["rule"] == "R32") & (mine["row"] == "J1")].iloc[0]
    act = acts.act(branch, one, cm1, "zh")
    assert act is not None
    assert (act.table, act.row, act.column) == ("loans", "J1", "notice_on")
    branch.save([acts.edit(branch, act, cm1, NOW)], cm1, NOW)
    assert one["key"] not in set(duties.dues(branch, cm1, NOW)["key"])


def test_the_button_of_a_due_is_his_who_may_press_it(branch: Branch) -> None:
    """What is the credit officer's to send is not offered to the manager, and the other way round."""
    every = branch.dues(NOW)
    for staff in ("CM1", "TL1", "BL1", "CR1", "VW1", "ADM"):
        actor = who(branch, staff)
        for _, one in every.iterrows():
            act = acts.act(branch, one, actor, "zh")
            if act is None or act.page:
                continue
            edit = acts.edit(branch, act, actor, NOW)
            access.check_edit(branch.book(), edit, actor)
    assert all(acts.act(branch, one, who(branch, "VW1"), "zh") is None for _, one in every.iterrows())


def test_a_deputy_owes_what_the_absent_owed(branch: Branch) -> None:
    before = {key for key, _ in owed(branch, "CM3")}
    assert before
    leave = {"staff": "CM3", "from_on": TODAY, "to_on": TODAY, "deputy": "CM1"}
    branch.store.write([Edit("leave", "L", None, leave)], "system", "terminal", NOW)
    assert before <= {key for key, _ in owed(branch, "CM1")}
    assert owed(branch, "CM3") == set()


def test_what_nobody_holds_climbs_to_the_next(branch: Branch) -> None:
    before = {key for key, _ in owed(branch, "CM2")}
    branch.store.write([Edit("staff", "CM2", {"status": "active"}, {"status": "left"})], "system", "terminal", NOW)
    assert before <= {key for key, _ in owed(branch, "TL1")}


def test_a_waived_due_is_on_no_list_until_it_is_woken(branch: Branch) -> None:
    key = next(key for key, _ in owed(branch, "CM1"))
    for number, act in enumerate(("waive", "wake")):
        said = {"due_key": key, "act": act, "staff": "BL1", "at": NOW + timedelta(minutes=number), "reason": "停产"}
        branch.store.write([Edit("responses", act, None, said)], "BL1", "portal", NOW)
        assert (key in {k for k, _ in owed(branch, "CM1")}) == (act == "wake")


def test_what_climbed_since_yesterday_is_told_to_whom_it_climbed(branch: Branch) -> None:
    seen = duties.escalated(branch, who(branch, "TL1"), NOW)
    steps = branch.steps(NOW)
    climbed = steps[steps["step"].str.startswith("+") & (steps["at"] >= pd.Timestamp(TODAY - timedelta(days=3)))]
    every = branch.dues(NOW)[["key", "customer", "owner", "officer"]]
    told = ladder.resolve(climbed.merge(every, on="key"), branch.book(), TODAY)
    assert seen == set(told.loc[told["person"] == "TL1", "key"])
    assert not duties.escalated(branch, who(branch, "CM1"), NOW)


def test_one_reckoning_serves_everybody_until_something_is_saved(branch: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    real = Branch.dues
    monkeypatch.setattr(Branch, "dues", lambda self, now: asked.append(now) or real(self, now))
    for staff in PEOPLE:
        duties.dues(branch, who(branch, staff), NOW)
        duties.dues(branch, who(branch, staff), NOW + timedelta(seconds=90))
    assert len(asked) == 1
    branch.save([Edit("customers", "C1", {"note": None}, {"note": "x"})], who(branch, "CM1"), NOW)
    duties.dues(branch, who(branch, "CM1"), NOW)
    assert len(asked) == 2


def test_completeness_is_the_share_of_what_is_asked_for(branch: Branch) -> None:
    full = duties.completeness(branch)
    assert full["C1"] == 100
    branch.store.write([Edit("customers", "C1", {"address": "示例路1号"}, {"address": None})], "system", "sheet", NOW)
    asked = sum(column.required for column in branch.tables()["customers"].columns)
    assert duties.completeness(branch)["C1"] == pytest.approx(100 * (asked - 1) / asked)
