"""What a branch has set: home/settings.toml, over it the environment (HUCE_*), under it sensible defaults."""

from __future__ import annotations

import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from branch import files
from texts import FIRST, LANGS, Fault, Lang, known, say

FILE = "settings.toml"
PREFIX = "HUCE_"
Tree = dict[str, Any]


class SettingsFault(Fault):
    """settings.toml or the environment says something that cannot be taken; names the place and the mend."""


def _words(value: object) -> object:
    return [word for word in re.split(r"[,;\s]+", value) if word] if isinstance(value, str) else value


def _day(value: object) -> object:
    return None if value == "" else value


Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)]
Port = Annotated[int, Field(ge=1, le=65535)]
Count = Annotated[int, Field(ge=1)]


class Part(BaseModel):
    """One section of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Smtp(Part):
    host: str = ""  # empty: mails are written into home/outbox as .eml
    port: Port = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: SecretStr = SecretStr("")
    sender: str = ""
    reply_to: str = ""
    timeout_seconds: Count = 30
    cap_per_hour: Count = 200
    allowed_domains: Words = ()  # empty: any


class Portal(Part):
    address: str = "127.0.0.1"
    port: Port = 8501
    url: str = ""  # as people reach it; links in mails begin with it
    proxies: Words = ()  # addresses of the proxies before it; only these are believed about who asks, and whether by TLS


class Jobs(Part):
    digest_at: time = time(8, 30)
    nudge_at: time = time(16, 30)
    work_from: time = time(8, 0)
    work_to: time = time(18, 0)
    scan_minutes: Count = 5
    post_seconds: Count = 60
    backup_at: time = time(2, 0)
    backups_kept: Count = 14
    stale_hours: Count = 26


class Session(Part):
    idle_minutes: Count = 30
    life_hours: Count = 12
    invite_hours: Count = 72
    setup_hours: Count = 24


class Policy(Part):
    shifted_workdays: bool = True  # 调休 days are working days
    leader_sees: Literal["in_charge", "all"] = "in_charge"
    visit_edit_hours: int = Field(default=24, ge=0)
    visit_record_workdays: int = Field(default=1, ge=0)
    live_since: Annotated[date | None, BeforeValidator(_day)] = None  # 上线日期: nothing of cadences and responses is owed before it
    rating_window_days: Count = 60
    payment_own_wan: int = Field(default=500, ge=0)  # below it the manager signs alone
    payment_team_wan: int = Field(default=1000, ge=0)  # up to it the team leader signs, above it the leader
    approve_rules: bool = True  # rules drafted by the administrator wait for a leader
    export_reason: bool = True


class Settings(BaseSettings):
    """Everything set. Secrets never show in its repr; `home` is where it was read, not a setting."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix=PREFIX, env_nested_delimiter="_", env_nested_max_split=1, hide_input_in_errors=True
    )

    home: Path
    install: Annotated[str, Field(min_length=6, pattern=r"^[a-z0-9-]+$")]
    lang: Annotated[Lang, Field(pattern=f"^({'|'.join(LANGS)})$")] = FIRST
    name_zh: str = "本行"
    name_en: str = "Our branch"
    demo: bool = False
    person_picker: bool = False
    store_url: SecretStr = SecretStr("")
    numbering_letter: Annotated[str, Field(pattern=r"^[A-Z]?$")] = ""  # of a second installation: KH-B000201
    smtp: Smtp = Smtp()
    portal: Portal = Portal()
    jobs: Jobs = Jobs()
    session: Session = Session()
    policy: Policy = Policy()

    @property
    def store(self) -> str:
        """The address of the store; the embedded one beside this file unless another is set."""
        return self.store_url.get_secret_value() or f"sqlite:///{(self.home / 'huce.db').resolve().as_posix()}"

    @property
    def embedded(self) -> bool:
        return self.store.startswith("sqlite")

    @property
    def picker(self) -> bool:
        """People may be picked without a password: in a demo that says so, never in a branch."""
        return self.demo and self.person_picker

    def name(self, lang: Lang) -> str:
        return self.name_zh if lang == "zh" else self.name_en

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  (the library names its arguments)
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)  # `load` lays the environment over the file itself, so that a fault can name its line


def load(home: Path) -> Settings:
    """Read the settings of a home."""
    path = home / FILE
    text = _text(path)
    return _checked(home, _tree(path, text), text)


def save(home: Path, changes: Mapping[str, Any]) -> Settings:
    """Change some settings in the file, e.g. {"smtp": {"host": "mail.bank.cn"}}; what the environment says is not
    written down. Nothing is written unless the whole is good."""
    path = home / FILE
    text = _text(path)
    tree = merge(_tree(path, text), changes)
    draft = written(tree)
    found = _checked(home, tree, draft)
    files.write(path, draft)
    return found


def fresh(home: Path, changes: Mapping[str, Any]) -> Settings:
    """The first settings.toml of a home, with every setting explained; a new installation id."""
    tree = merge({"install": f"huce-{secrets.token_hex(6)}"}, changes)
    _checked(home, tree, written(tree))
    whole = merge(Settings(home=home, **tree).model_dump(exclude={"home"}), {})
    files.write(home / FILE, written(whole))
    return load(home)


def tail(secret: SecretStr) -> str:
    """What a screen may show of a secret: that it is there, and the last four characters of a long one."""
    value = secret.get_secret_value()
    return "" if not value else "••••" + (value[-4:] if len(value) >= 12 else "")


def merge(tree: Mapping[str, Any], over: Mapping[str, Any]) -> Tree:
    """Two trees of settings; where both speak, `over` does."""
    found: Tree = {key: dict(value) if isinstance(value, Mapping) else value for key, value in tree.items()}
    for key, value in over.items():
        found[key] = {**found.get(key, {}), **value} if isinstance(value, Mapping) else value
    return found


def written(tree: Mapping[str, Any]) -> str:
    """The tree as TOML, each setting under a line that explains it."""
    lang = known(tree.get("lang"))
    lines = [f"# {say('setting.file', lang)}"]
    lines += [line for key, value in tree.items() if not isinstance(value, Mapping) for line in _entry("", key, value, lang)]
    for part, values in tree.items():
        if isinstance(values, Mapping):
            lines += ["", f"[{part}]"]
            lines += [line for key, value in values.items() for line in _entry(f"{part}.", key, value, lang)]
    return "\n".join(lines) + "\n"


def _entry(part: str, key: str, value: object, lang: Lang) -> list[str]:
    try:
        note = [f"# {say(f'setting.{part}{key}', lang)}"]
    except KeyError:  # a key that is no setting gets no explanation; the check that follows names it
        note = []
    return [*note, f"{key} = {_toml(value)}"]


def _toml(value: object) -> str:
    if value is None:
        return '""'
    if isinstance(value, SecretStr):
        return _toml(value.get_secret_value())
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, time):
        return f'"{value:%H:%M}"'
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda found: f"\\u{ord(found[0]):04x}", text) + '"'


def _text(path: Path) -> str:
    try:
        if files.exposed(path):
            path.chmod(0o600)  # it may hold a password
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise files.fault(error, path) from error
    except UnicodeDecodeError as error:
        raise SettingsFault("branch.settings_encoding", path=path) from error


def _tree(path: Path, text: str) -> Tree:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        shown = text.splitlines()[line - 1].strip() if line <= len(text.splitlines()) else ""
        shown = re.sub(r"(?i)(password|store_url|secret)(\s*=).*", r"\1\2 ••••", shown)
        raise SettingsFault("branch.settings_broken", path=path, line=line, shown=shown[:60]) from error


def _checked(home: Path, tree: Tree, text: str) -> Settings:
    try:
        return Settings(**{**merge(tree, EnvSettingsSource(Settings)()), "home": home})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise _fault(home / FILE, text, [str(part) for part in first["loc"]], first["type"]) from error


def _fault(path: Path, text: str, loc: list[str], kind: str) -> SettingsFault:
    key = ".".join(loc[:2])
    variable = PREFIX + "_".join(loc[:2]).upper()
    if variable in os.environ:
        place = (say("branch.settings_variable", "zh", name=variable), say("branch.settings_variable", "en", name=variable))
    else:
        line = _line(text, loc)
        code = "branch.settings_line" if line else "branch.settings_nowhere"
        place = say(code, "zh", path=path, line=line), say(code, "en", path=path, line=line)
    return SettingsFault("branch.settings_value", place_zh=place[0], place_en=place[1], key=key, kind=kind)


def _line(text: str, loc: list[str]) -> int:
    """The line of the file on which a setting stands, 0 when it stands nowhere."""
    part = ""
    for number, line in enumerate(text.splitlines(), 1):
        if found := re.match(r"\s*\[(\w+)\]", line):
            part = found[1]
        elif (found := re.match(r"\s*(\w+)\s*=", line)) and [w for w in (part, found[1]) if w] == loc[:2]:
            return number
    return 0
