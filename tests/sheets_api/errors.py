"""What the server refuses, in the words and the shape Google uses."""

from __future__ import annotations

from typing import Any

STATUS = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 429: "RESOURCE_EXHAUSTED"}
STATUS |= {500: "INTERNAL", 503: "UNAVAILABLE"}

PROTECTED = (
    "You are trying to edit a protected cell or object. Please contact the spreadsheet owner to remove protection if you need to edit."
)
PROJECT = "412345678901"


class Refused(Exception):
    """A request that is not carried out: HTTP status, message, and the body that is sent."""

    def __init__(self, code: int, message: str, *, details: list[dict[str, Any]] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details

    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {"code": self.code, "message": self.message, "status": STATUS[self.code]}
        if self.details:
            error["details"] = self.details
        return {"error": error}

    def at(self, place: str) -> Refused:
        """The same, said of one part of a request: "Invalid requests[0].updateCells: …"."""
        return Refused(self.code, f"Invalid {place}: {self.message}", details=self.details) if self.code == 400 else self


class DriveRefused(Refused):
    """The same in the older shape that Drive speaks, with errors[].reason; `whole`: with status and details as well."""

    def __init__(self, code: int, message: str, reason: str, whole: Refused | None = None, domain: str = "global", **more: str) -> None:
        super().__init__(code, message)
        self.one = {"message": message, "domain": domain, "reason": reason, **more}
        self.whole = whole

    def body(self) -> dict[str, Any]:
        error = self.whole.body()["error"] if self.whole else {"code": self.code, "message": self.message}
        return {"error": error | {"errors": [self.one]}}


class Cut(Exception):
    """The connection is closed without an answer."""


def bad(message: str) -> Refused:
    return Refused(400, message)


def unknown_name(name: str, place: str) -> Refused:
    """A field that the API does not have, as its JSON reader says it."""
    at = f" at '{place}'" if place else ""
    said = f'Invalid JSON payload received. Unknown name "{name}"{at}: Cannot find field.'
    violation = {"description": said} | ({"field": place} if place else {})
    return Refused(400, said, details=[{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}])


def no_permission() -> Refused:
    return Refused(403, "The caller does not have permission")


def not_found() -> Refused:
    return Refused(404, "Requested entity was not found.")


def _info(reason: str, metadata: dict[str, str]) -> dict[str, Any]:
    return {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com", "metadata": metadata}


def unauthenticated() -> Refused:
    said = (
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication "
        "credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
    )
    return Refused(401, said)


def few_scopes(service: str) -> Refused:
    said = "Request had insufficient authentication scopes."
    return Refused(403, said, details=[_info("ACCESS_TOKEN_SCOPE_INSUFFICIENT", {"service": service})])


def disabled(service: str = "sheets.googleapis.com", name: str = "Google Sheets API") -> Refused:
    page = f"https://console.developers.google.com/apis/api/{service}/overview?project={PROJECT}"
    said = (
        f"{name} has not been used in project {PROJECT} before or it is disabled. Enable it by visiting {page} then retry. "
        "If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry."
    )
    link = {"description": "Google developers console API activation", "url": page}
    details = [
        {"@type": "type.googleapis.com/google.rpc.Help", "links": [link]},
        _info("SERVICE_DISABLED", {"service": service, "consumer": f"projects/{PROJECT}"}),
    ]
    return Refused(403, said, details=details)


def drive_disabled() -> Refused:
    whole = disabled("drive.googleapis.com", "Google Drive API")
    return DriveRefused(403, whole.message, "accessNotConfigured", whole, "usageLimits")


def drive_unauthenticated() -> Refused:
    whole = unauthenticated()
    one = DriveRefused(401, "Invalid Credentials", "authError", whole, location="Authorization", locationType="header")
    one.message = whole.message
    return one


def drive_too_many() -> Refused:
    return DriveRefused(429, "Rate Limit Exceeded", "rateLimitExceeded", domain="usageLimits")


def too_many(kind: str, limit: int = 60) -> Refused:
    """Quota used up: `kind` is "read" or "write"."""
    word = kind.capitalize()
    said = (
        f"Quota exceeded for quota metric '{word} requests' and limit '{word} requests per minute per user' of service "
        f"'sheets.googleapis.com' for consumer 'project_number:{PROJECT}'."
    )
    facts = {
        "service": "sheets.googleapis.com", "quota_metric": f"sheets.googleapis.com/{kind}_requests", "quota_location": "global",
        "quota_limit": f"{word}RequestsPerMinutePerUser", "quota_limit_value": str(limit), "consumer": f"projects/{PROJECT}",
    }  # fmt: skip
    return Refused(429, said, details=[_info("RATE_LIMIT_EXCEEDED", facts)])


def unavailable() -> Refused:
    return Refused(503, "The service is currently unavailable.")
