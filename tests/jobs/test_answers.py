"""What people answer to alerts: seen, later, waived; each is kept to, and none of them loses a due."""

from __future__ import annotations

from datetime import date

import pytest

from jobs.scan import rows
from jobs.scan import run as scan
from sheets.schema import Edit
from tests.jobs.test_digest import DUE, ids, mail, two_lines
from tests.jobs.world import alerts, at, set_, write


def test_acknowledged_is_not_repeated_until_the_next_step(branch):
    two_lines(branch)
    scan(branch, at("2026-11-10 08:30"))
    seen = {
        "alert": f"{DUE}|due|customer_manager|digest",
        "due_key": DUE,
        "act": "acknowledge",
        "staff": "M1",
        "at": at("2026-11-10 09:00"),
    }
    set_(branch, "credit_lines", "N2", "2026-11-10 09:00", submitted_on=date(2026, 11, 10))
    write(branch, [Edit("responses", "A1", None, seen)], "2026-11-10 09:00")
    scan(branch, at("2026-11-11 08:30"))
    assert "digest|M1|2026-11-11" in ids(branch), "overdue is a new step"
    late = seen | {"alert": f"{DUE}|overdue|customer_manager|immediate", "promised_on": date(2026, 11, 13)}
    write(branch, [Edit("responses", "A2", None, late)], "2026-11-11 09:00")
    for day, told in (("12", False), ("13", False), ("16", True)):
        scan(branch, at(f"2026-11-{day} 08:30"))
        assert (f"digest|M1|2026-11-{day}" in ids(branch)) is told, day


def test_an_acknowledgement_of_another_person_silences_nobody(branch):
    two_lines(branch)
    scan(branch, at("2026-11-10 08:30"))
    seen = {
        "alert": f"{DUE}|due|customer_manager|digest",
        "due_key": DUE,
        "act": "acknowledge",
        "staff": "L1",
        "at": at("2026-11-10 09:00"),
    }
    write(branch, [Edit("responses", "A1", None, seen)], "2026-11-10 09:00")
    scan(branch, at("2026-11-11 08:30"))
    assert "digest|M1|2026-11-11" in ids(branch)


@pytest.mark.parametrize(("until", "woken", "told"), [(date(2026, 11, 9), False, ["05", "09"]), (None, True, ["05", "06", "09"])])
def test_put_off_waits_for_its_day_and_wakes(branch, until, woken, told):
    """N1 is due soon from 3 November; put off on the 5th, it is back on its day, and always once due."""
    two_lines(branch)
    scan(branch, at("2026-11-05 08:30"))
    later = {"due_key": DUE, "act": "snooze", "staff": "M1", "at": at("2026-11-05 09:00"), "until": until or date(2026, 11, 10)}
    write(branch, [Edit("responses", "S1", None, later)], "2026-11-05 09:00")
    if woken:
        wake = {"due_key": DUE, "act": "wake", "staff": "M1", "at": at("2026-11-05 10:00")}
        write(branch, [Edit("responses", "S2", None, wake)], "2026-11-05 10:00")
    for day in ("06", "09", "10"):
        scan(branch, at(f"2026-11-{day} 08:30"))
    days = [key[-2:] for key in ids(branch) if key.startswith("digest|M1|")]
    assert days == [*told, "10"]


def test_snoozed_past_its_due_day_is_told_all_the_same(branch):
    two_lines(branch)
    later = {"due_key": DUE, "act": "snooze", "staff": "M1", "at": at("2026-11-05 09:00"), "until": date(2026, 12, 1)}
    write(branch, [Edit("responses", "S1", None, later)], "2026-11-05 09:00")
    scan(branch, at("2026-11-10 08:30"))
    assert "digest|M1|2026-11-10" in ids(branch)


def waive(branch, who, act="waive", now="2026-11-10 09:00", reason="客户已结清，无需续授信"):
    said = {"due_key": DUE, "act": act, "staff": who, "at": at(now), "reason": reason}
    write(branch, [Edit("responses", f"{act}{who}{now[-5:]}", None, said)], now)


def state_of(branch, now):
    return {row["row"]: row["state"] for row in rows(scan(branch, at(now), dry_run=True), "zh", every=True)}


def test_what_a_leader_waives_with_a_reason_is_neither_told_nor_escalated(branch):
    two_lines(branch)
    scan(branch, at("2026-11-10 08:30"))
    waive(branch, "B1")
    found = scan(branch, at("2026-11-10 09:05"))
    assert found.closed == 1
    assert state_of(branch, "2026-11-10 09:06") == {"N1": "waived", "N2": "due_soon"}
    scan(branch, at("2026-11-11 08:30"))
    assert [key for key in ids(branch) if "2026-11-11" in key] == ["digest|M2|2026-11-11"]
    assert "open" not in alerts(branch).values()


@pytest.mark.parametrize(("who", "reason"), [("M1", "不想做"), ("L1", "同意"), ("A1", "测试"), ("B1", None)])
def test_a_waiver_by_anybody_else_or_without_a_reason_is_none(branch, who, reason):
    """It may have come in through a sheet, past every form."""
    two_lines(branch)
    waive(branch, who, reason=reason)
    scan(branch, at("2026-11-10 09:00"))
    assert "digest|M1|2026-11-10" in ids(branch)


def test_a_waiver_taken_back_by_the_leader_brings_the_due_back(branch):
    two_lines(branch)
    waive(branch, "B1", now="2026-11-09 09:00")
    waive(branch, "M1", act="wake", now="2026-11-09 09:30", reason=None)
    scan(branch, at("2026-11-10 08:30"))
    assert "digest|M1|2026-11-10" not in ids(branch), "the manager cannot take it back"
    waive(branch, "B1", act="wake", now="2026-11-10 10:00", reason=None)
    scan(branch, at("2026-11-11 08:30"))
    assert "已逾期1天" in mail(branch, "digest|M1|2026-11-11")["text"]
    assert "digest|L1|2026-11-11" in ids(branch)
