"""Where a store is kept: looks at a SQLite file before anything touches it, and refuses what would end badly."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from sheets.store.faults import StoreBroken, StoreMissing, StoreReadOnly, StoreRefused

MAGIC = b"SQLite format 3\x00"
NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afpfs", "webdav", "fuse.sshfs", "9p", "afs", "ceph", "glusterfs"}
_REMOTE_DRIVE = 4  # GetDriveTypeW


def look(path: Path, *, create: bool) -> None:
    """Raises the Fault that names the path and the mend, or returns: the file may be opened (or made).

    Nothing is written. A damaged tail is only judged when no log is waiting to be replayed into the file.
    """
    folder = path.parent
    if not folder.is_dir():
        raise StoreMissing(path, "store.no_folder")
    if remote(folder):
        raise StoreRefused(path, "store.network")
    if not os.access(folder, os.W_OK):
        raise StoreReadOnly(path)
    if path.is_dir():
        raise StoreBroken(path, "store.not_a_store")
    if not path.exists():
        if create:
            return
        raise StoreMissing(path)
    if not os.access(path, os.R_OK | os.W_OK):
        raise StoreReadOnly(path)
    _whole(path, create=create)


def _whole(path: Path, *, create: bool) -> None:
    with path.open("rb") as file:
        head = file.read(100)
    log = path.with_name(path.name + "-wal")
    replay = log.exists() and log.stat().st_size > 0
    if not head:
        if create or replay:
            return
        raise StoreBroken(path, "store.empty")
    if head[:16] != MAGIC[: len(head)] or (len(head) < 100 and not replay):
        raise StoreBroken(path, "store.not_a_store")
    if replay or head[24:28] != head[92:96]:  # the page count is only kept current with the change counter
        return
    page = int.from_bytes(head[16:18], "big")
    due = int.from_bytes(head[28:32], "big") * (65536 if page == 1 else page)
    if path.stat().st_size < due:
        raise StoreBroken(path, "store.cut_short", size=path.stat().st_size, due=due)


def remote(folder: Path) -> bool:
    """Whether the folder lies on another machine: SQLite's log needs memory shared on one host."""
    if sys.platform == "win32":
        import ctypes  # only there

        drive = os.path.splitdrive(folder.resolve())[0]
        return drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(drive + "\\") == _REMOTE_DRIVE
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return False
    return _kind(folder.resolve(), mounts.read_text("utf-8", "replace")) in NETWORK


def _kind(folder: Path, mounts: str) -> str:
    """The file system under a folder: the longest mount point that holds it."""
    best, kind = "", ""
    for line in mounts.splitlines():
        _, point, name, *_ = line.split(" ")
        point = point.replace("\\040", " ")
        if folder.is_relative_to(point) and len(point) >= len(best):
            best, kind = point, name
    return kind
