"""The parts of a zipped workbook, unpacked with a limit: what claims to be small and is not is refused."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass, field

from sheets.files.reading import Unreadable

LARGEST = 512 * 1_048_576  # bytes of all parts together, unpacked
_DOCTYPE = b"<!DOCTYPE"  # no part of a workbook has one; entities could grow without end
_HEAD = 1024


@dataclass(slots=True)
class Package:
    """A zip file that was looked at before anything is unpacked. Raises Unreadable when it is damaged or too large."""

    data: bytes
    zip: zipfile.ZipFile = field(init=False)
    names: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        try:
            self.zip = zipfile.ZipFile(io.BytesIO(self.data))
        except (zipfile.BadZipFile, ValueError, OSError, EOFError) as error:
            raise Unreadable("book.damaged") from error
        found = self.zip.infolist()
        self.names = frozenset(info.filename for info in found)
        if len(self.names) < len(found) or any(info.flag_bits & 1 for info in found):
            raise Unreadable("book.damaged")
        size = sum(info.file_size for info in found)
        if size > LARGEST:
            raise Unreadable("book.too_large", size=size // 1_048_576, most=LARGEST // 1_048_576)

    def part(self, name: str) -> bytes:
        """One part, as long as it says and no longer; nothing when there is none."""
        if name not in self.names:
            return b""
        try:
            found = self.zip.read(name)
        except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError, RuntimeError) as error:
            raise Unreadable("book.damaged") from error
        if _DOCTYPE in found[:_HEAD]:
            raise Unreadable("book.damaged")
        return found

    def check(self) -> None:
        """Reads every part of text once: one whose size or check sum is not what it says is damaged, or a trap."""
        for name in self.names:
            if name.endswith((".xml", ".rels", ".bin")):
                self.part(name)
