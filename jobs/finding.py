"""One thing that the doctor has looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Finding:
    """`message` says what is so and, when it is not well, how to mend it."""

    check: str
    state: State
    message: str
