"""How colleagues reach the portal: never by an address that means their own computer, and only when somebody has said so."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from branch import access, reach, settings
from branch.branch import Branch
from branch.opening import create
from branch.people import SYSTEM, Actor
from branch.settings import Portal
from texts import Fault
from web import serving

NOW = datetime(2026, 11, 23, 9, 0)
ADMIN = Actor("ADM", "朱红", "admin", "", "zh")


@pytest.fixture
def branch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Branch:
    monkeypatch.setattr(reach, "addresses", lambda: ["10.1.2.3"])
    return create(tmp_path / "home", NOW)


@pytest.mark.parametrize("portal", [{}, {"address": "::1"}, {"url": "http://localhost:8501"}, {"url": "http://127.0.0.7"}])
def test_an_address_of_this_computer_alone_is_none_for_colleagues(branch: Branch, portal: dict[str, str]) -> None:
    branch.settings = settings.save(branch.settings.home, {"portal": portal})
    assert reach.base(branch.settings) == ""


def test_the_switch_listens_to_the_network_and_back(branch: Branch) -> None:
    reach.let_in(branch, ADMIN, "10.1.2.3", 8601, NOW)
    assert reach.base(branch.settings) == "http://10.1.2.3:8601"
    assert (branch.settings.portal.address, branch.settings.portal.port) == (reach.EVERYWHERE, 8601)
    reach.keep_out(branch, ADMIN, NOW)
    assert (branch.settings.portal.address, reach.base(branch.settings)) == ("127.0.0.1", "")


def test_only_the_administrator_turns_it_and_only_to_an_address_that_is_there(branch: Branch) -> None:
    with pytest.raises(access.Denied):
        reach.let_in(branch, SYSTEM, "10.1.2.3", 8601, NOW)
    with pytest.raises(Fault) as refused:
        reach.let_in(branch, ADMIN, "10.9.9.9", 8601, NOW)
    assert "不是这台电脑现在的地址" in refused.value.say("zh")
    assert branch.settings.portal == Portal()


def test_a_portal_that_is_not_there_is_told_with_what_the_system_says() -> None:
    found = reach.ask("http://127.0.0.1:9")
    assert not found.ok
    assert found.said


def test_the_addresses_of_this_computer_never_mean_itself() -> None:
    assert not [one for one in reach.addresses() if reach.is_here(one)]


def test_a_line_is_opened_under_known_names_once_there_is_an_address_for_colleagues() -> None:
    """Another site's name made to lead to this computer gets no line."""
    assert serving.hosts(Portal()) == []
    assert serving.hosts(Portal(address=reach.EVERYWHERE, url="http://10.1.2.3:8501")) == ["10.1.2.3", "localhost", "127.0.0.1", "::1"]


@pytest.mark.parametrize("system", ["windows", "linux"])
def test_the_firewall_opens_one_port_to_the_own_network_only(system: reach.System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "addresses", lambda: ["10.1.2.3"])
    command = reach.firewall(system, 8601)
    assert "8601" in command
    assert ("LocalSubnet" if system == "windows" else "10.1.2.0/24") in command
