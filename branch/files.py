"""Small files of a home: written whole or not at all, for the owner's eyes only."""

from __future__ import annotations

import errno
import os
import secrets
from pathlib import Path

from texts import Fault

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
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
    return HomeFault("branch.disk", path=path, error=error.strerror or type(error).__name__)


def write(path: Path, text: str) -> None:
    """Replace a file in one step, mode 600. A crash or a full disk leaves the old one as it was."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        _drop(draft)
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
        _drop(trial)


def exposed(path: Path) -> bool:
    """Others on this machine may read the file (Windows keeps no such modes)."""
    return os.name == "posix" and bool(path.stat().st_mode & 0o077)


def _drop(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return  # what could not be written need not be there to be removed
