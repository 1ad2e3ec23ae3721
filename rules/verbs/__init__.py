"""The verbs that rules are made of: every file here is one of them, and holds its record as VERB."""

from __future__ import annotations

import importlib
import pkgutil

from rules.verb import Verb

VERBS: dict[str, Verb] = {
    verb.key: verb for verb in (importlib.import_module(f"{__name__}.{one.name}").VERB for one in pkgutil.iter_modules(__path__))
}
