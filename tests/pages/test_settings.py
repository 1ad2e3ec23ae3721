"""Settings that somebody changes beside the running portal."""

from __future__ import annotations

from branch import settings
from branch.branch import Branch
from pages.parts import house


def test_what_the_terminal_sets_while_the_portal_runs_holds_at_once(here: Branch) -> None:
    house.branch()
    settings.save(here.settings.home, {"name_zh": "改名支行"})
    assert house.branch() is here
    assert here.settings.name_zh == "改名支行"


def test_half_typed_settings_leave_the_good_ones_in_force(here: Branch) -> None:
    file = here.settings.home / settings.FILE
    good, name = file.read_text("utf-8"), here.settings.name_zh
    file.write_text(good.replace('name_zh = "', "name_zh = "), "utf-8")
    try:
        assert house.branch().settings.name_zh == name
    finally:
        file.write_text(good, "utf-8")
