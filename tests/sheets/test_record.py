"""The record of changes chains its lines by what JSON would write of them, so that a chain begun by an older program holds."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from sheets.store.record import FIELDS, START, digest

WORDS = st.none() | st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(WORDS, min_size=len(FIELDS), max_size=len(FIELDS)), st.integers(0, 2**62))
def test_a_line_is_hashed_as_json_writes_it(words: list[str | None], number: int) -> None:
    line = dict(zip(FIELDS, words, strict=True)) | {"seq": number, "rev": number, "at": datetime(2026, 11, 28, 9)}
    plain = [str(line[key]) if key == "at" else line[key] for key in FIELDS]
    written = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    assert digest(START, line) == hashlib.sha256(f"{START}|{written}".encode()).hexdigest()
