"""Several letters as one file: one document to print, or (where their templates do not go together) a .zip of as few as can be."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

from branch import letters
from branch.branch import Branch
from branch.change import standing
from branch.look import Look
from branch.people import Actor
from documents import joining, template
from texts import Fault


def joins(branch: Branch, look: Look, ids: Iterable[str]) -> bool:
    """Whether letters that are made can be one document."""
    there = standing(look.book, "letters", ids)
    return _one(look.once(("kin", one), partial(_kin, branch, one)) for one in {str(row["document"]) for row in there.values()})


def will_join(branch: Branch, look: Look, kinds: Iterable[str]) -> bool:
    """The same of letters that are still to be made, by the templates of their kinds."""
    return _one(look.once(("kin of", kind), partial(_kin_of, branch, kind)) for kind in set(kinds))


def bundle(branch: Branch, ids: Sequence[str], actor: Actor, now: datetime, *, one: bool) -> bytes:
    """The letters as one .docx (`one`), or as a .zip. Raises what `letters.document` raises, and Fault where `one` is not to be
    had: a template was changed since it was promised."""
    look = branch.look(now)
    made = {key: letters.document(branch, key, actor, now) for key in ids}
    groups: dict[str, list[str]] = {}
    for key, data in made.items():
        groups.setdefault(joining.kin(data) or key, []).append(key)
    if one:
        if not _one(joining.kin(data) for data in made.values()):
            raise Fault("letter.apart")
        return joining.join(list(made.values()))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as whole:
        for group in groups.values():
            data = made[group[0]] if len(group) == 1 else joining.join([made[key] for key in group])
            whole.writestr(_name(look, group), data)
    return packed.getvalue()


def _name(look: Look, group: Sequence[str]) -> str:
    """A document of the .zip: as the letter is called, or from its first number to its last."""
    names = [letters.file_name(look, key) for key in group]
    if len(names) == 1:
        return names[0]
    first, last = (name.removesuffix(template.SUFFIX) for name in (names[0], names[-1]))
    return f"{first} – {last}{template.SUFFIX}"


def _kin(branch: Branch, digest: str) -> str:
    data = branch.store.private.document(digest)
    return joining.kin(data) if data is not None else ""


def _kin_of(branch: Branch, kind: str) -> str:
    try:
        return joining.kin(letters.form_of(branch, kind))
    except (template.BadTemplate, zipfile.BadZipFile):
        return ""


def _one(kin: Iterable[str]) -> bool:
    found = set(kin)
    return len(found) == 1 and "" not in found
