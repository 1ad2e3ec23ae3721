"""settings.toml as a file: written with a mark at its end, kept a good copy of, and never believed when it was cut."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, time
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from branch import files
from texts import LANGS, Fault, Lang, known, say

FILE = "settings.toml"
GOOD = "settings.toml.good"  # the text that was last accepted
END = "# <end>"  # how the last line begins; what follows it explains it
LAST = "policy.export_reason"  # the last line of a file, also of one that was written before there was such a mark
LARGEST = 1_048_576  # bytes: a thousand times what is ever set
HEAD = 8  # characters by which our first line is known
Tree = dict[str, Any]


class SettingsFault(Fault):
    """settings.toml or the environment says something that cannot be taken; names the place and the mend."""


def written(tree: Mapping[str, Any]) -> str:
    """The tree as TOML, each setting under a line that explains it, and the mark of the end."""
    lang = known(tree.get("lang"))
    lines = [f"# {say('setting.file', lang)}"]
    lines += [line for key, value in tree.items() if not isinstance(value, Mapping) for line in _entry("", key, value, lang)]
    last = LAST.partition(".")[0]  # a file that was cut shows it by what is missing at its end
    for part, values in sorted(tree.items(), key=lambda one: one[0] == last):
        if isinstance(values, Mapping):
            lines += ["", f"[{part}]"]
            lines += [line for key, value in values.items() for line in _entry(f"{part}.", key, value, lang)]
    return "\n".join([*lines, "", f"{END} {say('setting.end', lang)}"]) + "\n"


def read(home: Path) -> tuple[Tree, str]:
    """What stands in the file, and its text. Raises SettingsFault where it cannot be read or was cut short."""
    path = home / FILE
    good = _good(home)
    text = _text(path, good)
    tree = _tree(path, text, good)
    _whole(home, text, tree, good)
    return tree, text


def keep(home: Path, text: str) -> None:
    """Puts the accepted text beside the file, so that a later one can be compared with it and be put back."""
    copy = home / GOOD
    if files.odd(copy):
        return
    with suppress(files.HomeFault, OSError):  # a home that is full or may only be read is told by whoever has something to save
        if not copy.exists() or files.exposed(copy) or copy.read_bytes() != text.encode():
            files.write(copy, text)


def line_of(text: str, loc: list[str]) -> int:
    """The line of the file on which a setting stands, 0 when it stands nowhere."""
    part = ""
    for number, line in enumerate(text.splitlines(), 1):
        if found := re.match(r"\s*\[(\w+)\]", line):
            part = found[1]
        elif (found := re.match(r"\s*(\w+)\s*=", line)) and [w for w in (part, found[1]) if w] == loc[:2]:
            return number
    return 0


def _whole(home: Path, text: str, tree: Tree, good: Tree | None) -> None:
    """A file that ends with the mark was written to its end, by us or in an editor. One without it is whole if nothing
    is missing that stood there when it was last accepted: then somebody took away the mark alone, or wrote below it."""
    rows = [row.strip() for row in text.splitlines() if row.strip()]
    if rows and rows[-1].startswith(END):
        return
    there = set(_keys(tree))
    if good is not None:
        gone = [key for key in _keys(good) if key not in there]
    else:  # of a program that wrote no mark, or written by hand from the first line on
        ours = not rows or any(rows[0].startswith(f"# {say('setting.file', lang)}"[:HEAD]) for lang in LANGS)
        gone = [LAST] if ours and LAST not in there else []
    if gone:
        one = "branch.settings_cut_one" if len(gone) == 1 else "branch.settings_cut"
        code = one if good is not None else "branch.settings_cut_alone"
        raise SettingsFault(code, path=home / FILE, good=home / GOOD, size=len(text.encode()), missing=gone[0], more=len(gone) - 1, end=END)


def _keys(tree: Mapping[str, Any]) -> list[str]:
    return [
        name for key, value in tree.items() for name in ([f"{key}.{inner}" for inner in value] if isinstance(value, Mapping) else [key])
    ]


def _good(home: Path) -> Tree | None:
    """What was last accepted; None where there is no such copy, or none that can be read."""
    copy = home / GOOD
    if files.odd(copy):
        return None
    with suppress(OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return tomllib.loads(copy.read_text("utf-8"))
    return None


def _text(path: Path, good: Tree | None) -> str:
    if odd := files.odd(path):
        raise _no_file(path, odd, good)
    try:
        if files.exposed(path):
            path.chmod(0o600)  # it may hold a password
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except PermissionError as error:
        raise SettingsFault("branch.settings_closed", path=path) from error
    except OSError as error:
        raise files.fault(error, path) from error
    if len(data) > LARGEST:
        raise _no_file(path, "large", good)
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":  # cut within a character: told as what it is
            return data[: error.start].decode("utf-8-sig")
        raise SettingsFault("branch.settings_encoding", path=path) from error


def _no_file(path: Path, why: str, good: Tree | None) -> SettingsFault:
    """Something else stands in the place of the file: what it is, and where the settings may be had from."""
    back = "branch.settings_back" if good is None else "branch.settings_back_good"
    backs = {f"back_{lang}": say(back, lang, path=path, good=path.with_name(GOOD)) for lang in LANGS}
    target = path.readlink() if why == "link" else ""
    return SettingsFault(f"branch.settings_{why}", path=path, target=target, most=LARGEST // 1024, **backs)


def _tree(path: Path, text: str, good: Tree | None) -> Tree:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        shown = text.splitlines()[line - 1].strip() if line <= len(text.splitlines()) else ""
        shown = re.sub(r"[\x00-\x1f\x7f]", "\ufffd", shown)  # a disk that failed leaves zeros
        shown = re.sub(r"(?i)(password|store_url|secret)(\s*=).*", r"\1\2 ••••", shown)
        code = "branch.settings_broken" if good is None else "branch.settings_broken_good"
        raise SettingsFault(code, path=path, line=line, shown=shown[:60], good=path.with_name(GOOD)) from error


def _entry(part: str, key: str, value: object, lang: Lang) -> list[str]:
    try:
        note = [f"# {say(f'setting.{part}{key}', lang)}"]
    except KeyError:  # a key that is no setting gets no explanation; the check that follows names it
        note = []
    return [*note, f"{key} = {_toml(value)}"]


def _toml(value: object) -> str:
    if value is None:
        return '""'
    if isinstance(value, SecretStr):
        return _toml(value.get_secret_value())
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, time):
        return f'"{value:%H:%M}"'
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    text = (value.isoformat() if isinstance(value, date) else str(value)).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda found: f"\\u{ord(found[0]):04x}", text) + '"'
