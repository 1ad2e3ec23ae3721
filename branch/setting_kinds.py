"""What single settings may be: words, hours, days, web addresses, secrets; a value that is none of them is refused."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, SecretStr
from pydantic_core import PydanticCustomError
from pydantic_settings import NoDecode


def _words(value: object) -> object:
    return [word for word in re.split(r"[,;\s]+", value) if word] if isinstance(value, str) else value


def _day(value: object) -> object:
    if isinstance(value, int | float):  # a bare number would be taken for seconds since 1970
        raise PydanticCustomError("date_parsing", "no date")
    return None if value == "" else value


def _hour(value: object) -> object:
    """8:30 or 08:30; a bare number would be taken for seconds since midnight, and another zone for another hour."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?", value):
        return f"0{value}" if value[1] == ":" else value
    if isinstance(value, time) and value.tzinfo is None:
        return value
    raise PydanticCustomError("time_parsing", "no time of day")


def _web(value: str) -> str:
    """An address that a link may begin with: a host, no name and password that every mail would tell."""
    try:
        parts = urlsplit(value)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:  # a port or an address in brackets that is none
        fine = False
    if value and (not fine or re.search(r"[\s\x00-\x1f\x7f]", value)):
        raise PydanticCustomError("url_parsing", "no web address")
    return value


def in_order(values: BaseModel, *pairs: tuple[str, str]) -> None:
    """Raises at the first of two settings that stands after the second."""
    for first, second in pairs:
        if getattr(values, first) > getattr(values, second):
            raise PydanticCustomError("order", "not in order", {"key": first, "other": second})


WORD = r"^[^\s\x00-\x1f\x7f]*$"
Word = Annotated[str, Field(max_length=253, pattern=WORD)]
Mailbox = Annotated[str, Field(max_length=320, pattern=r"^[^\x00-\x1f\x7f]*$")]
Named = Annotated[str, Field(min_length=1, max_length=100)]
Words = Annotated[tuple[Word, ...], NoDecode, BeforeValidator(_words), Field(max_length=200)]
Hour = Annotated[time, BeforeValidator(_hour)]
Secret = Annotated[SecretStr, Field(max_length=2_000)]
DAYS = (date(2000, 1, 1), date(2100, 12, 31))  # of the working life of a branch's portal
Web = Annotated[str, Field(max_length=2_000), AfterValidator(_web)]
# None where nothing is written
Day = Annotated[Annotated[date, Field(ge=DAYS[0], le=DAYS[1])] | None, BeforeValidator(_day)]
