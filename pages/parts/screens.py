"""Which screens there are, for whom, and under which heading: the access matrix of the screen."""

from __future__ import annotations

from dataclasses import dataclass

ALL = ("customer_manager", "team_leader", "leader", "credit_officer", "president", "admin")
BUSINESS = ALL[:5]
GROUPS = ("work", "watch", "books")


@dataclass(frozen=True)
class Screen:
    """One page: its file and address share the key."""

    key: str
    roles: tuple[str, ...]
    group: str
    hidden: bool = False  # reached by a link, not by the menu
    writes: bool = False  # the ledger of the same name is written there and nowhere else

    @property
    def file(self) -> str:
        return f"{self.key}.py"


SCREENS = {
    screen.key: screen
    for screen in (
        Screen("today", ALL, "work"),
        Screen("customers", ALL, "work"),
        Screen("customer", ALL, "work", hidden=True),
        Screen("visits", BUSINESS, "work"),
        Screen("opportunities", BUSINESS, "work"),
        Screen("plans", BUSINESS, "work"),
        Screen("reviews", ("customer_manager", "team_leader", "leader", "president"), "work"),
        Screen("tasks", BUSINESS, "work"),
        Screen("act", ("customer_manager", "team_leader", "leader", "credit_officer"), "work", hidden=True),
        Screen("dashboard", ("customer_manager", "team_leader", "leader", "president"), "watch"),
        Screen("coverage", ("customer_manager", "team_leader", "leader", "president"), "watch"),
        Screen("alerts", ALL, "watch"),
        Screen("acknowledge", ("customer_manager", "team_leader", "credit_officer"), "watch", hidden=True),
        Screen("issues", ALL, "watch"),
        Screen("outbox", ALL, "watch"),
        Screen("receiving", ALL, "watch"),
        Screen("ledgers", ALL, "books"),
        Screen("importing", ("customer_manager", "team_leader", "leader", "credit_officer", "admin"), "books"),
        Screen("rules", ALL, "books", writes=True),
        Screen("dictionary", ("admin",), "books", writes=True),
        Screen("settings", ("admin",), "books"),
    )
}


def written_elsewhere(ledger: str) -> bool:
    """Whether a ledger has a page of its own on which alone it is written."""
    return ledger in SCREENS and SCREENS[ledger].writes
