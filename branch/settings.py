"""What a branch has set: home/settings.toml, over it the environment (HUCE_*), under it sensible defaults."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from branch import files, settings_file
from branch.setting_kinds import DAYS, Day, Hour, Mailbox, Named, Secret, Web, Word, Words, in_order
from branch.settings_file import FILE, SettingsFault, Tree, line_of, written
from sheets.store.engine import address
from texts import FIRST, LANGS, Lang, say

__all__ = ["FILE", "Settings", "SettingsFault", "draft", "fresh", "load", "merge", "save", "tail", "written"]


PREFIX = "HUCE_"


YEAR_HOURS = 8_760


class Part(BaseModel):
    """One section of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @field_validator("*", mode="before")
    @classmethod
    def _true_is_no_number(cls, value: object, info: ValidationInfo) -> object:
        if isinstance(value, bool) and cls.model_fields[info.field_name or ""].annotation is int:
            raise PydanticCustomError("int_parsing", "no number")
        return value


class Smtp(Part):
    host: Word = ""  # empty: mails are written into home/outbox as .eml
    port: int = Field(default=587, ge=1, le=65_535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: Mailbox = ""
    password: Secret = SecretStr("")
    sender: Mailbox = ""
    reply_to: Mailbox = ""
    timeout_seconds: int = Field(default=30, ge=1, le=600)
    cap_per_hour: int = Field(default=200, ge=1, le=100_000)
    allowed_domains: Words = ()  # empty: any


class Portal(Part):
    address: Word = "127.0.0.1"
    port: int = Field(default=8501, ge=1, le=65_535)
    url: Web = ""  # as people reach it; links in mails begin with it
    proxies: Words = ()  # addresses of the proxies before it; only these are believed about who asks, and whether by TLS


class Jobs(Part):
    digest_at: Hour = time(8, 30)
    nudge_at: Hour = time(16, 30)
    work_from: Hour = time(8, 0)
    work_to: Hour = time(18, 0)
    scan_minutes: int = Field(default=5, ge=1, le=1_440)
    post_seconds: int = Field(default=60, ge=1, le=3_600)
    backup_at: Hour = time(2, 0)
    backups_kept: int = Field(default=14, ge=1, le=3_650)
    stale_hours: int = Field(default=26, ge=1, le=YEAR_HOURS)

    @model_validator(mode="after")
    def _a_day(self) -> Self:
        in_order(self, ("work_from", "work_to"), ("digest_at", "work_to"), ("work_from", "nudge_at"))
        return self


class Session(Part):
    idle_minutes: int = Field(default=30, ge=1, le=1_440)
    life_hours: int = Field(default=12, ge=1, le=YEAR_HOURS)
    invite_hours: int = Field(default=72, ge=1, le=YEAR_HOURS)
    setup_hours: int = Field(default=24, ge=1, le=YEAR_HOURS)


class Channels(Part):
    hosts: Words = ()  # of chat robots, besides the services' own: a name, or a whole origin (http://10.1.2.3:8080)


class Policy(Part):
    shifted_workdays: bool = True  # 调休 days are working days
    leader_sees: Literal["in_charge", "all"] = "in_charge"
    visit_edit_hours: int = Field(default=24, ge=0, le=YEAR_HOURS)
    visit_record_workdays: int = Field(default=1, ge=0, le=250)
    # 上线日期: nothing of cadences and responses is owed before it
    live_since: Day = None
    rating_window_days: int = Field(default=60, ge=1, le=3_650)
    payment_own_wan: int = Field(default=500, ge=0, le=100_000_000)  # below it the manager signs alone
    payment_team_wan: int = Field(default=1000, ge=0, le=100_000_000)  # up to it the team leader signs, above it the leader
    approve_rules: bool = True  # rules drafted by the administrator wait for a leader
    export_reason: bool = True

    @model_validator(mode="after")
    def _a_ladder(self) -> Self:
        in_order(self, ("payment_own_wan", "payment_team_wan"))
        return self


class Google(Part):
    spreadsheet: str = Field(default="", max_length=2_000, pattern=r"^[^\s\x00-\x1f\x7f]*$")  # empty: the ledgers are held here alone
    credentials: str = Field(
        default="", max_length=2_000, pattern=r"^[^\x00-\x1f\x7f]*$"
    )  # the key file; empty: looked for in the usual places
    api_url: Word = ""  # a bank's gateway to Google; empty: Google's own
    drive_url: Word = ""
    token_url: Word = ""
    mask_contacts: bool = True  # key persons' contacts stay out of the sheet
    mask_accounts: bool = False  # of account numbers only the last four digits
    mask_balances: bool = False  # deposits without amounts


class Settings(BaseSettings):
    """Everything set. Secrets never show in its repr; `home` is where it was read, not a setting."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix=PREFIX, env_nested_delimiter="_", env_nested_max_split=1, hide_input_in_errors=True
    )

    home: Path
    install: Annotated[str, Field(min_length=6, max_length=80, pattern=r"^[a-z0-9-]+$")]
    lang: Annotated[Lang, Field(pattern=f"^({'|'.join(LANGS)})$")] = FIRST
    name_zh: Named = "本行"
    name_en: Named = "Our branch"
    demo: bool = False
    person_picker: bool = False
    store_url: Secret = SecretStr("")
    numbering_letter: Annotated[str, Field(pattern=r"^[A-Z]?$")] = ""  # of a second installation: KH-B000201
    smtp: Smtp = Smtp()
    portal: Portal = Portal()
    jobs: Jobs = Jobs()
    session: Session = Session()
    channels: Channels = Channels()
    policy: Policy = Policy()
    google: Google = Google()

    @property
    def store(self) -> str:
        """The address of the store; the embedded one beside this file unless another is set."""
        return self.store_url.get_secret_value() or address((self.home / "huce.db").resolve())

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


def load(home: Path, *, keep: bool = True) -> Settings:
    """Read the settings of a home. What is accepted is kept beside the file as the last good copy, unless told not to."""
    tree, text = settings_file.read(home)
    found = _checked(home, tree, text)
    if keep:
        settings_file.keep(home, text)
    return found


def save(home: Path, changes: Mapping[str, Any]) -> Settings:
    """Change some settings in the file, e.g. {"smtp": {"host": "mail.bank.cn"}}; what the environment says is not
    written down. Nothing is written unless the whole is good."""
    tree = merge(settings_file.read(home)[0], changes)
    draft = written(tree)
    found = _checked(home, tree, draft)
    files.write(home / FILE, draft)
    settings_file.keep(home, draft)
    return found


def draft(home: Path, changes: Mapping[str, Any]) -> Settings:
    """The settings as they would be with these changes; nothing is written."""
    tree = merge(settings_file.read(home)[0], changes)
    return _checked(home, tree, written(tree))


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
        base = found.get(key, {})
        if isinstance(value, Mapping):
            found[key] = {**base, **value} if isinstance(base, Mapping) else base  # no section: the check that follows says so
        else:
            found[key] = value
    return found


def _checked(home: Path, tree: Tree, text: str) -> Settings:
    try:
        return Settings(**{**merge(tree, EnvSettingsSource(Settings)()), "home": home})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        context = first.get("ctx", {})
        loc = [str(part) for part in first["loc"]] + ([context["key"]] if first["type"] == "order" else [])
        raise _fault(home / FILE, text, loc, first["type"], context) from error


def _fault(path: Path, text: str, loc: list[str], kind: str, context: Mapping[str, Any]) -> SettingsFault:
    key = ".".join(loc[:2])
    variable = PREFIX + "_".join(loc[:2]).upper()
    if variable in os.environ:
        place = {lang: say("branch.settings_variable", lang, name=variable) for lang in LANGS}
    else:
        line = line_of(text, loc)
        code = "branch.settings_line" if line else "branch.settings_nowhere"
        place = {lang: say(code, lang, path=path, line=line) for lang in LANGS}
    why = {lang: _why(loc, kind, context, lang) for lang in LANGS}
    return SettingsFault("branch.settings_value", place_zh=place["zh"], place_en=place["en"], key=key, why_zh=why["zh"], why_en=why["en"])


# How the library calls what is wrong, and what is to be said about it.
_WHY = {
    **dict.fromkeys(("greater_than_equal", "less_than_equal"), "range"),
    **dict.fromkeys(("string_too_short", "string_too_long", "too_long"), "length"),
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float", "int_parsing_size", "float_type"), "number"),
    **dict.fromkeys(("bool_parsing", "bool_type"), "yesno"),
    **dict.fromkeys(("literal_error",), "choice"),
    "missing": "missing",
    "extra_forbidden": "unknown",
    "time_parsing": "hour",
    "order": "order",
    "date_parsing": "day",
    **dict.fromkeys(("date_type", "date_from_datetime_parsing", "date_from_datetime_inexact"), "day"),
}


def _why(loc: list[str], kind: str, context: Mapping[str, Any], lang: Lang) -> str:
    """What the value must be."""
    least, most = _range(loc)
    values = {"least": least, "most": most, "choices": context.get("expected", ""), "other": context.get("other", "")}
    return say(f"branch.settings_why_{_WHY.get(kind, 'form')}", lang, **values)


def _range(loc: list[str]) -> tuple[object, object]:
    """The least and the most that a setting may be, or the fewest and most characters."""
    model: Any = Settings
    for name in loc[:-1]:
        model = model.model_fields[name].annotation if name in getattr(model, "model_fields", {}) else None
    field = getattr(model, "model_fields", {}).get(loc[-1]) if loc else None
    if loc[-1:] == ["live_since"]:
        return DAYS
    found: dict[str, object] = {}
    for one in field.metadata if field is not None else ():
        found |= {name: getattr(one, name) for name in ("ge", "le", "min_length", "max_length") if getattr(one, name, None) is not None}
    return found.get("ge", found.get("min_length", 0)), found.get("le", found.get("max_length", "—"))
