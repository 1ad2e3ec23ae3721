"""What a sender has begun and finished of the mails it holds: a small file, so that a crash leaves one mail in doubt."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from jobs.outbox import Outcome

FOLDER = "posting"


def place(home: Path, holder: str) -> Path:
    return home / FOLDER / f"{hashlib.sha256(holder.encode()).hexdigest()[:24]}.jsonl"


@dataclass
class Journal:
    """One line when a mail is begun and one when it is done. It is handed to the operating system line by line, which
    outlives the process; after a power cut the mails of one batch may go out once more, under their own ids.
    """

    path: Path
    file: TextIO | None = None

    def note(self, key: str, outcome: Outcome | None = None) -> None:
        if self.file is None:
            self.path.parent.mkdir(mode=0o700, exist_ok=True)
            self.file = self.path.open("w", encoding="utf-8", buffering=1)
        done = None if outcome is None else [outcome.kind, outcome.detail, outcome.refused]
        self.file.write(json.dumps([key, done]) + "\n")

    def end(self) -> None:
        """Everything it says stands in the store by now."""
        if self.file is not None:
            self.file.close()
            self.file = None
        self.path.unlink(missing_ok=True)


def read(home: Path, holder: str) -> Mapping[str, Outcome | None] | None:
    """The mails that were begun, and what became of those that were finished. None: there is no such file here, and
    any mail of this holder may have been begun."""
    try:
        lines = place(home, holder).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return None
    found: dict[str, Outcome | None] = {}
    for line in lines:
        try:
            key, done = json.loads(line)
        except ValueError:  # cut off in the middle: its mail was begun a line before
            continue
        found[key] = None if done is None else _outcome(done)
    return found


def _outcome(done: Any) -> Outcome:
    kind, detail, refused = done
    return Outcome(kind, detail, {address: (int(code), str(text)) for address, (code, text) in refused.items()})
