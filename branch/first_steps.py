"""The way of a new branch to its first mail, step by step: what is done, what was found, and what comes next."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from branch import access, first_scan, status
from branch.look import Look
from branch.settings import Settings
from branch.status import Marks

if TYPE_CHECKING:
    from datetime import datetime

    from branch.branch import Branch
    from branch.people import Actor

LATER = "first:later"  # the steps that were left for later, by ";"
OVER = "first:over"  # "yes" when the list was done and has been put away


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `found` says in which words what there is is told, `values` are the figures of that sentence."""

    key: str
    done: bool
    found: str
    values: Mapping[str, object]
    later: bool = False
    needed: bool = True


def steps(look: Look, able: Collection[str], invited: Collection[str], known: Marks) -> list[Step]:
    """Every step in its order. `able`: who can sign in; `invited`: whose invitation is open."""
    later = status.value(known, LATER).split(";")
    found = [_branch(look), _people(look), _customers(look), _mail(look, known), _access(able, invited), _scan(look, known), _sheet(look)]
    return [Step(one.key, one.done, one.found, one.values, not one.done and one.key in later, one.needed) for one in found]


def is_done(found: Collection[Step]) -> bool:
    """Whether all that a branch needs is there."""
    return all(step.done for step in found if step.needed)


def next_of(found: Collection[Step]) -> Step | None:
    """The step that comes next: the first that is neither done nor left for later."""
    return next((step for step in found if not step.done and not step.later), None)


def is_over(known: Marks) -> bool:
    return status.value(known, OVER) == "yes"


def put_off(branch: Branch, by: Actor, key: str, now: datetime, *, later: bool) -> None:
    """Leaves a step for later, or brings it back. Raises Denied."""
    access.only_admin(by)
    kept = [one for one in status.value(branch.store.private.marks(), LATER).split(";") if one and one != key]
    branch.store.private.mark(LATER, ";".join([*kept, key] if later else kept), now)


def put_away(branch: Branch, by: Actor, now: datetime) -> None:
    """The list is done and is not shown again. Raises Denied."""
    access.only_admin(by)
    branch.store.private.mark(OVER, "yes", now)


def _branch(look: Look) -> Step:
    chosen, live = look.settings, look.settings.policy.live_since
    named = chosen.name_zh != Settings.model_fields["name_zh"].default
    values = {"name_zh": chosen.name_zh, "name_en": chosen.name_en, "day": live}
    found = "whole" if named and live else "named" if named else "dated" if live else "none"
    return Step("branch", named and live is not None, found, values)


def _people(look: Look) -> Step:
    staff, teams = look.book.frame("staff"), look.book.frame("teams")
    here = staff[staff["status"].astype(str) != "left"]
    others = int((here["role"].astype(str) != "admin").sum())
    return Step("people", bool(others and len(teams)), "some", {"people": len(here), "teams": len(teams)})


def _customers(look: Look) -> Step:
    count = len(look.book.frame("customers"))
    return Step("customers", count > 0, "some" if count else "none", {"count": count})


def _mail(look: Look, known: Marks) -> Step:
    """Done when a server is set and has taken a mail; nothing else proves it."""
    mails, host = look.book.frame("outbox"), look.settings.smtp.host
    left = mails.loc[(mails["state"].astype(str) == "sent") & (mails["error"].fillna("").astype(str) != "eml")]
    resting = status.paused(known) is not None
    found = "none" if not host else "resting" if resting else "sent" if len(left) else "set"
    return Step("mail", found == "sent", found, {"host": host})


def _access(able: Collection[str], invited: Collection[str]) -> Step:
    """Somebody else than the first administrator has set a password."""
    others = max(0, len(able) - 1)
    return Step("access", others > 0, "some" if others or invited else "none", {"able": others, "invited": len(invited)})


def _scan(look: Look, known: Marks) -> Step:
    done = first_scan.confirmed(known) and status.SCAN in known
    return Step("scan", done, "done" if done else "ready" if len(look.book.frame("customers")) else "none", {})


def _sheet(look: Look) -> Step:
    return Step("google", bool(look.settings.google.spreadsheet), "set" if look.settings.google.spreadsheet else "none", {}, needed=False)
