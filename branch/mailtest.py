"""A test of the mail channel: its steps and what came of each; when it goes through, the channel works from then on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

from branch import access, maintenance, settings, status
from branch.people import Actor
from branch.settings import Settings
from texts import Fault, Lang, known

if TYPE_CHECKING:
    from branch.branch import Branch

Step = Literal["reach", "tls", "sign_in", "sender", "recipient", "accepted"]
STEPS: tuple[Step, ...] = ("reach", "tls", "sign_in", "sender", "recipient", "accepted")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`failed`: the step that did, with its fault; None when the mail was taken. `skipped`: steps that the settings do not
    ask for. `released`: how many mails that had waited left after it."""

    failed: Step | None = None
    fault: Fault | None = None
    skipped: tuple[Step, ...] = ()
    to: str = ""
    released: int = 0

    def state(self, step: Step) -> Literal["good", "bad", "skipped", "open"]:
        if step == self.failed:
            return "bad"
        if self.failed is not None and STEPS.index(step) > STEPS.index(self.failed):
            return "open"
        return "skipped" if step in self.skipped else "good"


class MailTest(Protocol):
    """What the test needs from whoever sends mail (jobs.mail_trial)."""

    def attempt(self, chosen: Settings, to: str, lang: Lang, now: datetime) -> Verdict:
        """One mail over a line of its own, with these settings, within seconds; never raises for what a server says."""
        ...

    def release(self, branch: Branch, now: datetime) -> int:
        """Sends what waits; how many left."""
        ...


def draft(branch: Branch, by: Actor, typed: Mapping[str, str], to: str) -> Settings:
    """The settings as typed, nothing written; raises what is wrong with them, or with the address."""
    chosen = settings.draft(branch.settings.home, {"smtp": maintenance.mail_typed(by, typed)})
    if not chosen.smtp.host:
        raise Fault("check.mail_host")
    if not to.strip():
        raise Fault("check.mail_to")
    return chosen


def run(branch: Branch, by: Actor, typed: Mapping[str, str], to: str, mail: MailTest, now: datetime) -> Verdict:
    """Tries the settings as typed. They are kept only when the mail was taken; then the channel rests no longer, and
    today's mails that had to wait, or were only written into files, leave."""
    access.only_admin(by)
    chosen = draft(branch, by, typed, to)
    found = mail.attempt(chosen, to.strip(), known(by.lang), now)
    branch.store.private.note("mail_test", by.staff, f"{found.failed or 'ok'} {to.strip()}", now)
    if found.failed is not None:
        return found
    maintenance.set_mail(branch, by, typed, now)
    status.leave(branch.store, status.PAUSED, "", now)
    return Verdict(skipped=found.skipped, to=to.strip(), released=mail.release(branch, now))
