"""Where a store is kept: looks at a SQLite file before anything touches it, and refuses what would end badly."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from sheets.store.faults import StoreBroken, StoreMissing, StoreReadOnly, StoreRefused

MAGIC = b"SQLite format 3\x00"
# File systems whose files another machine may write too, or that lie on another system of this machine (the host of a
# guest, Windows under WSL): memory that is shared here is not shared there, and SQLite's log needs it.
REMOTE = frozenset(
    (
        *("nfs", "nfs3", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "ncpfs", "afpfs", "afs", "coda", "ftp"),
        *("webdav", "webdavfs", "davfs", "ceph", "glusterfs", "lustre", "gpfs", "beegfs", "orangefs", "pvfs2"),
        *("gfs", "gfs2", "ocfs2", "acfs", "9p", "drvfs", "virtiofs", "vboxsf", "vmhgfs", "prl_fs", "osxfs", "fakeowner"),
    )
)
# What people mount themselves mostly lies elsewhere (sshfs, rclone, davfs2, s3fs …); these are known to be disks.
LOCAL_FUSE = frozenset({"fuse.ntfs", "fuse.ntfs-3g", "fuse.exfat", "fuse.encfs", "fuse.gocryptfs", "fuse.cryfs", "fuse.bindfs"})
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
        raise StoreBroken(path, "store.folder")
    if path.exists() and not path.is_file():  # a pipe would keep us waiting, a device has no end
        raise StoreBroken(path, "store.device")
    for log in (path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal")):
        if log.is_dir():
            raise StoreBroken(log, "store.log_folder", store=path)
    if not path.exists():
        if create:
            return
        raise StoreMissing(path)
    if not os.access(path, os.R_OK | os.W_OK):
        raise StoreReadOnly(path)
    whole(path, create=create)


def whole(path: Path, *, create: bool = False) -> None:
    """Raises StoreBroken for a file that by its head is no store, or is cut short."""
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
    place = folder.resolve()
    if sys.platform == "win32":
        import ctypes  # only there

        drive = os.path.splitdrive(place)[0]
        return drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(drive + "\\") == _REMOTE_DRIVE
    return any_remote(*under(place, mounts()))


Mount = tuple[Path, str, str]  # where, the kind of file system, what is mounted


def mounts() -> list[Mount]:
    """What is mounted now; [] where the system does not say, and then only SQLite's own answer counts."""
    table = Path("/proc/self/mountinfo")
    if table.exists():
        return linux(table.read_text("utf-8", "replace"))
    if sys.platform == "darwin":
        return mac(subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=False).stdout)
    return []


def linux(text: str) -> list[Mount]:
    """Of /proc/self/mountinfo: the fifth field is the place; after the dash come the kind and the source."""
    found = []
    for line in text.splitlines():
        place, _, kind = line.partition(" - ")
        fields, after = place.split(" "), kind.split(" ")
        if len(fields) > 4 and len(after) > 1:
            found.append((Path(_plain(fields[4])), after[0], _plain(after[1])))
    return found


def mac(text: str) -> list[Mount]:
    """Of `mount`: //user@host/share on /Volumes/share (smbfs, nodev, nosuid)."""
    lines = (re.fullmatch(r"(.+?) on (/.*) \((\w+)(?:,.*)?\)", line) for line in text.splitlines())
    return [(Path(one[2]), one[3], one[1]) for one in lines if one]


def _plain(field: str) -> str:
    """Spaces, tabs, line ends and backslashes stand there as \\040."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), field)


def under(place: Path, table: list[Mount]) -> tuple[str, str]:
    """The kind and source of the file system that holds a place: the longest mount point, the last of equal ones."""
    best, found = -1, ("", "")
    for point, kind, source in table:
        if place.is_relative_to(point) and len(point.parts) >= best:
            best, found = len(point.parts), (kind, source)
    return found


def any_remote(kind: str, source: str) -> bool:
    """Whether such a file system may lie elsewhere."""
    kind = kind.lower()
    if "fuse" in kind and kind != "fuseblk":  # macOS says macfuse or osxfuse
        return kind not in LOCAL_FUSE
    return kind in REMOTE or source.startswith("//")
