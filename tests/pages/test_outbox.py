"""The outbox offers the administrator, and nobody else, what can be done about a mail that did not leave."""

from __future__ import annotations

from branch import clock
from branch.branch import Branch
from sheets.schema import Edit
from tests.pages.conftest import Open, said


def test_a_dead_letter_and_one_in_doubt_have_buttons_for_the_administrator_alone(here: Branch, opened: Open) -> None:
    key = str(here.book().frame("outbox")["id"].iloc[0])
    for state, offered in (("failed", ["again"]), ("possibly", ["again", "arrived"])):
        row = here.store.row("outbox", key)
        assert row is not None
        edit = Edit("outbox", key, row, {"state": state, "created_at": clock.now()})
        here.store.write([edit], "system", "job", clock.now())
        page = opened("ADM", "outbox", row=key)
        assert [one.key for one in page.button if str(one.key).startswith("outbox.")] == [f"outbox.{one}" for one in offered]
        assert not [one for one in opened("BL1", "outbox", row=key).button if str(one.key).startswith("outbox.")]
    page = opened("ADM", "outbox", row=key)
    page.button(key="outbox.arrived").click().run()
    assert "已记为送达" in said(page)
    stored = here.store.row("outbox", key)
    assert stored is not None
    assert stored["state"] == "sent"
