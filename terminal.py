"""How the terminal speaks: results on stdout, sentences in both languages on stderr, help that teaches, exit codes."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

import typer
from typer.exceptions import TyperException

from branch import clock, home
from texts import LANGS, Fault, Lang, say

HERE = Path(__file__).resolve().parent
LIVES, DEMO = home.standard(), home.sample()
START = "python3 start.py"
Command = TypeVar("Command", bound=Callable[..., Any])


def both(code: str, **values: object) -> str:
    return f"{say(code, 'zh', **values)}\n{say(code, 'en', **values)}"


def option(*names: str, about: str, **more: Any) -> Any:
    """An option that explains itself in both languages."""
    return typer.Option(*names, help=both(f"cli.option.{about}").replace("\n", " "), **more)


def command(app: typer.Typer, name: str, *examples: str) -> Callable[[Command], Command]:
    """A command whose help says what it is for and shows how it is typed."""
    zh, en = say(f"cli.help.{name}", "zh"), say(f"cli.help.{name}", "en")
    shown = "\n".join(f"  {START} {name}{' ' * bool(one)}{one}" for one in examples)
    return app.command(name, help=f"{zh}\n\n{en}\n\n\b\n{shown}", short_help=f"{zh.split('。')[0]} · {en.split('.')[0]}")


def at(text: str) -> datetime:
    """The moment that --today means, a day seen whole; now when it is not given."""
    if not text:
        return clock.now()
    try:
        return clock.end_of(date.fromisoformat(text)) if len(text) <= 10 else clock.local(datetime.fromisoformat(text))
    except ValueError as error:
        raise typer.BadParameter(both("cli.day", text=text)) from error


def language(text: str) -> Lang:
    """The language that --lang means."""
    if text not in LANGS:
        raise typer.BadParameter(both("cli.lang", text=text, langs=", ".join(LANGS)))
    return text


def ask_which() -> Literal["demo", "serve"]:
    """The very first start, by somebody who sits there: the sample branch, or one of their own. Nobody there: their own."""
    if sys.stdin is None or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return "serve"
    while True:
        warn(both("cli.which"))
        answer = sys.stdin.readline()
        if not answer or answer.strip() in {"", "2"}:
            return "serve"
        if answer.strip() == "1":
            return "demo"


def warn(text: str) -> None:
    """A sentence that is no result: it goes where no script reads one."""
    typer.echo(text, err=True)


def out(document: Any) -> None:
    """The one document of --json."""
    import orjson

    choices = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY
    sys.stdout.buffer.write(orjson.dumps(document, option=choices, default=str) + b"\n")


def run(app: typer.Typer) -> None:
    """Runs a command and ends: 0 done, 1 refused or found broken, 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console of another code page shows ? instead of failing
    words = sys.argv[1:]
    for n, word in enumerate(words):  # accepted before the command as well as after it
        value = words[n + 1 : n + 2] if word == "--home" else [word[7:]] if word.startswith("--home=") else []
        if value:
            os.environ["HUCE_HOME"] = value[0]
            words = words[:n] + words[n + (2 if word == "--home" else 1) :]
            break
    _speak(Path(os.environ.get("HUCE_HOME") or LIVES))
    try:
        code = app(words, prog_name=START, standalone_mode=False)
    except TyperException as error:
        refuse(Misused(error), 2)
    except Fault as fault:
        refuse(fault, 2 if fault.code in WRONG_USAGE else 1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # whoever read our answer has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 – what nobody foresaw: the details to a file, a sentence to the person
        refuse("cli.broken", 1, error=type(error).__name__, log=trace(Path(os.environ.get("HUCE_HOME") or LIVES)))
    else:
        sys.exit(code if isinstance(code, int) else 0)


def _speak(home: Path) -> None:
    """Started with the computer there may be no window to speak to (pythonw): then what is said goes to a file."""
    if sys.stdout is None or sys.stderr is None:
        place = home / "portal.log"
        log = (place if _may_append(place) else Path(os.devnull)).open("a", encoding="utf-8", buffering=1)
        sys.stdout, sys.stderr = sys.stdout or log, sys.stderr or log


# What the person typed cannot be meant, whatever the branch holds.
WRONG_USAGE = frozenset({"exchange.no_table", "exchange.blanks", "exchange.labels"})


def refuse(what: str | Fault, code: int, **values: object) -> None:
    """Both languages on stderr; under --json the one document on stdout says the same."""
    fault = what if isinstance(what, Fault) else Fault(what, **values)
    zh, en = fault.say("zh"), fault.say("en")
    if "--json" in sys.argv:
        out({"error": {"code": fault.code, "zh": zh, "en": en}})
    typer.echo(f"{zh}\n{en}", err=True)
    sys.exit(code)


class Misused(Fault):
    """A command that cannot be meant: what is wrong with it in the language of the sentence, where that is known."""

    def __init__(self, error: TyperException) -> None:
        super().__init__("cli.usage")
        self.error: Any = error

    def say(self, lang: Lang) -> str:
        return say(self.code, lang, reason=self._reason(lang))

    def _reason(self, lang: Lang) -> str:
        error, said = self.error, str(self.error.message)
        if hasattr(error, "possibilities"):
            return say("cli.usage_option", lang, name=error.option_name)
        quoted = re.findall(r"'([^']+)'", said)
        if said.startswith("No such command") and quoted:
            code = "cli.usage_command" if len(quoted) == 1 else "cli.usage_command_like"
            return say(code, lang, name=quoted[0], like=quoted[-1])
        extra = re.match(r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)", said)
        if extra:
            return say("cli.usage_extra", lang, words=extra[1])
        param = getattr(error, "param", None)
        name = param.opts[0] if param is not None and param.opts else str(getattr(error, "param_hint", None) or "")
        name = name if name.startswith("-") else name.upper()
        if hasattr(error, "param_type"):
            return say("cli.usage_missing", lang, name=name)
        if len(lines := said.splitlines()) == len(LANGS):  # ours, in both languages
            return lines[LANGS.index(lang)].rstrip("。.")
        if name:
            return say("cli.usage_whole" if "integer" in said else "cli.usage_value", lang, name=name)
        return str(error.format_message()).rstrip(".")


def trace(home: Path) -> Path:
    """Writes down where an unforeseen error came from; returns the file."""
    import tempfile
    import traceback

    log = home / "huce.log"
    if not _may_append(log):
        log = Path(tempfile.mkdtemp(prefix="huce-")) / log.name
    with log.open("a", encoding="utf-8") as file:
        file.write(f"{clock.aware(clock.now()).isoformat()} {sys.argv[1:2]}\n{traceback.format_exc()}\n")
    return log


def _may_append(log: Path) -> bool:
    """Whether lines can be written there: a folder or a pipe may stand in the place of a log, or the home not be ours."""
    writable = os.access(log if log.exists() else log.parent, os.W_OK)
    return log.parent.is_dir() and writable and (log.is_file() or not os.path.lexists(log))
