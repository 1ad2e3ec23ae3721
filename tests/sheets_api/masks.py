"""Field masks: which parts of an answer are wanted, "sheets(properties(title),data.rowData),replies"."""

from __future__ import annotations

import re
from typing import Any

from tests.sheets_api.errors import Refused

Mask = dict[str, Any]  # a name and the mask below it; an empty mask takes everything


def parse(text: str) -> Mask:
    """Raises Refused when the brackets do not fit."""
    tokens = re.findall(r"[\w*]+|[(),./]", text)
    mask, rest = _list(tokens)
    if rest or "".join(tokens) != re.sub(r"\s", "", text):
        raise unfit(text)
    return mask


def _list(tokens: list[str]) -> tuple[Mask, list[str]]:
    mask: Mask = {}
    while tokens and tokens[0] != ")":
        if tokens[0] == ",":
            tokens = tokens[1:]
            continue
        names, tokens = [tokens[0]], tokens[1:]
        while tokens and tokens[0] in "./" and len(tokens) > 1:
            names, tokens = [*names, tokens[1]], tokens[2:]
        below: Mask = {}
        if tokens and tokens[0] == "(":
            below, tokens = _list(tokens[1:])
            if not tokens:
                raise unfit("(")
            tokens = tokens[1:]
        _add(mask, names, below)
    return mask, tokens


def _add(mask: Mask, names: list[str], below: Mask) -> None:
    for depth, name in enumerate(names):
        known = name in mask
        last = depth == len(names) - 1
        if known and not mask[name]:
            return  # all of it is wanted already
        if last and not below:
            mask[name] = {}
            return
        mask = mask.setdefault(name, {})
    for name, deeper in below.items():
        _add(mask, [name], deeper)


def unfit(path: str) -> Refused:
    said = f"Error expanding 'fields' parameter. Cannot find matching fields for path '{path}'."
    violation = {"field": path, "description": said}
    details = [{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}]
    return Refused(400, "Request contains an invalid argument.", details=details)


def check(mask: Mask, names: set[str]) -> None:
    for name in mask:
        if name != "*" and name not in names:
            raise unfit(name)


def apply(value: Any, mask: Mask) -> Any:
    """What the mask leaves of an answer."""
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        return [apply(one, mask) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: apply(one, mask[name]) for name, one in value.items() if name in mask}


def wants(mask: Mask | None, *path: str) -> bool:
    """Whether a mask asks for this part; no mask asks for everything."""
    for name in path:
        if mask is None or not mask or "*" in mask:
            return True
        if name not in mask:
            return False
        mask = mask[name]
    return True
