"""The first hour of a branch: every page on an empty one, and the administrator's way from there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from branch import accounts, clock
from branch.branch import Branch, create
from branch.people import SYSTEM
from pages.parts import guard, house
from pages.parts.screens import ALL, SCREENS
from sheets.schema import Edit
from tests.pages.conftest import PERSON, ROOT, said

PASSWORD = "望川 支行 2026 秋"
Open = Callable[..., AppTest]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Branch]:
    """A branch of one hour: the administrator, and one person of each role that they have entered; nothing else."""
    home = tmp_path_factory.mktemp("first") / "home"
    made = create(home, clock.now())
    accounts.set_up(made, accounts.setup_key(made, clock.now()), "ADM", "朱红", PASSWORD, clock.now(), "adm@bank.example")
    people = [
        Edit("staff", key, None, {"name": f"员工{key}", "role": role, "status": "active"}) for role, key in PERSON.items() if key != "ADM"
    ]
    made.write(people, SYSTEM, "portal", clock.now())
    made.store.close()
    before = os.environ.get("HUCE_HOME")
    os.environ["HUCE_HOME"] = str(home)
    yield house.branch()
    os.environ.pop("HUCE_HOME") if before is None else os.environ.update(HUCE_HOME=before)


@pytest.fixture
def opened(fresh: Branch, monkeypatch: pytest.MonkeyPatch) -> Open:
    token = [""]
    monkeypatch.setattr(guard, "session_token", lambda: token[0])

    def page(person: str, screen: str, *, lang: str = "zh", **query: str) -> AppTest:
        if not fresh.store.private.password(person):
            accounts.accept(fresh, accounts.invite(fresh, SYSTEM, person, clock.now()), PASSWORD, clock.now())
        token[0] = accounts.sign_in(fresh, person, PASSWORD, "here", clock.now())
        at = AppTest.from_file(str(ROOT / "pages" / "main.py"), default_timeout=30)
        at.session_state["language"] = lang
        if screen != "today":
            at.switch_page(f"{screen}.py")
        for key, value in query.items():
            at.query_params[key] = value
        return at.run()

    return page


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("role", ALL)
@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_opens_on_an_empty_branch(opened: Open, screen: str, role: str, lang: str) -> None:
    at = opened(PERSON[role], screen, lang=lang)
    assert not at.exception
    assert not at.error
    assert said(at)
    if role in SCREENS[screen].roles and not SCREENS[screen].hidden:
        assert at.title
