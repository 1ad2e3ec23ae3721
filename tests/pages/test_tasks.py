"""交办: who may hand out sees the form, who was given one reports it, and everybody sees only their own."""

from __future__ import annotations

import pytest

from branch import clock
from branch.branch import Branch
from sheets.schema import Edit
from tests.branch.rooms import who
from tests.pages.conftest import Open, said
from tests.pages.test_access import NOT_FOUND


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("staff", "hands_out"), [("CM1", False), ("TL1", True), ("BL1", True), ("CR1", False), ("VW1", False)])
def test_the_page_of_each_role(opened: Open, staff: str, hands_out: bool, lang: str) -> None:
    at = opened(staff, "tasks", lang=lang)
    assert not at.exception
    assert bool([one for one in at.toggle if one.key == "tasks.adding"]) is hands_out


def test_an_administrator_has_no_part_in_it(opened: Open) -> None:
    assert NOT_FOUND in said(opened("ADM", "tasks"))


def test_a_task_is_assigned_from_a_due_of_todays_escalations(opened: Open, here: Branch) -> None:
    look = here.look(clock.now())
    dues = look.of(who(here, "TL1", clock.now().date())).dues
    due = dues[(dues["person"] == "CM1") & (dues["customer"] == "C1")].iloc[0]
    at = opened("TL1", "tasks", about=str(due["key"]))
    assert not at.exception
    form = f"tasks.new.{due['key']}"
    assert "启岚机械" in at.text_area(key=f"{form}.what").value
    before = set(here.book().frame("tasks")["id"])
    [save] = [one for one in at.button if str(one.key).startswith(f"{form}.save")]
    at = save.click().run()
    assert not at.exception
    [new] = set(here.book().frame("tasks")["id"]) - before
    there = here.store.row("tasks", new) or {}
    assert (there["owner"], there["assigned_by"], there["customer"], there["row"]) == ("CM1", "TL1", "C1", str(due["row"]))


def test_what_was_assigned_stands_on_todays_list_and_opens_its_report(opened: Open, here: Branch) -> None:
    now = clock.now()
    here.write(
        [Edit("tasks", "B77", None, {"what": "催办回执", "owner": "CM2", "due_on": now.date()})], who(here, "TL1", now.date()), "app", now
    )
    at = opened("CM2", "today")
    assert "催办回执" in said(at)
    key = next(str(one) for one in here.look(clock.now()).dues["key"] if "|B77|" in one)
    at = opened("CM2", "act", due=key)
    assert not at.exception
    at.text_area(key=f"act.{key}.report").set_value("已收回")
    [save] = [one for one in at.button if str(one.key).startswith(f"act.{key}.save")]
    save.click().run()
    assert (here.store.row("tasks", "B77") or {})["status"] == "done"


def test_words_of_the_address_that_name_nothing_are_left_out(opened: Open) -> None:
    at = opened("TL1", "tasks", about="of:nothing", part="never", row="B0")
    assert not at.exception
