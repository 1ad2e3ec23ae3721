"""A branch in which every ledger has rows of three hands, and a way to open a page of it as somebody."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from branch import accounts, clock
from branch.branch import Branch
from jobs.scan import run as scan
from pages.parts import guard, house
from rules import calendar as calendars
from tests.branch import rooms

ROOT = Path(__file__).parents[2]
PERSON = {
    "customer_manager": "CM1", "team_leader": "TL1", "leader": "BL1", "credit_officer": "CR1", "president": "VW1", "admin": "ADM",
}  # fmt: skip
Open = Callable[..., AppTest]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("pages") / "home"
    opened, now = rooms.make(home), clock.now()
    for moment in sorted({_morning(now), now}):
        scan(opened, moment, yes=True)
    opened.store.close()
    return home


def _morning(now: datetime) -> datetime:
    """The last moment at which the morning's mails went: the pages are tried on any day and hour."""
    days, at = calendars.make(), datetime.combine(now.date(), time(9))
    while at > now or not days.is_workday(at.date()):
        at -= timedelta(days=1)
    return now if at.date() == now.date() else at


@pytest.fixture(scope="module")
def here(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Branch]:
    """The branch as the pages of this process have it open; a copy for each module of tests."""
    before = os.environ.get("HUCE_HOME")
    os.environ["HUCE_HOME"] = str(shutil.copytree(made, tmp_path_factory.mktemp("copied") / "home"))
    yield house.branch()
    os.environ.pop("HUCE_HOME") if before is None else os.environ.update(HUCE_HOME=before)


@pytest.fixture
def token() -> list[str]:
    """The cookie of the browser: empty for a stranger."""
    return [""]


@pytest.fixture
def opened(here: Branch, token: list[str], monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens a page as a person (a staff number, "" for nobody): the router first, as a browser does."""
    monkeypatch.setattr(guard, "session_token", lambda: token[0])

    def page(person: str, screen: str, *, lang: str = "zh", **query: str) -> AppTest:
        token[0] = accounts.pick(here, person, clock.now()) if person else ""
        at = AppTest.from_file(str(ROOT / "pages" / "main.py"), default_timeout=30)
        at.session_state["language"] = lang
        if screen != "today":
            at.switch_page(f"{screen}.py")
        for key, value in query.items():
            at.query_params[key] = value
        return at.run()

    return page


def said(at: AppTest) -> str:
    """Everything a page says, in its order; data in labels without the marks that keep it literal."""
    kinds = (at.title, at.header, at.subheader, at.markdown, at.text, at.caption, at.info, at.warning, at.error, at.success, at.metric)
    parts = [str(one.value) for kind in kinds for one in kind]
    parts += [str(frame.value.to_dict()) for frame in at.dataframe]
    return "\n".join(parts).replace("\\", "").replace("\u2060", "")
