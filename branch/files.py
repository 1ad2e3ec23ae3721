"""Small files of a home: written whole or not at all, for the owner's eyes only."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from sheets.store.faults import FULL
from texts import Fault

BACKUPS = "backups"
EXPORTED = "huce-export.json"  # the note an export leaves of what it wrote
Odd = Literal["folder", "link", "device"]
FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class HomeFault(Fault):
    """A home that cannot be made, opened or written, and how to mend it."""


def fault(error: OSError, path: Path) -> HomeFault:
    """The sentence for what the operating system refused."""
    if error.errno in FULL:
        return HomeFault("branch.full", path=path)
    if error.errno in FORBIDDEN:
        return HomeFault("branch.readonly", path=path)
    if isinstance(error, NotADirectoryError | FileExistsError):
        return HomeFault("branch.not_a_folder", path=path)
    if isinstance(error, IsADirectoryError):
        return HomeFault("branch.not_a_file", path=path)
    if isinstance(error, FileNotFoundError) or error.errno == errno.ELOOP:
        return HomeFault("branch.gone", path=path)
    return HomeFault("branch.disk", path=path, error=error.strerror or type(error).__name__)


def odd(path: Path) -> Odd | None:
    """What stands in the place of a file and is none: reading it would fail, wait for ever or never end."""
    if path.is_symlink() and not path.exists():
        return "link"
    if path.is_dir():
        return "folder"
    return "device" if path.exists() and not path.is_file() else None


def at_home(home: Path) -> None:
    """Raises HomeFault where a home is a file, a link to nothing, or a folder that may not be opened."""
    if home.is_symlink() and not home.exists():
        raise HomeFault("branch.home_link", path=home, target=home.readlink())
    may_be_folder(home)
    if home.is_dir() and not os.access(home, os.R_OK | os.X_OK):
        raise HomeFault("branch.home_closed", path=home)


def may_be_folder(path: Path) -> None:
    """Raises HomeFault where something else than a folder stands in its place."""
    if os.path.lexists(path) and not path.is_dir():
        raise HomeFault("branch.not_a_folder", path=path)


def write(path: Path, text: str) -> None:
    """Replace a text file in one step, mode 600. A crash or a full disk leaves the old one as it was."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, data: bytes) -> None:
    """The same of any file."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        drop(draft)
        raise fault(error, path) from error


def outside(home: Path, target: Path) -> None:
    """Raises HomeFault when something is to be written into the home of a branch, other than into its backups."""
    place = target.resolve()
    for one in (place, *place.parents):
        if one.exists() and (one.samefile(home / BACKUPS) if (home / BACKUPS).exists() else False) and one != place:
            return
        if home.exists() and one.exists() and one.samefile(home):
            raise HomeFault("branch.in_home", path=target, home=home)


def export(target: Path, found: Mapping[str, bytes], install: str, about: Mapping[str, Any] | None = None) -> None:
    """Writes the files of an export into a folder, and a note of them: their sums, and `about` what they hold. What stands
    there already is replaced only if this branch exported it and nobody has changed it since; otherwise nothing at all is
    written (HomeFault)."""
    folder(target)
    ours = _exported(target, install)
    taken = [name for name in found if not _ours(target / name, ours.get(name, []))]
    if taken:
        code = "branch.export_taken" if len(taken) > 1 else "branch.export_taken_alone"
        raise HomeFault(code, path=target / taken[0], more=len(taken) - 1)
    sums = {name: digest(data) for name, data in found.items()}
    # both the old and the new are ours while they are exchanged, so that an export that is cut off can be made again
    _note(target, install, ours | {name: [*ours.get(name, []), new] for name, new in sums.items()})
    for name, data in found.items():
        write_bytes(target / name, data)
    _note(target, install, ours | {name: [new] for name, new in sums.items()}, about)


def export_one(target: Path, data: bytes) -> None:
    """Writes an export that is one file. Whatever stands there stays: people may have written into it since (HomeFault)."""
    if os.path.lexists(target):
        raise HomeFault("branch.file_taken", path=target)
    folder(target.parent)
    write_bytes(target, data)


def digest(data: bytes) -> str:
    """By which a file's content is known."""
    return hashlib.sha256(data).hexdigest()


def _note(target: Path, install: str, sums: Mapping[str, list[str]], about: Mapping[str, Any] | None = None) -> None:
    said = {**(about or {}), "install": install, "sha256": sums}
    write(target / EXPORTED, json.dumps(said, ensure_ascii=False, indent=1) + "\n")


def exported(target: Path) -> dict[str, Any] | None:
    """The note that an export left in a folder, of whatever branch; None where there is none. HomeFault when it cannot be read."""
    try:
        said = json.loads((target / EXPORTED).read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise HomeFault("exchange.note_broken", path=target / EXPORTED) from error
    if not isinstance(said, dict):
        raise HomeFault("exchange.note_broken", path=target / EXPORTED)
    return said


def sound(target: Path, said: Mapping[str, Any]) -> str:
    """The first file that is not as the note of an export says, or ""."""
    sums = said.get("sha256")
    for name, known in sums.items() if isinstance(sums, dict) else [(EXPORTED, [])]:
        try:
            if not isinstance(known, list) or digest((target / name).read_bytes()) not in known[-1:]:
                return str(name)
        except OSError:
            return str(name)
    return ""


def _exported(target: Path, install: str) -> dict[str, list[str]]:
    """What this branch has exported into a folder: the sums of each file's content. A note of others is not replaced."""
    note = target / EXPORTED
    if not os.path.lexists(note):
        return {}
    try:
        said = json.loads(note.read_text("utf-8")) if stat.S_ISREG(note.lstat().st_mode) else {}
        if said["install"] == install:
            return {str(name): [str(one) for one in sums] for name, sums in said["sha256"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise HomeFault("branch.export_taken_alone", path=note) from error
    raise HomeFault("branch.export_other", path=target)


def _ours(path: Path, sums: list[str]) -> bool:
    """Whether nothing stands there, or what does is as we wrote it."""
    if not os.path.lexists(path):
        return True
    try:
        return stat.S_ISREG(path.lstat().st_mode) and digest(path.read_bytes()) in sums
    except OSError as error:
        raise fault(error, path) from error


def folder(path: Path) -> None:
    """Make a folder that only its owner may open; one that is there already is left as it is."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise fault(error, path) from error


def probe(home: Path) -> None:
    """Find out now, and with a sentence, whether Huce can write here."""
    trial = home / f".probe.{secrets.token_hex(4)}"
    try:
        trial.write_bytes(b"\0" * 4096)
    except OSError as error:
        raise fault(error, home) from error
    finally:
        drop(trial)


def exposed(path: Path) -> bool:
    """Others on this machine may read the file (Windows keeps no such modes)."""
    return os.name == "posix" and bool(path.stat().st_mode & 0o077)


def drop(path: Path) -> None:
    """Take a file away."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return  # what could not be written need not be there to be removed
