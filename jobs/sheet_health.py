"""How the Google sheet is: whether Huce gets in, step by step, when it was last read, what waits, what stands still."""

from __future__ import annotations

from datetime import datetime, timedelta

from branch.branch import Branch
from branch.sync import connecting
from jobs.finding import Finding
from sheets.google import DRIVE, GoogleSheet
from sheets.spreadsheet import SheetFault
from sheets.store.agreed import Agreed
from texts import Lang, say

CHECK = "google"
LATE = timedelta(minutes=10)  # without a look, or for which something waits
# The steps to the sheet in their order, and the faults that stop each; any other fault stops the first.
STEPS = {
    "reach": (),
    "key": ("google.key_none", "google.key_missing", "google.key_bad", "google.key_kind", "google.key_refused", "google.scope"),
    "clock": ("google.clock",),
    "enabled": ("google.disabled",),
    "shared": ("google.gone", "google.not_shared", "google.link"),
    "editor": ("google.read_only",),
}
UNASKED = frozenset({"google.key_none", "google.key_missing", "google.key_bad", "google.key_kind", "google.link"})  # known without Google


def findings(branch: Branch, now: datetime, lang: Lang) -> list[Finding]:
    agreed = branch.store.agreed()
    return [*_steps(branch, lang), *_state(agreed, now, lang)]


def _steps(branch: Branch, lang: Lang) -> list[Finding]:
    """Each step that was taken, up to the first that fails; what can pass by itself is no failure of the branch."""
    try:
        sheet = connecting.open_sheet(branch)
        about = sheet.about()
        _may_write(sheet)
    except SheetFault as fault:
        stopped = next((step for step, codes in STEPS.items() if fault.code in codes), "reach")
        taken = [] if fault.code in UNASKED else list(STEPS)[: list(STEPS).index(stopped)]
        return [*_well(taken, lang), Finding(CHECK, "warn" if fault.wait else "fail", fault.say(lang))]
    return [*_well(list(STEPS), lang), Finding(CHECK, "ok", say("doctor.google_sheet", lang, title=about.title, account=sheet.account))]


def _may_write(sheet: GoogleSheet) -> None:
    """Asked of Drive, which costs no write. Raises SheetFault: it may not, or Drive is not enabled."""
    found = sheet.ask("drive", "get", f"{DRIVE}/drive/v3/files/{sheet.key}", params={"fields": "capabilities/canEdit"})
    if not found.get("capabilities", {}).get("canEdit"):
        raise SheetFault("google.read_only", account=sheet.account)


def _well(steps: list[str], lang: Lang) -> list[Finding]:
    return [Finding(CHECK, "ok", say(f"doctor.google_{step}", lang)) for step in steps]


def _state(agreed: Agreed, now: datetime, lang: Lang) -> list[Finding]:
    pulled = agreed.meta.get("pulled", "")
    late = not pulled or now - datetime.fromisoformat(pulled) > LATE
    read = "doctor.google_pulled_late" if late else "doctor.google_pulled"
    found = [Finding(CHECK, "warn" if late else "ok", say(read, lang, at=pulled.replace("T", " ")[:16] or "—"))]
    rows = {(one.table, one.id) for one in agreed.intents.values()}
    oldest = min((one.since for one in agreed.intents.values()), default=now)
    waits = now - oldest > LATE
    said = (
        say("doctor.google_waiting", lang, count=len(rows), at=f"{oldest:%Y-%m-%d %H:%M}") if rows else say("doctor.google_through", lang)
    )
    found.append(Finding(CHECK, "warn" if waits else "ok", said))
    for tab in agreed.tabs.values():
        if tab.paused:
            note = next((one for one in agreed.notes.values() if one.table == tab.table and one.code == tab.paused), None)
            values = {"tab": tab.title, "count": "", **(note.values if note is not None else {})}
            found.append(Finding(CHECK, "warn", say(tab.paused, lang, **values)))
    return found
