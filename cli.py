"""The terminal: every command of Huce. Results go to stdout (with --json: one document), sentences to stderr."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from branch import clock
from texts import Fault, Lang, say

if TYPE_CHECKING:
    from branch.branch import Branch

HERE = Path(__file__).resolve().parent
app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="户策 Huce: what a branch owes its corporate customers, and when. Every command takes --home DIR and --json.",
)  # fmt: skip
Home = Annotated[Path, typer.Option("--home", envvar="HUCE_HOME", help="The folder that holds the branch.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout and nothing else.")]
Today = Annotated[str, typer.Option("--today", help="As of this day (seen whole) or moment, e.g. 2026-11-23.")]
VAR = Path("var")


def at(text: str) -> datetime:
    """The moment that --today means; now when it is not given."""
    if not text:
        return clock.now()
    try:
        return clock.end_of(date.fromisoformat(text)) if len(text) <= 10 else clock.local(datetime.fromisoformat(text))
    except ValueError as error:
        raise typer.BadParameter(say("cli.day", "zh", text=text) + " " + say("cli.day", "en", text=text)) from error


def here(home: Path) -> Branch:
    from branch.branch import open_branch

    return open_branch(home)


def out(document: Any) -> None:
    import orjson

    sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY, default=str) + b"\n")


@app.command()
def init(home: Home = VAR, lang: Annotated[Lang, typer.Option(help="zh or en")] = "zh", *, store: str = "", json: Json = False) -> None:
    """Makes the workbook of a new branch, with the scheme's rules. Refuses to overwrite."""
    from branch import branch

    chosen: dict[str, Any] = {"lang": lang} | ({"store_url": store} if store else {})
    made = branch.create(home, clock.now(), **chosen)
    rules = len(made.rules()[0])
    if json:
        out({"home": str(home), "store": made.store.place, "rules": rules})
    else:
        typer.echo(say("cli.made", lang, path=home, rules=rules))


@app.command()
def scan(home: Home = VAR, today: Today = "", *, dry_run: bool = False, every: Annotated[bool, typer.Option("--all")] = False,
         json: Json = False) -> None:  # fmt: skip
    """What is due as of a day, into the alert ledger. --dry-run writes nothing; --all lists every state."""
    from jobs import scan as job
    from texts import say as words

    now, branch = at(today), here(home)
    found = job.scan(branch, now, dry_run=dry_run)
    lang = branch.settings.lang
    listed = job.rows(branch, found, lang, every=every)
    issues = [
        {"table": i.table, "row": i.row, "column": i.column, "cell": i.cell, "code": i.code, "raw": i.raw, "warning": i.warning}
        for i in found.issues
    ]
    if json:
        out({"today": found.today, "dues": listed, "new": found.new, "issues": issues})
        return
    for row in listed:
        typer.echo(f"{words('state.' + row['state'], lang)} {row['due'] or '—'} {row['why']}")
    counts = {state: sum(row["state"] == state for row in listed) for state in ("overdue", "due_today", "due_soon")}
    typer.echo(say("cli.dues", lang, today=found.today, **counts, open=len(listed) - sum(counts.values()), issues=len(issues)))


@app.command()
def post(home: Home = VAR, *, json: Json = False) -> None:
    """Sends the mails that wait; without a mail server they are written as .eml files into the outbox folder."""
    from jobs.post import post as send

    branch = here(home)
    done = send(branch, clock.now())
    if json:
        out(done)
    else:
        typer.echo(say("cli.posted", branch.settings.lang, **done))


@app.command()
def doctor(home: Home = VAR, *, json: Json = False) -> None:
    """Looks at store, permissions, disk, calendar, clock, mail, jobs and rules, and says how to mend what is not well."""
    from jobs import doctor as room

    found = room.doctor(home, clock.now())
    if json:
        out(found)
    else:
        typer.echo("\n".join(room.lines(found)))
    if not found["ok"]:
        raise typer.Exit(1)


@app.command()
def why(rule: Annotated[str, typer.Option()], row: Annotated[str, typer.Option()], home: Home = VAR, occurrence: str = "",
        today: Today = "", *, json: Json = False) -> None:  # fmt: skip
    """Why a rule reminds of a record, or does not: values, arithmetic, clause, and what makes it go away."""
    now, branch = at(today), here(home)
    lang = branch.settings.lang
    card = branch.why(rule, row, now, lang, occurrence)
    if json:
        out(card)
        return
    typer.echo(card.get("sentence") or f"{card['name']} {card['row']}")
    for line in (*card["because"], card.get("arithmetic", ""), card["sentence_of_rule"], card["ends"]):
        if line:
            typer.echo(say("cli.why", lang, text=line))


@app.command()
def tables(*, json: Json = False) -> None:
    """Every ledger: keys, labels, kinds, choices, units."""
    from sheets.tables import CHANGES, TABLES

    if not json:
        for table in (*TABLES.values(), CHANGES):
            typer.echo(f"{table.key}  {table.zh}  {table.en}")
            for c in table.columns:
                words = " | ".join(f"{choice.code} {choice.zh}" for choice in c.choices)
                typer.echo(f"    {c.key}  {c.zh}  {c.en}  {c.kind}{' *' if c.required else ''}{' ' + c.unit if c.unit else ''}  {words}")
        return
    out([
        {"key": t.key, "zh": t.zh, "en": t.en, "group": t.group, "columns": [
            {"key": c.key, "zh": c.zh, "en": c.en, "kind": c.kind, "required": c.required, "unit": c.unit, "ref": c.ref,
             "choices": [{"code": x.code, "zh": x.zh, "en": x.en} for x in c.choices]} for c in t.columns]}
        for t in (*TABLES.values(), CHANGES)
    ])  # fmt: skip


@app.command()
def verify(home: Home = VAR, *, json: Json = False) -> None:
    """Checks the record of changes: every link of its chain, and that nothing is cut off its end."""
    branch = here(home)
    lang = branch.settings.lang
    damage = branch.store.verify()
    if json:
        out({"ok": not damage, "head": branch.store.head(), "damage": [{"seq": d.seq, "message": say(d.code, lang, seq=d.seq)} for d in damage]})
    for one in () if json else damage:
        typer.echo(say(one.code, lang, seq=one.seq))
    if not json and not damage:
        newest = branch.store.history(limit=1)["seq"]
        typer.echo(say("cli.sound", lang, count=int(newest.iloc[0]) if len(newest) else 0))
    if damage:
        raise typer.Exit(1)


@app.command()
def backup(file: Path, home: Home = VAR) -> None:
    """One consistent copy of everything, proved before it gets its name."""
    branch = here(home)
    branch.store.backup(file)
    typer.echo(say("cli.saved", branch.settings.lang, path=file))


@app.command()
def restore(file: Path, home: Home = VAR) -> None:
    """Puts a backup in place of what is there, after checking it and keeping a copy of what is there."""
    branch = here(home)
    if not file.exists():
        raise Fault("cli.no_file", path=file)
    kept = branch.store.restore(file, clock.now())
    typer.echo(say("cli.restored", branch.settings.lang, path=kept or "—"))


@app.command()
def test(*, long: bool = False) -> None:
    """Runs the tests."""
    line = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile", *([] if long else ["-m", "not long"])]
    raise typer.Exit(subprocess.run(line, cwd=HERE, check=False).returncode)


def main() -> None:
    """Runs a command: 0 done, 1 refused or found broken, 2 wrong usage."""
    words = sys.argv[1:]
    for n, word in enumerate(words):  # accepted before the command as well as after it
        value = words[n + 1 : n + 2] if word == "--home" else [word[7:]] if word.startswith("--home=") else []
        if value:
            os.environ["HUCE_HOME"] = value[0]
            sys.argv[1:] = words[:n] + words[n + (2 if word == "--home" else 1) :]
            break
    try:
        app()
    except Fault as fault:
        refuse(fault.code, {"zh": fault.say("zh"), "en": fault.say("en")})
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 – what nobody foresaw: the details to a file, a sentence to the person
        values = {"error": type(error).__name__, "log": trace(Path(os.environ.get("HUCE_HOME") or VAR))}
        refuse("cli.broken", {"zh": say("cli.broken", "zh", **values), "en": say("cli.broken", "en", **values)})


def refuse(code: str, sentences: dict[str, str]) -> None:
    """Both languages on stderr; under --json the one document on stdout says the same."""
    if "--json" in sys.argv:
        out({"error": {"code": code, **sentences}})
    typer.echo("\n".join(sentences.values()), err=True)
    sys.exit(1)


def trace(home: Path) -> Path:
    """Writes down where an unforeseen error came from; returns the file."""
    import tempfile
    import traceback

    folder = home if home.is_dir() and os.access(home, os.W_OK) else Path(tempfile.gettempdir())
    log = folder / "huce.log"
    with log.open("a", encoding="utf-8") as file:
        file.write(f"{clock.aware(clock.now()).isoformat()} {sys.argv[1:2]}\n{traceback.format_exc()}\n")
    return log


if __name__ == "__main__":
    main()
