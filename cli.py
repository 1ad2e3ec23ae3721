"""The terminal: every command of Huce. What it says and how it ends is in terminal.py, what it does in the rooms."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import webbrowser
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from branch import clock
from branch.home import holds_branch, inside_program
from terminal import DEMO, HERE, LIVES, ask_which, at, both, command, language, option, out, run, warn
from texts import FIRST, LANGS, Fault, Lang, say

if TYPE_CHECKING:
    from branch.branch import Branch
    from branch.people import Actor

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    invoke_without_command=True,
    help="\n\n".join(f"\b\n{say('cli.help.all', lang)}" for lang in LANGS),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
Home = Annotated[Path, option("--home", about="home", envvar="HUCE_HOME", show_default=str(LIVES), show_envvar=False)]
Sample = Annotated[Path, option("--home", about="home", envvar="HUCE_HOME", show_default="var/demo/", show_envvar=False)]
Json = Annotated[bool, option("--json", about="json")]
Today = Annotated[str, option("--today", about="today", show_default=False)]
Day = Annotated[datetime | None, option("--as-of", about="as_of", formats=["%Y-%m-%d"], show_default=False)]
Customers = Annotated[int | None, option("--customers", about="customers", min=1, show_default="200")]
Seed = Annotated[int | None, option("--seed", about="seed", show_default="1")]
Open = Annotated[bool, option("--open", about="open")]
KeyFile = Annotated[Path | None, option("--credentials", about="credentials", metavar="FILE", show_default=False)]


def here(home: Path) -> Branch:
    from branch.opening import open_branch

    return open_branch(home)


def house(branch: Branch) -> Actor:
    """The terminal acts as Huce itself, in the language of the branch."""
    from branch.people import SYSTEM

    return replace(SYSTEM, lang=branch.settings.lang)


@app.callback()
def first(context: typer.Context, *, open_: Open = False) -> None:
    if context.invoked_subcommand is not None:
        return
    home = Path(os.environ.get("HUCE_HOME") or LIVES)
    if not holds_branch(home) and ask_which() == "demo":
        demo(DEMO, open_=open_)
    else:
        serve(home, open_=open_)


@command(app, "serve", "", "--home D:/huce")
def serve(home: Home = LIVES, *, open_: Open = False) -> None:
    from branch import accounts, opening

    new = not opening.there(home)
    if made := opening.create(home, clock.now()) if new else opening.mend(home, clock.now()):
        typer.echo(say("cli.made", made.settings.lang, path=home, rules=len(made.look(clock.now()).rules)))

    def welcome(opened: Branch) -> str:
        lives = both("cli.lives_inside" if inside_program(home) else "cli.lives", path=home.resolve(), better=LIVES)
        if not accounts.needs_setup(opened):
            return f"{lives}\n\n{both('cli.served')}"
        key = accounts.setup_key(opened, clock.now())
        return f"{lives}\n\n{both('cli.setup', key=key, hours=opened.settings.session.setup_hours)}"

    _portal(here(home), welcome, open_=open_)


@command(app, "demo", "", "--fresh", "--home D:/trial")
def demo(home: Sample = DEMO, *, fresh: Annotated[bool, option("--fresh", about="fresh")] = False, open_: Open = False) -> None:
    from jobs import demo as sample
    from web import serving

    now = clock.now()
    if home.is_dir():
        with serving.alone(home):  # nothing is rebuilt under a portal's feet
            pass
    if fresh or not home.is_dir():
        typer.echo(both("demo.builds"), err=True)
    opened = sample.prepare(home, now, fresh=fresh)
    found = sample.look(opened, now)
    _portal(opened, lambda there: "\n\n".join(sample.guide(there, found, lang) for lang in LANGS), open_=open_)


def _portal(branch: Branch, welcome: Callable[[Branch], str], *, open_: bool) -> None:
    """Serves a branch until Ctrl-C; prints the address when it answers, and then the welcome."""
    from web import serving

    home, chosen = branch.settings.home.resolve(), branch.settings.portal
    hosts = serving.hosts(chosen)
    os.environ["HUCE_HOME"] = str(home)  # app.py and its jobs live there

    def run_portal(address: str, port: int) -> None:
        quiet = {"logger.hideWelcomeMessage": True, "server.address": address, "server.port": port, "server.allowedHosts": hosts}
        importlib.import_module("app").app.run(config=quiet)

    with serving.alone(home):
        text = welcome(branch)
        branch.store.close()

        def ready(url: str) -> None:
            if chosen.port != (port := urlsplit(url).port):
                warn(both("serve.moved", wanted=chosen.port, port=port))
            typer.echo(f"{url}\n\n{text}")
            sys.stdout.flush()
            if open_:
                webbrowser.open(url)

        serving.serve(home, chosen, run_portal, ready)


@command(
    app,
    "init",
    "",
    "--lang en --home D:/huce",
    "--demo --customers 50 --as-of 2026-11-23 --home D:/trial",
    "--spreadsheet https://docs.google.com/spreadsheets/d/… --credentials D:/key.json",
)
def init(
    home: Home = LIVES,
    lang: Annotated[Lang, option("--lang", about="lang", metavar="|".join(LANGS), parser=language)] = FIRST,
    *,
    store: Annotated[str, option("--store", about="store", show_default=False)] = "",
    spreadsheet: Annotated[str, option("--spreadsheet", about="spreadsheet", metavar="LINK", show_default=False)] = "",
    credentials: KeyFile = None,
    demo: Annotated[bool, option("--demo", about="demo")] = False,
    customers: Customers = None,
    as_of: Day = None,
    seed: Seed = None,
    json: Json = False,
) -> None:
    from branch import opening
    from jobs.demo import build

    chosen: dict[str, Any] = {"lang": lang} | ({"store_url": store} if store else {})
    sample = {"customers": customers, "as_of": as_of.date() if as_of else None, "seed": seed}
    if not demo and any(value is not None for value in sample.values()):
        raise typer.BadParameter(both("cli.only_demo"))
    if credentials and not spreadsheet:
        raise typer.BadParameter(both("cli.only_spreadsheet"))
    if spreadsheet:
        from jobs import at_terminal

        at_terminal.check(spreadsheet, credentials)  # before there is a home
    made = build(home, clock.now(), **sample, **chosen) if demo else opening.create(home, clock.now(), **chosen)
    moved = _move_in(made, spreadsheet, credentials) if spreadsheet else {}
    rules, rows = len(made.look(clock.now()).rules), len(made.book().frame("customers"))
    if json:
        document = {"home": str(home), "store": made.store.place, "demo": demo, "rules": rules, "customers": rows}
        out(document | ({"sheet": moved} if moved else {}))
        return
    typer.echo(say("cli.made", lang, path=home, rules=rules) + (say("cli.sampled", lang, customers=rows) if demo else ""))
    if moved:
        typer.echo(at_terminal.connected(moved, lang))


def _move_in(made: Branch, link: str, credentials: Path | None) -> dict[str, Any]:
    """The home stands already: what hinders the sheet is mended, and then `connect` goes on."""
    from jobs import at_terminal

    try:
        return at_terminal.move_in(made, link, credentials, warn)
    except Fault:
        warn(both("cli.made_alone", path=made.settings.home))
        raise


@command(app, "connect", "https://docs.google.com/spreadsheets/d/… --credentials D:/key.json", "LINK --adopt --json")
def connect(
    link: Annotated[str, typer.Argument(metavar="LINK")],
    home: Home = LIVES,
    credentials: KeyFile = None,
    *,
    adopt: Annotated[bool, option("--adopt", about="adopt")] = False,
    json: Json = False,
) -> None:
    from jobs import at_terminal

    branch = here(home)
    done = at_terminal.move_in(branch, link, credentials, warn, adopt=adopt)
    if json:
        out(done)
    else:
        typer.echo(at_terminal.connected(done, branch.settings.lang))


@command(app, "disconnect", "", "--json")
def disconnect(home: Home = LIVES, *, json: Json = False) -> None:
    from jobs import at_terminal

    branch = here(home)
    done = at_terminal.move_out(branch, warn)
    if json:
        out(done)
    else:
        typer.echo(say("cli.disconnected", branch.settings.lang))


@command(app, "sync", "", "--json")
def sync(home: Home = LIVES, *, json: Json = False) -> None:
    from jobs import at_terminal

    branch = here(home)
    done = at_terminal.keep_in_step(branch)
    if json:
        out(done)
    else:
        typer.echo("\n".join(at_terminal.kept_in_step(branch, done, branch.settings.lang)))


@command(app, "invite", "1001")
def invite(staff_id: Annotated[str, typer.Argument(metavar="STAFF_ID")], home: Home = LIVES, *, json: Json = False) -> None:
    from branch import accounts, mails

    branch = here(home)
    hours, staff = branch.settings.session.invite_hours, accounts.meant(branch, staff_id)
    key = accounts.invite(branch, house(branch), staff, clock.now())
    url = f"{mails.portal(branch.settings)}/invite"
    if json:
        out({"staff": staff, "key": key, "url": url, "hours": hours})
    else:
        typer.echo(say("cli.invited", branch.settings.lang, staff=staff, key=key, url=url, hours=hours))


@command(app, "scan", "--today 2026-11-23 --json", "--dry-run --all")
def scan(
    home: Home = LIVES,
    today: Today = "",
    *,
    dry_run: Annotated[bool, option("--dry-run", about="dry_run")] = False,
    every: Annotated[bool, option("--all", about="all")] = False,
    yes: Annotated[bool, option("--yes", about="yes")] = False,
    json: Json = False,
) -> None:
    from branch import maintenance
    from jobs import scan as job

    now, branch = at(today), here(home)
    with _in_step(branch, dry_run=dry_run) as as_of:
        found = job.run(branch, now, dry_run=dry_run, yes=yes)
    if leap := maintenance.is_held(branch):
        typer.echo(both("jobs.held", since=leap[0], until=leap[1]), err=True)
    lang = branch.settings.lang
    listed = job.rows(found, lang, every=every)
    if json:
        out({"today": found.today, "dues": listed, "new": found.new, "issues": job.issue_rows(found)} | as_of)
        return
    for row in listed:
        typer.echo(f"{say('state.' + row['state'], lang)} {row['due'] or '—'} {row['why']}")
    counts = {state: sum(row["state"] == state for row in listed) for state in ("overdue", "due_today", "due_soon")}
    others, issues = len(listed) - sum(counts.values()), len(found.issues)
    typer.echo(say("cli.dues", lang, today=found.today, **counts, open=others, issues=issues))


def _in_step(branch: Branch, *, dry_run: bool = False) -> AbstractContextManager[dict[str, str | None]]:
    """Around a scan: in step with the Google sheet, if one is set."""
    if not branch.settings.google.spreadsheet:
        return nullcontext({})
    from jobs import at_terminal

    return at_terminal.scanning(branch, warn, dry_run=dry_run)


@command(app, "post", "", "--told-until 2026-11-23", "--json")
def post(
    home: Home = LIVES,
    *,
    told_until: Annotated[str, option("--told-until", about="told_until", show_default=False)] = "",
    json: Json = False,
) -> None:
    from branch import files, maintenance
    from jobs import scan as job
    from jobs.post import post as send

    branch, now = here(home), clock.now()
    if told_until:
        maintenance.tell_until(branch, house(branch), min(at(told_until), now) if len(told_until) <= 10 else at(told_until), now)
        with _in_step(branch):
            for _ in range(2):  # the first books what was told, the second writes the mails for the rest
                job.run(branch, now)
    done = send(branch, now)
    if (done["waiting"] or done["retry"]) and not branch.settings.smtp.host:
        files.may_be_folder(branch.settings.home / "outbox")
    if since := maintenance.since_restore(branch):
        typer.echo(both("jobs.restored", since=since), err=True)
    if leap := maintenance.is_held(branch):
        typer.echo(both("jobs.held", since=leap[0], until=leap[1]), err=True)
    if json:
        out(done)
    else:
        typer.echo(say("cli.posted", branch.settings.lang, **done))
        if done.get("possibly"):
            typer.echo(say("doctor.unsure", branch.settings.lang, count=done["possibly"]))


@command(app, "why", "--rule R27 --row P1", "--rule R31 --row KH0001 --today 2026-11-23 --json")
def why(
    rule: Annotated[str, option("--rule", about="rule", show_default=False)],
    row: Annotated[str, option("--row", about="row", show_default=False)],
    home: Home = LIVES,
    occurrence: Annotated[str, option("--occurrence", about="occurrence", show_default=False)] = "",
    today: Today = "",
    *,
    json: Json = False,
) -> None:
    now, branch = at(today), here(home)
    lang = branch.settings.lang
    card = branch.look(now).why(rule, row, lang, occurrence)
    if json:
        out(card)
        return
    typer.echo(card.get("sentence") or f"{card['name']} {card['row']}")
    for line in (*card["because"], card.get("arithmetic", ""), card["sentence_of_rule"], card["ends"]):
        if line:
            typer.echo(say("cli.why", lang, text=line))


@command(app, "tables", "", "--json")
def tables(*, json: Json = False) -> None:
    from sheets.tables import CHANGES, TABLES
    from sheets.tables.listing import document, lines

    every = [*TABLES.values(), CHANGES]
    if json:
        out(document(every))
    else:
        typer.echo("\n".join(lines(every)))


@command(app, "import", "customers 客户.xlsx --dry-run", "visits visits.csv --json", "staff 名单.xlsx --sheet 人员", "D:/out")
def import_(
    table: Annotated[str, typer.Argument(metavar="TABLE|DIR")],
    file: Annotated[Path | None, typer.Argument(metavar="FILE", show_default=False)] = None,
    home: Home = LIVES,
    *,
    dry_run: Annotated[bool, option("--dry-run", about="dry_run")] = False,
    blanks: Annotated[str, option("--blanks", about="blanks")] = "keep",
    sheet: Annotated[str, option("--sheet", about="sheet", show_default=False)] = "",
    json: Json = False,
) -> None:
    from branch import exchange

    if file is None and not Path(table).is_dir():
        raise typer.BadParameter(both("cli.import_what", what=table))
    branch = here(home)
    if file is None:
        _import_folder(branch, Path(table), dry_run=dry_run, blanks=blanks, json=json)
        return
    done = exchange.import_file(branch, table, file, clock.now(), house(branch), dry_run=dry_run, blanks=blanks, sheet=sheet)
    if json:
        out(done)
    else:
        for issue in done["issues"]:
            typer.echo(issue["message"])
        lang = branch.settings.lang
        typer.echo(say("exchange.preview" if dry_run else "exchange.done", lang, **done))
        if done["aside"]:
            others = say("cells.join", lang).join(one["sheet"] for one in done["aside"])
            typer.echo(say("book.sheets_aside", lang, sheet=done["sheet"], sheets=others))
        for key, counted in done["ledgers"].items() if len(done["ledgers"]) > 1 else ():
            typer.echo(say("exchange.ledger", lang, table=branch.book().tables[key].label(lang), **counted))
    if exchange.refused(done):
        raise typer.Exit(1)


def _import_folder(branch: Branch, folder: Path, *, dry_run: bool, blanks: str, json: bool) -> None:
    from branch import exchange

    done = exchange.import_folder(branch, folder, clock.now(), house(branch), dry_run=dry_run, blanks=blanks)
    lang = branch.settings.lang
    if json:
        out(done)
    elif done["as"] == "facts":
        typer.echo(say("exchange.facts_preview" if dry_run else "exchange.facts", lang, **done | {"tables": len(done["tables"])}))
    else:
        for issue in done["issues"]:
            typer.echo(issue["message"])
        typer.echo(say("exchange.preview" if dry_run else "exchange.done", lang, **done))
        typer.echo(say("exchange.as_files", lang))
    if exchange.refused(done):
        raise typer.Exit(1)


@command(app, "export", "D:/台账.xlsx", "D:/out --tables customers,visits --json", "D:/客户模板.xlsx --template customers")
def export(
    folder: Annotated[Path, typer.Argument(metavar="FILE.xlsx|DIR")],
    home: Home = LIVES,
    tables: Annotated[str, option("--tables", about="tables", show_default=False)] = "",
    labels: Annotated[str, option("--labels", about="labels", show_default=False)] = "",
    *,
    template: Annotated[str, option("--template", about="template", metavar="TABLE", show_default=False)] = "",
    json: Json = False,
) -> None:
    from branch import exports

    branch, lang, book = here(home), exports.labels(labels), folder.suffix.lower() == ".xlsx"
    chosen = [name for name in tables.replace("，", ",").split(",") if name.strip()]
    if template and (chosen or not book):
        raise typer.BadParameter(both("cli.template_alone"))
    if template:
        done = exports.template(branch, folder, template, house(branch), lang)
    else:
        write = exports.export_book if book else exports.export_csv
        done = write(branch, folder, clock.now(), house(branch), chosen or None, labels=lang)
    if json:
        out(done)
    elif template:
        typer.echo(say("cli.saved_template", branch.settings.lang, path=folder))
    else:
        typer.echo(say("cli.exported", branch.settings.lang, folder=folder, tables=len(done["tables"]), rows=done["rows"]))


@command(app, "backup", "D:/huce-2026-11-23.backup")
def backup(file: Path, home: Home = LIVES) -> None:
    from branch import files

    branch = here(home)
    files.outside(home, file)
    branch.store.backup(file)
    typer.echo(say("cli.saved", branch.settings.lang, path=file))


@command(app, "restore", "D:/huce-2026-11-23.backup")
def restore(file: Path, home: Home = LIVES) -> None:
    branch = here(home)
    kept = branch.store.restore(file, clock.now())
    now = clock.now()
    typer.echo(say("cli.restored", branch.settings.lang, path=kept or "—"))
    typer.echo(both("jobs.restored", since=now), err=True)


@command(app, "verify", "", "--json")
def verify(home: Home = LIVES, *, json: Json = False) -> None:
    branch = here(home)
    lang = branch.settings.lang
    damage = [
        {"seq": one.seq, "table": one.table, "row": one.row, "column": one.column, "message": one.say(lang)}
        for one in branch.store.verify()
    ]
    if json:
        out({"ok": not damage, "head": branch.store.head(), "damage": damage})
    else:
        newest = branch.store.history(limit=1)["seq"]
        sound = say("cli.sound", lang, count=int(newest.iloc[0]) if len(newest) else 0)
        typer.echo("\n".join(str(one["message"]) for one in damage) or sound)
    if damage:
        raise typer.Exit(1)


@command(app, "doctor", "", "--google --json")
def doctor(home: Home = LIVES, *, google: Annotated[bool, option("--google", about="google")] = False, json: Json = False) -> None:
    from jobs import doctor as room

    if google:
        warn(both("cli.tries"))
    found = room.doctor(home, clock.now(), google=google)
    if json:
        out(found)
    else:
        typer.echo("\n".join(room.lines(found)))
    if not found["ok"]:
        raise typer.Exit(1)


@command(app, "install", "", "--print", "--home D:/huce")
def install(home: Home = LIVES, *, shown: Annotated[bool, option("--print", about="print")] = False) -> None:
    from branch import startup

    there = startup.of(home)
    if shown:
        typer.echo(there.text().decode("utf-16" if there.system == "windows" else "utf-8"))
        warn(both("autostart.stands_at", path=there.file))
        return
    lang = here(home).settings.lang  # only a branch that is there is started with the computer
    there.switch_on()
    typer.echo(say("autostart.on", lang, path=there.file) + "\n" + say(f"autostart.next_{there.system}", lang))


@command(app, "uninstall", "", "--home D:/huce")
def uninstall(home: Home = LIVES) -> None:
    from branch import startup

    startup.of(home).switch_off(stop=True)
    typer.echo(both("autostart.off"))


@command(app, "bench", "--customers 5000 --visits 100000", "--as-of 2026-11-23 --json")
def bench(
    *,
    customers: Annotated[int, option("--customers", about="customers", min=1)] = 1000,
    as_of: Annotated[datetime | None, option("--as-of", about="looked_at", formats=["%Y-%m-%d"], show_default=False)] = None,
    visits: Annotated[int | None, option("--visits", about="visits", min=0, show_default=False)] = None,
    json: Json = False,
) -> None:
    from benchmarks.house import lines, measure

    found = measure(customers, clock.end_of(as_of.date()) if as_of else clock.now(), visits)
    if json:
        out(found)
    else:
        typer.echo("\n".join(lines(found)))


@command(app, "test", "", "--long")
def test(*, long: Annotated[bool, option("--long", about="long")] = False) -> None:
    wider = [] if long else ["-m", "not long"]
    line = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", *wider]
    raise typer.Exit(subprocess.run(line, cwd=HERE, check=False).returncode)


if __name__ == "__main__":
    run(app)
