"""How full a customer's file is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sheets.book import Book


def completeness(book: Book) -> Mapping[str, float]:
    """Customer → share of the required columns that are filled, in percent."""
    table, frame = book.tables["customers"], book.frame("customers")
    asked = [c.key for c in table.columns if c.required]
    filled = np.array([(frame[key].notna() & (frame[key].astype("str") != "")).to_numpy() for key in asked])
    share: Any = filled.mean(axis=0) * 100 if len(frame) else []
    return dict(zip(frame["id"].astype(str), map(float, share), strict=True))
