"""The token service: a signed JWT in, an access token out, as for any service account."""

from __future__ import annotations

import base64
import functools
import json
import secrets
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.sheets_api.errors import PROJECT

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
TIMEFRAME = (
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
    "Check your iat and exp values in the JWT claim."
)
SKEW, HOUR = 300, 3600  # seconds


@functools.cache
def private_key() -> rsa.RSAPrivateKey:
    """One key for all servers of a test run: making one takes a tenth of a second."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@functools.cache
def private_pem() -> str:
    return private_key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()  # fmt: skip


@dataclass(frozen=True)
class Token:
    account: str
    scopes: tuple[str, ...]
    until: float


@dataclass
class Tokens:
    """Keys by their id, and the tokens given for them. `clock` gives seconds since 1970."""

    clock: Callable[[], float]
    keys: dict[str, str] = field(default_factory=dict)  # key id → account
    given: dict[str, Token] = field(default_factory=dict)

    def key_file(self, path: Path, account: str, token_uri: str) -> Path:
        """Writes the JSON file of a new key of the account."""
        key_id = secrets.token_hex(20)
        self.keys[key_id] = account
        facts = {
            "type": "service_account", "project_id": "huce-test", "private_key_id": key_id, "private_key": private_pem(),
            "client_email": account, "client_id": PROJECT, "auth_uri": "https://accounts.google.com/o/oauth2/auth", "token_uri": token_uri,
            "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
            "client_x509_cert_url": f"https://www.googleapis.com/robot/v1/metadata/x509/{account.replace('@', '%40')}",
            "universe_domain": "googleapis.com",
        }  # fmt: skip
        path.write_text(json.dumps(facts, indent=2), "utf-8")
        return path

    def exchange(self, body: bytes, audiences: tuple[str, ...]) -> tuple[int, dict[str, Any]]:
        """Status and answer to POST /token."""
        form = urllib.parse.parse_qs(body.decode("utf-8", "replace"))
        if form.get("grant_type", [""])[0] != GRANT:
            return 400, {"error": "unsupported_grant_type", "error_description": "Invalid grant_type: " + form.get("grant_type", [""])[0]}
        try:
            head, claims = self._read(form.get("assertion", [""])[0])
        except (ValueError, InvalidSignature):
            return _refused("Invalid JWT Signature.")
        account = self.keys.get(head.get("kid", ""))
        if account is None:
            return _refused("Invalid JWT Signature.")
        if claims.get("iss") != account:
            return _refused("Invalid grant: account not found")
        if claims.get("aud") not in audiences:
            return _refused("Invalid JWT: Failed audience check. The right audience is https://oauth2.googleapis.com/token")
        now, issued, ends = self.clock(), claims.get("iat", 0), claims.get("exp", 0)
        if abs(issued - now) > SKEW or ends < now or ends - issued > HOUR:
            return _refused(TIMEFRAME)
        scopes = tuple(claims.get("scope", "").split())
        if not scopes:
            return 400, {"error": "invalid_scope", "error_description": "Empty or missing scope not allowed."}
        return 200, {"access_token": self.give(account, scopes), "expires_in": HOUR - 1, "token_type": "Bearer"}

    def give(self, account: str, scopes: tuple[str, ...]) -> str:
        """A new token for an hour."""
        token = "ya29." + secrets.token_urlsafe(48)
        self.given[token] = Token(account, scopes, self.clock() + HOUR)
        return token

    def holder(self, authorization: str) -> Token | None:
        """Who holds the token of an Authorization header; None when it is none, unknown or too old."""
        word, _, token = authorization.partition(" ")
        found = self.given.get(token) if word.lower() == "bearer" else None
        return found if found and found.until > self.clock() else None

    def _read(self, assertion: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Head and claims of a JWT that our key signed. Raises ValueError, InvalidSignature."""
        signed, _, signature = assertion.rpartition(".")
        head, claims = (json.loads(_decoded(part)) for part in signed.split("."))
        if head.get("alg") != "RS256":
            raise ValueError(head)
        private_key().public_key().verify(_decoded(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return head, claims


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _refused(why: str) -> tuple[int, dict[str, Any]]:
    return 400, {"error": "invalid_grant", "error_description": why}
