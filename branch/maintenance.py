"""What an administrator does to the installation: copies, the mail server, when people were told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from branch import access, clock, settings, status
from branch.branch import Branch
from branch.people import Actor
from texts import Fault


@dataclass(frozen=True, slots=True)
class Copy:
    """One backup file."""

    name: str
    at: datetime
    size: int  # bytes


def back_up(branch: Branch, by: Actor, now: datetime) -> Path:
    """One more consistent copy in home/backups."""
    access.only_admin(by, terminal=True)
    folder = branch.settings.home / "backups"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / f"huce-{now:%Y%m%d-%H%M%S}.backup"
    branch.store.backup(target)
    branch.store.private.note("backup", by.staff, target.name, now)
    return target


def backups(branch: Branch) -> list[Copy]:
    """The copies there are, newest first."""
    found = sorted((branch.settings.home / "backups").glob("*.backup"), reverse=True)
    return [Copy(one.name, clock.local(datetime.fromtimestamp(one.stat().st_mtime, clock.ZONE)), one.stat().st_size) for one in found]


def mail_typed(by: Actor, typed: Mapping[str, str]) -> dict[str, Any]:
    """What an administrator typed about the mail server, as settings."""
    access.only_admin(by, terminal=True)
    smtp: dict[str, Any] = {key: value for key, value in typed.items() if key not in {"port", "allowed_domains"}}
    try:
        smtp["port"] = int(typed.get("port") or 587)
    except ValueError as error:
        raise Fault("check.port") from error
    smtp["allowed_domains"] = [one for one in typed.get("allowed_domains", "").replace(",", ";").split(";") if one.strip()]
    return smtp


def set_mail(branch: Branch, by: Actor, typed: Mapping[str, str], now: datetime) -> None:
    """Writes the mail server into the settings file; raises SettingsFault and changes nothing when it is not good."""
    smtp = mail_typed(by, typed)
    branch.settings = settings.save(branch.settings.home, {"smtp": smtp})
    branch.store.private.note("mail_settings", by.staff, ", ".join(key for key in smtp if key != "password"), now)


def set_live_since(branch: Branch, by: Actor, day: date | None, now: datetime) -> None:
    """From when the branch works with Huce (上线日期): of the days before, no visit and no opportunity is owed."""
    access.only_admin(by, terminal=True)
    branch.settings = settings.save(branch.settings.home, {"policy": {"live_since": day}})
    branch.store.private.note("live since", by.staff, day.isoformat() if day else "", now)


def set_branch(branch: Branch, by: Actor, typed: Mapping[str, str], day: date | None, now: datetime) -> None:
    """The names of the branch and its language, and from when it works with Huce; raises SettingsFault and changes nothing
    when one of them is not good. A blank English name is the Chinese one."""
    access.only_admin(by, terminal=True)
    if not typed["name_zh"]:
        raise Fault("check.no_name")
    named = {"name_zh": typed["name_zh"], "name_en": typed["name_en"] or typed["name_zh"], "lang": typed["lang"]}
    before = branch.settings
    branch.settings = settings.save(before.home, named | {"policy": {"live_since": day}})
    changed = [f"{key}={value}" for key, value in named.items() if getattr(before, key) != value]
    changed += [f"live_since={day or ''}"] if before.policy.live_since != day else []
    if changed:
        branch.store.private.note("branch_settings", by.staff, ", ".join(changed), now)


def is_held(branch: Branch) -> tuple[datetime, datetime] | None:
    """From when to when the computer's clock leapt, while mails wait for an administrator to say that the date is right."""
    return status.is_held(branch.store.private.marks())


def since_restore(branch: Branch) -> datetime | None:
    """When a backup was put back, while mails wait to hear until when people have been told."""
    return status.since_restore(branch.store.private.marks())


def tell_until(branch: Branch, by: Actor, until: datetime, now: datetime) -> None:
    """Mails that were held, after a restore or a leap of the clock, go on: the next scan counts as told what was reached
    up to `until`, and sends only the rest. After a leap this says as well that the date is right."""
    access.only_admin(by, terminal=True)
    if until > now:
        raise Fault("jobs.told_later", until=until)
    vault = branch.store.private
    vault.mark(status.TOLD, until.isoformat(timespec="seconds"), now)
    vault.note("told until", by.staff, until.isoformat(timespec="seconds"), now)
