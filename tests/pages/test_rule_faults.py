"""One cell of the rules sheet costs one rule at most, and everybody else's day stands: screen, mail, evidence and scan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from branch import clock
from branch.branch import Branch
from branch.look import Look
from branch.people import Actor, actor
from jobs import scan as job
from rules.verbs import VERBS
from sheets import sentences
from sheets.schema import Edit
from tests.pages.conftest import Open, said
from texts import Lang

LANGS: tuple[Lang, ...] = ("zh", "en")


@dataclass(frozen=True)
class Case:
    """`cells` of a rule's row; the Issue's column and code, "" for a row that can be followed. `works`: it still has dues."""

    rule: str
    cells: Mapping[str, str]
    column: str = ""
    code: str = ""
    works: bool = False


CASES = {
    "a date is compared": Case("R30", {"where": "expires_on>=2020-01-01"}, works=True),
    "a ledger without an owner": Case("R32", {"roles": "owner"}, "roles", "rule.no_owner"),
    "a level where there is no authority": Case("R32", {"lead": "level: head=3m"}, "lead", "rule.no_level"),
    "a cadence over a ledger without participants": Case("R11", {"event": "ratings", "date": "expires_on", "event_where": ""}, works=True),
    "a cadence over a ledger that names nobody": Case("R11", {"event": "accounts", "date": "opened_on", "event_where": ""}, works=True),
    "a response without an end": Case("R22", {"done": ""}, "done", "rule.blank"),
    "a brace": Case("R27", {"text_zh": "评级{", "text_en": "Rating {"}, "text_zh", "rule.bad_blank", works=True),
    "codes are not more or less": Case("R32", {"where": "risk_class>=normal"}, "where", "rule.bad_condition"),
    "a verb nobody has written yet": Case("R20", {"verb": "whenever"}, "verb", "rule.bad_verb"),
    "no verb": Case("R20", {"verb": ""}, "verb", "rule.bad_verb"),
    "a step on a window that is not there": Case("R30", {"remind": "60%"}, "remind", "rule.no_window"),
    "tiers where there is no customer": Case(
        "R24", {"subject": "staff", "date": "joined_on", "where": "", "tiers": "key"}, "tiers", "rule.no_customer"
    ),
    "an attribute": Case("R27", {"text_zh": "{customer.__class__.__mro__}"}, "text_zh", "rule.bad_blank", works=True),
    "a format": Case("R27", {"text_zh": "{customer:>300000000}"}, "text_zh", "rule.bad_blank", works=True),
    "a name no ledger knows": Case("R27", {"text_zh": "{x}到期"}, "text_zh", "rule.bad_blank", works=True),
}


def morning(here: Branch) -> datetime:
    """Nine o'clock of the next working day, on which nobody has had a mail yet."""
    look = here.look(clock.now())
    day = next(day for n in range(1, 15) if look.calendar.is_workday(day := look.today + timedelta(days=n)))
    return datetime(day.year, day.month, day.day, 9, 0)


def other_dues(look: Look, rule: str) -> set[tuple[str, str]]:
    dues = look.dues[~look.dues["rule"].isin([rule, "DATA"])]
    return set(zip(dues["key"], dues["state"].astype(str), strict=True))


def mails(found: job.Scan) -> dict[str, str]:
    """Digests by person."""
    rows = [dict(edit.after or {}) for edit in found.edits if edit.table == "outbox"]
    return {str(row["staff"]): str(row["text"]) for row in rows if row["kind"] == "digest"}


def tasks(look: Look, lang: Lang = "zh") -> set[str]:
    return {rule.name(lang) for rule in look.rules}


@pytest.fixture
def planted(here: Branch, request: pytest.FixtureRequest) -> Iterator[Case]:
    case: Case = request.param
    before = here.store.row("rules", case.rule)
    assert before is not None
    cells = {key: text or None for key, text in case.cells.items()}
    here.store.write([Edit("rules", case.rule, before, cells)], "ADM", "portal", clock.now())
    yield case
    now = here.store.row("rules", case.rule)
    here.store.write([Edit("rules", case.rule, now, {key: before[key] for key in cells})], "ADM", "portal", clock.now())


@pytest.fixture(scope="module")
def sound(here: Branch) -> tuple[Look, job.Scan]:
    """The look and the scan before anything is planted."""
    found = job.run(here, morning(here), dry_run=True)
    return found.look, found


ALL = [pytest.param(case, id=name) for name, case in CASES.items()]


@pytest.mark.parametrize("planted", ALL, indirect=True)
def test_the_scan_has_all_the_other_dues_and_an_issue_at_the_cell(sound: tuple[Look, job.Scan], here: Branch, planted: Case) -> None:
    before, _ = sound
    found = job.run(here, before.now, dry_run=True)
    assert other_dues(found.look, planted.rule) == other_dues(before, planted.rule)
    assert found.look.broken_rules == []
    assert bool((found.dues["rule"] == planted.rule).sum()) == planted.works
    issues = [issue for issue in found.issues if (issue.table, issue.row) == ("rules", planted.rule)]
    assert {issue.column for issue in issues} <= {*planted.cells, ""}
    if not planted.column:
        assert issues == []
        return
    issue = next(issue for issue in issues if issue.column == planted.column)
    assert issue.cell == f"{planted.rule}.{planted.column}"
    assert not planted.code or issue.code == planted.code
    spoken = [sentences.sentence(issue, found.look.tables, lang) for lang in LANGS]
    assert all(planted.rule in text for text in spoken)
    assert spoken[0] != spoken[1]


@pytest.mark.parametrize("planted", ALL, indirect=True)
def test_the_mails_go_to_the_same_people_and_name_every_other_task(sound: tuple[Look, job.Scan], here: Branch, planted: Case) -> None:
    look, before = sound
    after = mails(job.run(here, look.now, dry_run=True))
    name = next(rule.name("zh") for rule in look.rules if rule.id == planted.rule)
    others = tasks(look) - {name}
    for person, text in mails(before).items():
        named = {task for task in others if f"【{task}】" in text}
        assert named <= {task for task in others if f"【{task}】" in after.get(person, "")}, person
    assert not any("{" in text or "__" in text for text in after.values())


@pytest.mark.parametrize("planted", ALL, indirect=True)
def test_today_opens_and_the_administrator_sees_the_issue(here: Branch, opened: Open, planted: Case) -> None:
    for lang in LANGS if planted.works else ("zh",):
        at = opened("CM1", "today", lang=lang)
        assert not at.exception
        assert not any(mark in said(at) for mark in ("__class__", "{customer", "{x}"))
    mine = here.look(clock.now()).of(_person(here, "CM1")).work
    assert [int(one.value) for one in at.metric] == [
        int((mine["section"] == name).sum()) for name in ("overdue", "today", "soon", "escalated")
    ]
    for lang in LANGS if planted.column else ():
        issues = opened("ADM", "issues", lang=lang)
        assert not issues.exception
        issue = next(one for one in here.look(clock.now()).issues if one.row == planted.rule and one.column == planted.column)
        assert sentences.sentence(issue, here.book().tables, lang) in [
            str(text) for frame in issues.dataframe for text in frame.value["why"]
        ]


def _person(here: Branch, staff: str) -> Actor:
    found = actor(here.book(), staff)
    assert found is not None
    return found


def cards(look: Look) -> dict[tuple[str, Lang], Mapping[str, object]]:
    """The evidence of one due of each rule, in both languages."""
    dues = look.dues[look.dues["rule"] != "DATA"].sort_values("key").groupby("rule", observed=True).head(1)
    places = list(zip(dues["rule"].astype(str), dues["row"], dues["occurrence"], strict=True))
    return {(rule, lang): look.why(rule, row, lang, occurrence) for rule, row, occurrence in places for lang in LANGS}


@pytest.fixture(scope="module")
def evidence(sound: tuple[Look, job.Scan]) -> dict[tuple[str, Lang], Mapping[str, object]]:
    return cards(sound[0])


@pytest.mark.parametrize("planted", ALL, indirect=True)
def test_the_evidence_of_every_other_rule_is_what_it_was(
    sound: tuple[Look, job.Scan], evidence: dict[tuple[str, Lang], Mapping[str, object]], here: Branch, planted: Case
) -> None:
    look = here.look(sound[0].now)
    now = cards(look)
    others = {key for key in evidence if key[0] != planted.rule}
    assert len(others) > 20
    assert {key: now[key] for key in others} == {key: evidence[key] for key in others}
    for _, due in look.dues[look.dues["rule"] == planted.rule].head(3).iterrows():
        for lang in LANGS:
            card = look.why(planted.rule, str(due["row"]), lang, str(due["occurrence"]))
            assert card["because"]
            assert not {"{", "}"} & set(str(card["sentence"]))


def broken(*_: object) -> object:
    raise ZeroDivisionError("division by zero")


@pytest.mark.parametrize("field", ["dues", "undated", "watched"])
def test_a_verb_that_fails_is_told_to_the_administrator_once_a_day(
    here: Branch, opened: Open, monkeypatch: pytest.MonkeyPatch, field: str
) -> None:
    """All its rules are missing and are listed; the rules of the other verbs go on."""
    now = morning(here)
    sound = job.run(here, now, dry_run=True)
    monkeypatch.setitem(VERBS, "response", replace(VERBS["response"], **{field: broken}))
    fresh = Branch(here.settings, here.store)
    found = job.run(fresh, now, dry_run=True)
    lost = {rule.id for rule in found.look.rules if rule.verb == "response"}
    assert {(issue.row, issue.column, issue.code) for issue in found.look.broken_rules} == {(rule, "id", "rule.broken") for rule in lost}
    keys = {str(key) for key, rule in zip(sound.dues["key"], sound.dues["rule"], strict=True) if rule not in {*lost, "DATA"}}
    assert keys <= set(found.dues["key"])
    assert not set(found.dues["rule"]) & lost
    notices = [edit for edit in found.edits if edit.table == "outbox" and edit.id.startswith("notice|broken_rules|")]
    assert [edit.id for edit in notices] == [f"notice|broken_rules|ADM|{now.date()}"]
    text = str((notices[0].after or {})["text"])
    assert all(rule in text for rule in lost)
    monkeypatch.setattr("pages.parts.guard.branch", lambda: fresh)
    at = opened("ADM", "issues")
    assert not at.exception
    assert all(rule in said(at) for rule in lost)
    at = opened("CM1", "today")
    assert not at.exception
    assert len(at.metric) == 4


def test_the_notice_of_a_broken_rule_is_in_the_outbox_once_a_day(here: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    now = morning(here)
    monkeypatch.setitem(VERBS, "response", replace(VERBS["response"], dues=broken))
    fresh = Branch(here.settings, here.store)

    def notices() -> list[str]:
        return [key for key in fresh.book().frame("outbox")["id"] if key.startswith("notice|broken_rules|")]

    job.run(fresh, now)
    job.run(fresh, now + timedelta(minutes=5))
    job.run(fresh, now + timedelta(hours=3))
    assert len(notices()) == 1
    job.run(fresh, now + timedelta(days=1))
    assert len(notices()) == 2
