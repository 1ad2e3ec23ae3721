"""The figures of a branch: every file here registers its own, by the ledger whose rows have them (rules/figure.py)."""

from __future__ import annotations

import importlib
import pkgutil

from rules.figure import every

for _file in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_file.name}")

FIGURES = every()
