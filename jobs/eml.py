"""Mails as .eml files in the outbox folder, where there is no mail server."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def name(row: Mapping[str, Any]) -> str:
    """The file of a mail: its day, kind and recipient, and a part that is its own."""
    own = hashlib.sha256(str(row["id"]).encode("utf-8", "replace")).hexdigest()[:10]
    whom = re.sub(r"[^\w-]", "_", str(row["staff"] or "none"))[:40]
    return f"{row['as_of'] or row['created_at'].date()}-{row['kind']}-{whom}-{own}.eml"


def keep(folder: Path, row: Mapping[str, Any], message: bytes) -> Path:
    """Write the file whole or not at all. The same mail lands in the same file again."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = folder / name(row)
    part = place.with_suffix(".part")  # one name, so that what a crash leaves is overwritten by the next attempt
    with part.open("wb") as file:
        part.chmod(0o600)  # people's names and what they owe: for the owner of the branch alone
        file.write(message)
        file.flush()
        os.fsync(file.fileno())
    part.replace(place)
    return place
