"""A rule put together by picks: what is asked follows its verb, what was picked is said back as a sentence, one save."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import streamlit as st

from branch import drafting, picks
from pages.parts import drafts, rulelines, rulewhatif, saving
from pages.parts.clashes import clashes
from pages.parts.desk import Desk
from pages.parts.guard import require
from pages.parts.rulefields import RAW, Field, Place
from pages.parts.words import literal
from sheets.schema import Issue
from texts import say
from texts import words as every

SCREEN = "rules"
FIRST = ("name_zh", "name_en", "clause")
WORDS = ("text_zh", "text_en")
HUCES = frozenset({"id", "enabled", "verb", "link"})  # made by Huce, or picked elsewhere


def fill(desk: Desk, name: str, cells: Mapping[str, str], row: str = "", *, locked: bool = False) -> str:
    """Draws the builder. On the one run that follows a good save: the number of the rule; else ""."""
    done = saving.outcome(name)
    if done is not None and done.saved:
        saving.forget(name)
        st.session_state[saving.TOLD] = done.said
        drafts.drop(desk, name)
        return done.row
    _begin(desk, name, cells, row)
    drafts.tell(desk, SCREEN, name, saving.forget)
    with st.container():
        if done is not None and done.clashes:
            clashes(desk, name, SCREEN, done)
            return ""
    if not row:
        _verb(desk, name)
    asked, errors = _cells(desk, name), st.session_state.get(f"{name}.errors", {})
    _keep(desk, name, asked)
    now = Place(desk, name, "", asked, locked)
    for line in (("name_zh", "name_en"), *_pairs(asked["verb"]), *(((key,)) for key in WORDS), ("clause",)):
        for place, key in zip(st.columns(len(line)) if len(line) > 1 else [st.container()], line, strict=True):
            with place:
                _field(now, key, errors)
    others = _others(desk, asked["verb"])
    filled = any(asked[key] for key in others) or not errors.keys().isdisjoint(others)
    with st.expander(desk.words("rules.others"), expanded=not errors.keys().isdisjoint(others)):
        st.caption(desk.words("rules.others_hint" if not filled else "rules.others_filled"))
        for key in others:
            _field(now, key, errors)
    _said(desk, name, asked)
    if locked:
        return ""
    with st.container(key=f"savebar_{name.replace('.', '_')}"):
        with st.container():
            if done is not None:
                st.error(literal(done.said))
            elif errors:
                labels = [desk.tables["rules"][key].label(desk.lang) for key in errors]
                st.error(desk.words("form.mend", count=len(errors), fields=desk.plainly("comma").join(labels)))
        token = saving.token(name)
        st.button(desk.words("rules.save"), key=f"{name}.save.{token}", type="primary", on_click=_save, args=(name, row))
    return ""


def _pairs(verb: str) -> Iterator[tuple[str, ...]]:
    """Short picks two abreast; what has lines of its own over the whole width."""
    asks = picks.asks(verb)
    waiting = ""
    for key, kind in asks.items():
        if kind.startswith(("comparisons", "rungs", "length")):
            yield from ((waiting,),) if waiting else ()
            waiting = ""
            yield (key,)
        elif waiting:
            yield (waiting, key)
            waiting = ""
        else:
            waiting = key
    if waiting:
        yield (waiting,)


def _others(desk: Desk, verb: str) -> list[str]:
    """The cells for which the verb has no picks."""
    asks = picks.asks(verb)
    return [c.key for c in desk.tables["rules"].columns if c.key not in {*asks, *FIRST, *WORDS, *HUCES} and not c.auto]


def _kind(verb: str, cell: str) -> Field:
    asks = picks.asks(verb)
    if cell in WORDS or cell.startswith("name_"):
        return rulelines.WORDS if cell in WORDS else RAW
    return rulelines.FIELDS.get(asks.get(cell, ""), RAW)


def _field(now: Place, cell: str, errors: Mapping[str, str]) -> None:
    place = Place(now.desk, now.name, cell, now.cells, now.locked)
    (RAW if _raw(place) else _kind(now.cells["verb"], cell)).draw(place)
    if error := errors.get(cell):
        first = f"first_fault_{st.session_state.get(f'{now.name}.tries', 0)}" if cell == next(iter(errors)) else f"fault_{cell}"
        with st.container(key=f"{first}_{now.name.replace('.', '_')}"):
            st.caption(f":red[{literal(error)}]")


def _raw(place: Place) -> bool:
    return place.cell in st.session_state.get(f"{place.name}.raw", ())


def _begin(desk: Desk, name: str, cells: Mapping[str, str], row: str) -> None:
    """On the first run, and whenever it was out of sight, which takes its widgets out of the session: they hold what the cells say,
    and what was picked earlier and not saved comes back."""
    if f"{name}.cells" in st.session_state and f"{name}.{FIRST[0]}" in st.session_state:
        _refill(desk, name)
        return
    for key in [key for key in st.session_state if isinstance(key, str) and key.startswith(f"{name}.") and key.endswith((".held", ".of"))]:
        del st.session_state[key]
    st.session_state.pop(f"{name}.cleared", None)
    draft = drafts.load(desk, name)
    typed = {key: str(value) for key, value in draft.typed.items() if key in cells}
    st.session_state[f"{name}.base"] = dict(cells) | {key: str(draft.base.get(key) or "") for key in typed} if row else dict(cells)
    st.session_state[f"{name}.cells"] = dict(cells) | typed
    st.session_state[f"{name}.raw"] = set()
    st.session_state[f"{name}.verb"] = typed.get("verb") or cells["verb"]
    if typed:
        st.session_state[f"{name}.restored"] = draft.at
    _refill(desk, name)


def _refill(desk: Desk, name: str) -> None:
    """Puts the cells into the widgets of the verb, as far as they are not there yet; a head that was turned empties those below."""
    cells: dict[str, str] = st.session_state[f"{name}.cells"]
    for cleared in st.session_state.pop(f"{name}.cleared", ()):
        cells[cleared] = ""
        st.session_state[f"{name}.raw"].discard(cleared)
    cells["verb"] = verb = str(st.session_state[f"{name}.verb"])
    if st.session_state.get(f"{name}.of") == verb and not _missing(desk, name):
        return
    st.session_state[f"{name}.of"] = verb
    for cell in _missing(desk, name):
        place = Place(desk, name, cell, cells)
        held = _kind(verb, cell).start(place, cells[cell])
        if held is None:
            st.session_state[f"{name}.raw"].add(cell)
            held = {"": cells[cell]}
        for part, value in held.items():
            st.session_state[place.key + part] = value
        st.session_state[f"{place.key}.held"] = dict(held)


def _missing(desk: Desk, name: str) -> list[str]:
    return [c.key for c in desk.tables["rules"].columns if c.key not in HUCES and f"{name}.{c.key}.held" not in st.session_state]


def _verb(desk: Desk, name: str) -> None:
    verb = desk.tables["rules"]["verb"]
    known = {choice.code: choice.label(desk.lang) for choice in verb.choices if choice.code in picks.verbs()}
    st.segmented_control(
        desk.words("rules.verb"),
        list(known),
        key=f"{name}.verb",
        required=True,
        format_func=known.__getitem__,
        on_change=_turned,
        args=(name,),
    )
    st.caption(desk.words(f"rules.verb_of.{st.session_state[f'{name}.verb']}"))


def _turned(name: str) -> None:
    """Another verb asks other things of the same cells: they begin anew."""
    for cell in ("date", "due", "window", "event", "event_where", "done", "lead", "count"):
        for key in [key for key in st.session_state if isinstance(key, str) and (key + ".").startswith(f"{name}.{cell}.")]:
            del st.session_state[key]
        st.session_state[f"{name}.cleared"] = {*st.session_state.get(f"{name}.cleared", ()), cell}


def _cells(desk: Desk, name: str) -> dict[str, str]:
    """The rule as it is picked by now. A cell whose widgets hold what they began with keeps its own spelling."""
    kept: Mapping[str, str] = st.session_state[f"{name}.cells"]
    found = dict(kept) | {"verb": str(st.session_state[f"{name}.verb"])}
    for column in ("subject", "event"):  # what the others depend on
        found[column] = _cell(desk, name, column, found, kept)
    for column in desk.tables["rules"].columns:
        if column.key not in HUCES and column.key not in ("subject", "event"):
            found[column.key] = _cell(desk, name, column.key, found, kept)
    event = desk.tables.get(found["event"])
    links = [c.key for c in event.columns if c.kind == "ref" and c.ref == found["subject"]] if event else []
    found["link"] = (found["link"] if found["link"] in links else links[0]) if links else ""
    return found


def _cell(desk: Desk, name: str, cell: str, cells: Mapping[str, str], kept: Mapping[str, str]) -> str:
    place = Place(desk, name, cell, cells)
    begun: Mapping[str, object] | None = st.session_state.get(f"{place.key}.held")
    if begun is None:
        return ""
    kind = RAW if _raw(place) else _kind(cells["verb"], cell)
    if all(_alike(st.session_state.get(place.key + part), value) for part, value in begun.items()):
        return kept[cell]
    return kind.text(place)


def _alike(held: object, begun: object) -> bool:
    """Whether a widget holds what it began with; a blank one may say so in several ways."""
    return held == begun or (held in (None, "", []) and begun in (None, "", []))


def _keep(desk: Desk, name: str, asked: Mapping[str, str]) -> None:
    base: Mapping[str, str] = st.session_state[f"{name}.base"]
    typed = {key: text for key, text in asked.items() if text != base.get(key, "")}
    drafts.keep(desk, name, typed, {key: base.get(key, "") for key in typed})
    drafts.drawn(name, [f"{name}.{word}" for word in ("cells", *FIRST)], _sweep, name)


def _sweep(desk: Desk, name: str) -> None:
    _keep(desk, name, _cells(desk, name))


def _said(desk: Desk, name: str, asked: Mapping[str, str]) -> None:
    """What it means by now, as the rule reads itself back; how many dues that would be today, and what it would change."""
    rule = drafting.rule(desk.look, {**asked, "id": asked["id"] or drafting.number(desk.book)})
    with st.container(border=True):
        st.caption(desk.words("rules.reads"))
        if rule is None:
            st.markdown(desk.words("rules.unfinished"))
            return
        st.markdown(literal(drafting.read_back(desk.look, rule, desk.lang)))
        st.caption(desk.words("rules.would", count=len(drafting.foreseen(desk.look, rule))))
        if desk.look.rule(rule.id) != rule:
            rulewhatif.of_rule(desk, rule, name)


def _save(name: str, row: str) -> None:
    """The callback of the button: every cell is read by the readers of the rules sheet; what they refuse is said below it."""
    desk = require(SCREEN)
    asked = _cells(desk, name)
    asked["id"] = row or drafting.number(desk.book)
    if not asked["text_zh"]:
        asked["text_zh"] = say("screen.rules.text", "zh", name=asked["name_zh"])
    if not asked["text_en"]:
        asked["text_en"] = say("screen.rules.text", "en", name=asked["name_en"] or asked["name_zh"])
    found = drafting.faults(desk.look, asked)
    st.session_state[f"{name}.errors"] = {cell: reason(desk, issue) for cell, issue in found.items()}
    st.session_state[f"{name}.tries"] = st.session_state.get(f"{name}.tries", 0) + 1
    st.session_state.pop(f"{name}.outcome", None)
    if found:
        return
    edit = drafting.edit(desk.look, asked["id"], st.session_state[f"{name}.base"] if row else None, asked)
    said = say("screen.rules.saved", desk.lang, number=asked["id"])
    saving.save(name, SCREEN, [edit] if edit.after else [], said)


def reason(desk: Desk, issue: Issue) -> str:
    """Why a cell cannot be taken, in words that fit a form; else as the list of Issues says it."""
    code = f"rules.wrong.{issue.code.removeprefix('rule.')}"
    if f"screen.{code}" not in every(desk.lang):
        return desk.sentence(issue)
    return desk.plainly(code, raw=issue.raw)
