"""Setup · health: the box that lets Huce start with the computer, and the line for an administrator while it does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from branch import startup
from branch.autostart import Start
from branch.branch import Branch
from branch.startup import Startup
from pages.parts import startup as part
from tests.branch.test_startup import Said
from tests.pages.conftest import Open, said


@pytest.fixture
def system(tmp_path: Path, here: Branch, monkeypatch: pytest.MonkeyPatch) -> Startup:
    """A computer that does what it is told."""
    one = Startup(Start(tmp_path / "python", here.settings.home), "linux", tmp_path, Said())
    monkeypatch.setattr(startup, "of", lambda _: one)
    return one


def health(opened: Open) -> AppTest:
    at = opened("ADM", "settings")
    at.session_state["setup.part"] = "health"
    return at.run()


def test_the_button_switches_it_on_and_off(opened: Open, system: Startup) -> None:
    at = health(opened)
    assert "随电脑启动 · 未开启" in said(at).replace("*", "")
    at.button(key="setup.startup").click().run()
    assert system.is_on()
    assert "随电脑启动 · 已开启" in said(at).replace("*", "")
    assert "由后台接着运行" in said(at)
    at.button(key="setup.startup").click().run()
    assert not system.is_on()
    assert "正在运行的户策不受影响" in said(at)


def test_a_computer_that_refuses_is_quoted(opened: Open, system: Startup, monkeypatch: pytest.MonkeyPatch) -> None:
    refusing = replace(system, run=Said(enable=(1, "Access denied")))
    monkeypatch.setattr(startup, "of", lambda _: refusing)
    at = health(opened)
    at.button(key="setup.startup").click().run()
    assert not at.exception
    assert "Access denied" in said(at)
    assert "未开启" in said(at)


def test_the_line_is_for_administrators_and_can_be_dismissed_for_good(
    opened: Open, here: Branch, system: Startup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shown here where the box stands; a page may place it where it likes."""
    assert not system.is_on()
    monkeypatch.setattr(part, "draw", lambda desk: part.reminder(desk, "settings"))
    assert "没有设为随电脑启动" not in said(health(opened)), "a sample branch needs none"
    at, kept = health(opened), here.settings
    here.settings = kept.model_copy(update={"demo": False})
    try:
        at.run()
        assert not at.exception
        assert "没有设为随电脑启动" in said(at)
        at.button(key="startup.dismiss").click().run()
        assert "没有设为随电脑启动" not in said(at)
        assert here.store.private.marks()[startup.DISMISSED][0] == "ADM"
        assert "没有设为随电脑启动" not in said(at.run())
    finally:
        here.settings = kept
