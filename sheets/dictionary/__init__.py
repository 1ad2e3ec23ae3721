"""What a branch changes about its tables: other labels, more choices, more columns, ledgers of its own."""

from sheets.dictionary.overlay import hidden, overlay

__all__ = ["hidden", "overlay"]
