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
        Screen("alerts", ALL, "watch"),
        Screen("issues", ALL, "watch"),
        Screen("outbox", ALL, "watch"),
        Screen("ledgers", ALL, "books"),
        Screen("importing", ("customer_manager", "team_leader", "leader", "credit_officer", "admin"), "books"),
        Screen("settings", ("admin",), "books"),
    )
}
