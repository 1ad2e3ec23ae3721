"""The verbs that rules are made of: every file here is one of them, and holds its record as VERB."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable

from rules.verb import Verb


def found(folders: Iterable[str]) -> dict[str, Verb]:
    """The verb of every file in this package's folders, by its key."""
    files = (importlib.import_module(f"{__name__}.{one.name}") for one in pkgutil.iter_modules(folders))
    return {file.VERB.key: file.VERB for file in files}


VERBS: dict[str, Verb] = found(__path__)
