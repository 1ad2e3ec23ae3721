"""What is well and what is not: store, disk, calendar, clock, mail, jobs, rules; each with how to mend it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from branch import files, reach, settings, status
from branch.branch import Branch
from branch.mails import portal
from branch.opening import DATABASE, open_branch
from branch.settings_file import GOOD
from jobs import backoff, outbox
from jobs.finding import Finding, State
from texts import FIRST, Fault, Lang, say

LOW_MB, NONE_MB = 2_000, 200  # free disk below which saves and backups are in danger, or stop
OLD = timedelta(hours=1)  # a mail that has waited longer is worth a look


def doctor(home: Path, now: datetime, *, google: bool = False) -> dict[str, Any]:
    """Everything worth knowing before a call for help. Changes nothing in a home that this program has opened before: a
    store of an older program is moved forward, as by every command. `ok` is False when something fails.

    `google`: also tries on the Google sheet what only Google can tell.
    """
    try:
        branch = open_branch(home, keep=False)
    except Fault as fault:
        lang: Lang = FIRST
        found = [Finding("store", "fail", fault.say(lang)), _disk(home, lang)]
    else:
        lang = branch.settings.lang
        found = [
            _store(branch, lang),
            _modes(branch, lang),
            *_places(branch, lang),
            _disk(home, lang),
            *_calendar(branch, now, lang),
            _clock(now, lang),
            *_mail(branch, now, lang),
            *_jobs(branch, now, lang),
            _rules(branch, now, lang),
            _people(branch, lang),
            *_google(branch, now, lang, trial=google),
        ]
        branch.store.close()
    return {"ok": all(one.state != "fail" for one in found), "lang": lang, "checks": [asdict(one) for one in found]}


def _store(branch: Branch, lang: Lang) -> Finding:
    try:
        damage, book = branch.store.verify(), branch.book()
    except Fault as fault:
        return Finding("store", "fail", fault.say(lang))
    if damage:
        return Finding("store", "fail", say("doctor.damage", lang, what=damage[0].say(lang)))
    rows = sum(len(frame) for frame in book.frames.values())
    return Finding("store", "ok", say("doctor.store", lang, place=branch.store.place, rows=rows))


def _modes(branch: Branch, lang: Lang) -> Finding:
    """What holds passwords and people's names is for its owner alone: the folder, or else each file."""
    home = branch.settings.home
    try:
        files.probe(home)
    except Fault as fault:
        return Finding("permissions", "fail", fault.say(lang))
    seen = [p.name for p in (home / settings.FILE, home / GOOD, home / DATABASE) if p.exists() and files.exposed(p)]
    if seen and files.exposed(home):
        return Finding("permissions", "warn", say("doctor.exposed", lang, path=home, names=", ".join(seen)))
    return Finding("permissions", "ok", say("doctor.private", lang, path=home))


def _places(branch: Branch, lang: Lang) -> Iterator[Finding]:
    """A file where mails or copies are to lie, a folder where a file is to be written: the work that needs it would stop."""
    home = branch.settings.home
    for path in (home / "outbox", home / files.BACKUPS):
        if os.path.lexists(path) and not path.is_dir():
            yield Finding("permissions", "fail", files.HomeFault("branch.not_a_folder", path=path).say(lang))
    for path in (home / GOOD, home / "serving.lock", home / "serving.url", home / "huce.log"):
        if path.is_dir():
            yield Finding("permissions", "warn", files.HomeFault("branch.not_a_file", path=path).say(lang))


def _disk(home: Path, lang: Lang) -> Finding:
    there = next(folder for folder in (home, *Path(os.path.realpath(home)).parents) if folder.exists())
    free = shutil.disk_usage(there).free // 2**20
    state: State = "fail" if free < NONE_MB else "warn" if free < LOW_MB else "ok"
    code = "doctor.disk" if state == "ok" else "doctor.disk_low"
    return Finding("disk", state, say(code, lang, path=there, free=free))


def _calendar(branch: Branch, now: datetime, lang: Lang) -> Iterator[Finding]:
    """The State Council publishes a year's days off in November; until then its dates are provisional."""
    for year in (now.year, now.year + 1):
        unknown = branch.look(now).calendar.provisional(np.array([f"{year}-05-01"], "datetime64[D]").astype(np.int64))[0]
        state: State = "ok" if not unknown else "fail" if year == now.year else "warn"
        yield Finding("calendar", state, say("doctor.no_year" if unknown else "doctor.year", lang, year=year))


def _clock(now: datetime, lang: Lang) -> Finding:
    """A machine whose clock was never set stands in the past of this very program."""
    if now < datetime.fromtimestamp(Path(__file__).stat().st_mtime) - timedelta(days=2):
        return Finding("clock", "fail", say("doctor.clock_behind", lang, now=f"{now:%Y-%m-%d}"))
    return Finding("clock", "ok", say("doctor.clock", lang, zone=os.environ.get("TZ") or time.tzname[0]))


def _mail(branch: Branch, now: datetime, lang: Lang) -> Iterator[Finding]:
    known, smtp, mails = branch.store.private.marks(), branch.settings.smtp, branch.book().frame("outbox")
    rest = backoff.read(known)
    if not smtp.host:
        yield Finding("mail", "warn", say("doctor.no_smtp", lang, path=branch.settings.home / "outbox"))
    elif rest is not None:
        reason = say(rest.code, lang, detail=rest.detail)
        yield Finding("mail", "fail", say("doctor.mail_rests", lang, since=rest.since, reason=reason))
    else:
        yield Finding("mail", "ok", say("doctor.mail", lang, host=smtp.host, port=smtp.port))
    if since := status.since_restore(known):
        yield Finding("mail", "warn", say("jobs.restored", lang, since=since))
    state = mails["state"].astype(str)
    waits = mails.loc[state.isin(("waiting", "retry", "sending")), "created_at"]
    failed, unsure = int((state == "failed").sum()), int(outbox.unsure(mails).sum())
    oldest = now - waits.min().to_pydatetime() if len(waits) else timedelta()
    level: State = "warn" if failed or unsure or oldest > OLD else "ok"
    hours = round(oldest.total_seconds() / 3600, 1)
    yield Finding("outbox", level, say("doctor.outbox", lang, waiting=len(waits), hours=hours, failed=failed))
    if unsure:
        yield Finding("outbox", "warn", say("doctor.unsure", lang, count=unsure))
    yield _links(branch, lang)


def _links(branch: Branch, lang: Lang) -> Finding:
    """A link to this very computer opens on nobody else's."""
    place = portal(branch.settings)
    others = branch.settings.smtp.host and reach.is_here(urlsplit(place).hostname or "")
    return Finding("links", "warn" if others else "ok", say("doctor.links_here" if others else "doctor.links", lang, url=place))


def _jobs(branch: Branch, now: datetime, lang: Lang) -> Iterator[Finding]:
    known, stale = branch.store.private.marks(), timedelta(hours=branch.settings.jobs.stale_hours)
    beat, seen = known.get(status.HEARTBEAT), known.get(status.SCAN)
    if beat is None:
        yield Finding("jobs", "warn", say("doctor.jobs_never", lang))
    elif now - beat[1] > timedelta(minutes=10):
        yield Finding("jobs", "warn", say("doctor.jobs_off", lang, at=f"{beat[1]:%Y-%m-%d %H:%M}"))
    else:
        yield Finding("jobs", "ok", say("doctor.jobs", lang, at=f"{beat[1]:%Y-%m-%d %H:%M}"))
    if seen is None:
        yield Finding("scan", "warn", say("doctor.scan_never", lang))
    elif now - seen[1] > stale:
        at = f"{seen[1]:%Y-%m-%d %H:%M}"
        yield Finding("scan", "fail", say("doctor.scan_old", lang, at=at, reason=seen[0] or "—"))
    else:
        yield Finding("scan", "ok", say("doctor.scan", lang, at=f"{seen[1]:%Y-%m-%d %H:%M}"))
    for name, (error, when) in sorted(known.items()):
        if name.startswith(status.job("")) and error:
            job = say(f"doctor.run.{name.removeprefix(status.job(''))}", lang)
            yield Finding("jobs", "warn", say("doctor.job", lang, job=job, at=f"{when:%Y-%m-%d %H:%M}", error=error))


def _rules(branch: Branch, now: datetime, lang: Lang) -> Finding:
    look = branch.look(now)
    rules, issues = look.rules, [issue for issue in look.config_issues if issue.table == "rules" and not issue.warning]
    if issues:
        rows = ", ".join(dict.fromkeys(issue.row for issue in issues))
        state: State = "warn" if rules else "fail"
        return Finding("rules", state, say("doctor.rules_bad", lang, count=len(rules), rows=rows))
    if not rules:
        return Finding("rules", "fail", say("doctor.no_rules", lang))
    return Finding("rules", "ok", say("doctor.rules", lang, count=len(rules)))


def _people(branch: Branch, lang: Lang) -> Finding:
    """Without people nobody is reminded; a branch that nobody has signed in to yet has its next step ahead."""
    book = branch.book()
    staff = book.frame("staff")
    if len(staff):
        return Finding("people", "ok", say("doctor.people", lang, count=len(staff)))
    if len(book.frames["staff"]) or len(book.frame("customers")) or branch.store.private.passwords():
        return Finding("people", "fail", say("doctor.people_gone", lang))
    return Finding("people", "warn", say("doctor.nobody", lang))


def _google(branch: Branch, now: datetime, lang: Lang, *, trial: bool) -> list[Finding]:
    """The Google sheet, where one is set; it alone is asked over the network."""
    if not branch.settings.google.spreadsheet:
        return [Finding("google", "fail", say("google.not_connected", lang))] if trial else []
    from jobs import sheet_health, sheet_trial

    found = sheet_health.findings(branch, now, lang)
    return [*found, *sheet_trial.findings(branch, lang)] if trial else found


def lines(found: dict[str, Any]) -> list[str]:
    """The findings for a person, one line each, in the language of the branch."""
    signs = {"ok": "✓", "warn": "!", "fail": "✗"}
    return [
        f"{signs[one['state']]} {say('doctor.check.' + one['check'], found['lang'])}{say('doctor.colon', found['lang'])}{one['message']}"
        for one in found["checks"]
    ]
