"""The mail providers that branches use: their server, port and encryption, so that nobody has to look them up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Provider:
    """`key` also names its words in texts: what it is called, and where its password for programs is to be had."""

    key: str
    host: str
    port: int
    security: Literal["starttls", "tls", "none"]


OWN = Provider("own", "", 587, "starttls")
PROVIDERS = (
    Provider("qq", "smtp.qq.com", 465, "tls"),
    Provider("netease163", "smtp.163.com", 465, "tls"),
    Provider("netease126", "smtp.126.com", 465, "tls"),
    Provider("exmail", "smtp.exmail.qq.com", 465, "tls"),
    Provider("aliyun", "smtp.qiye.aliyun.com", 465, "tls"),
    Provider("microsoft", "smtp.office365.com", 587, "starttls"),
    OWN,
)


def find(host: str) -> Provider:
    """Whose server that is; a bank's own where nobody else's."""
    return next((one for one in PROVIDERS if one.host == host.strip().lower()), OWN)


def known(key: str) -> Provider:
    return next((one for one in PROVIDERS if one.key == key), OWN)
