"""What never goes to a spreadsheet: passwords, one-time keys, sessions, throttle, leases, marks, documents."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from sheets.store import record, writing
from sheets.store.engine import Door
from sheets.store.layout import Layout

TOUCH = timedelta(minutes=1)  # a session's last use is written down no more often


class Vault:
    """The private tables of a store. Secrets arrive as hashes and digests; nothing here is a secret itself but the addresses
    of chat robots, which have to be used as they are."""

    def __init__(self, door: Door, layout: Layout) -> None:
        self._door, self._layout = door, layout

    def _put(self, connection: sa.Connection, name: str, keys: dict[str, Any], rest: dict[str, Any]) -> None:
        table = self._layout[name]
        same = sa.and_(*(table.c[k] == v for k, v in keys.items()))
        if not connection.execute(sa.update(table).where(same).values(**rest)).rowcount:
            connection.execute(sa.insert(table).values(**keys, **rest))

    def set_password(self, staff: str, hashed: str, now: datetime) -> None:
        with self._door.write() as connection:
            self._put(connection, "huce_credentials", {"staff": staff}, {"hash": hashed, "at": now})

    def password(self, staff: str) -> str | None:
        """The hash of a person's password."""
        table = self._layout["huce_credentials"]
        found: str | None = self._door.read(lambda c: c.execute(sa.select(table.c.hash).where(table.c.staff == staff)).scalar())
        return found

    def passwords(self) -> set[str]:
        """Everybody who has one."""
        table = self._layout["huce_credentials"]
        return self._door.read(lambda c: set(c.execute(sa.select(table.c.staff)).scalars()))

    def make_key(self, purpose: str, subject: str, digest: str, expires: datetime) -> None:
        """A one-time key; an earlier one for the same purpose and subject no longer works."""
        table = self._layout["huce_keys"]
        with self._door.write() as connection:
            connection.execute(sa.delete(table).where(table.c.purpose == purpose, table.c.subject == subject))
            connection.execute(sa.insert(table).values(purpose=purpose, subject=subject, digest=digest, expires=expires))

    def key(self, purpose: str, digest: str, now: datetime) -> str | None:
        """Whom a key is for, while it lives."""
        table = self._layout["huce_keys"]
        query = sa.select(table.c.subject).where(table.c.purpose == purpose, table.c.digest == digest, table.c.expires > now)
        found: str | None = self._door.read(lambda c: c.execute(query).scalar())
        return found

    def drop_key(self, purpose: str, subject: str) -> None:
        """The keys of a subject for a purpose no longer work."""
        table = self._layout["huce_keys"]
        with self._door.write() as connection:
            connection.execute(sa.delete(table).where(table.c.purpose == purpose, table.c.subject == subject))

    def keys(self, purpose: str, now: datetime) -> dict[str, datetime]:
        """Whom the keys are for that live, and until when."""
        table = self._layout["huce_keys"]
        query = sa.select(table.c.subject, table.c.expires).where(table.c.purpose == purpose, table.c.expires > now)
        return self._door.read(lambda c: {str(subject): expires for subject, expires in c.execute(query)})

    def take_key(self, purpose: str, digest: str, now: datetime) -> str | None:
        """Uses a key up: whom it was for, or None when it is unknown, used or expired."""
        table = self._layout["huce_keys"]
        mine = sa.and_(table.c.purpose == purpose, table.c.digest == digest)
        with self._door.write() as connection:
            found = connection.execute(sa.select(table.c.subject).where(mine, table.c.expires > now)).scalar()
            taken = connection.execute(sa.delete(table).where(mine)).rowcount
            return found if taken else None

    def set_channel(self, staff: str, channel: str, value: str, now: datetime) -> None:
        """By which robot a person is reached in a chat; the one before it is gone."""
        with self._door.write() as connection:
            self._put(connection, "huce_channels", {"staff": staff, "channel": channel}, {"value": value, "at": now})

    def drop_channel(self, staff: str, channel: str) -> None:
        table = self._layout["huce_channels"]
        with self._door.write() as connection:
            connection.execute(sa.delete(table).where(table.c.staff == staff, table.c.channel == channel))

    def channels(self) -> dict[tuple[str, str], str]:
        """Everybody's robots, by person and channel."""
        table = self._layout["huce_channels"]
        return self._door.read(lambda c: {(row.staff, row.channel): row.value for row in c.execute(sa.select(table))})

    def start_session(self, digest: str, staff: str, now: datetime, idle: int, life: int) -> None:
        """`idle` and `life` in seconds."""
        table = self._layout["huce_sessions"]
        with self._door.write() as connection:
            connection.execute(sa.delete(table).where(table.c.expires < now))
            connection.execute(
                sa.insert(table).values(digest=digest, staff=staff, expires=now + timedelta(seconds=life), seen=now, idle=idle)
            )

    def session(self, digest: str, now: datetime) -> str | None:
        """Whose session this is, if it still lives."""
        table = self._layout["huce_sessions"]
        row = self._door.read(lambda c: c.execute(sa.select(table).where(table.c.digest == digest)).mappings().first())
        if row is None or now >= row["expires"] or now - row["seen"] > timedelta(seconds=row["idle"]):
            return None
        if now - row["seen"] > TOUCH:
            with self._door.write() as connection:
                connection.execute(sa.update(table).where(table.c.digest == digest).values(seen=now))
        staff: str = row["staff"]
        return staff

    def end_session(self, digest: str) -> None:
        self._drop("huce_sessions", "digest", digest)

    def end_sessions(self, staff: str) -> None:
        """In all windows, at once."""
        self._drop("huce_sessions", "staff", staff)

    def failed(self, who: str, now: datetime) -> None:
        with self._door.write() as connection:
            connection.execute(sa.insert(self._layout["huce_failures"]).values(who=who, at=now))

    def failures(self, who: str, since: datetime) -> int:
        table = self._layout["huce_failures"]
        query = sa.select(sa.func.count()).select_from(table).where(table.c.who == who, table.c.at >= since)
        return self._door.read(lambda c: int(c.execute(query).scalar_one()))

    def clear_failures(self, who: str) -> None:
        self._drop("huce_failures", "who", who)

    def _drop(self, name: str, column: str, value: str) -> None:
        table = self._layout[name]
        with self._door.write() as connection:
            connection.execute(sa.delete(table).where(table.c[column] == value))

    def lease(self, name: str, holder: str, now: datetime, seconds: int) -> bool:
        """Whether the holder has the lease now: free, expired or their own already. One holder at a time."""
        table = self._layout["huce_leases"]
        until = now + timedelta(seconds=seconds)
        with self._door.write() as connection:
            writing.lock(connection, self._layout)
            row = connection.execute(sa.select(table).where(table.c.name == name)).mappings().first()
            # A lease that reaches far beyond any was made under a clock that has been put right; some skew is usual.
            if row is not None and row["holder"] != holder and now < row["until"] <= now + 10 * (until - now):
                return False
            self._put(connection, "huce_leases", {"name": name}, {"holder": holder, "until": until})
            return True

    def release(self, name: str, holder: str) -> None:
        table = self._layout["huce_leases"]
        with self._door.write() as connection:
            connection.execute(sa.delete(table).where(table.c.name == name, table.c.holder == holder))

    def mark(self, name: str, value: str, now: datetime) -> None:
        """Leaves a note for other processes: a heartbeat, the last good scan, what a job said."""
        with self._door.write() as connection:
            self._put(connection, "huce_marks", {"name": name}, {"value": value, "at": now})

    def marked(self, name: str) -> tuple[str, datetime] | None:
        """One note and its moment; None where nobody left it."""
        table = self._layout["huce_marks"]
        row = self._door.read(lambda c: c.execute(sa.select(table).where(table.c.name == name)).mappings().first())
        return (row["value"], row["at"]) if row is not None else None

    def unmark(self, name: str) -> None:
        """Takes a note away."""
        self._drop("huce_marks", "name", name)

    def marks(self) -> dict[str, tuple[str, datetime]]:
        table = self._layout["huce_marks"]
        return self._door.read(lambda c: {r["name"]: (r["value"], r["at"]) for r in c.execute(sa.select(table)).mappings()})

    def keep_document(self, digest: str, data: bytes, now: datetime) -> None:
        """Keeps a document under the sum of its content: what was kept is never another's, and never changes."""
        table = self._layout["huce_documents"]
        with self._door.write() as connection:
            if connection.execute(sa.select(table.c.at).where(table.c.digest == digest)).first() is None:
                connection.execute(sa.insert(table).values(digest=digest, data=data, at=now))

    def document(self, digest: str) -> bytes | None:
        """A kept document as it was; None where nobody kept it."""
        table = self._layout["huce_documents"]
        found = self._door.read(lambda c: c.execute(sa.select(table.c.data).where(table.c.digest == digest)).scalar())
        return None if found is None else bytes(found)

    def note(self, event: str, actor: str, detail: str, now: datetime) -> None:
        """A sign-in, a denial, an export, an unmasking: on the same record as every change, under "*access"."""
        with self._door.write() as connection:
            meta = writing.lock(connection, self._layout)
            line = {
                "at": now.replace(microsecond=0),
                "actor": actor,
                "source": "portal",
                "table": "*access",
                "row": actor,
                "column": event,
                "old": None,
                "new": detail,
                "rev": meta["version"],
            }
            seq, head = record.append(connection, self._layout, meta["seq"], meta["head"], [line])
            connection.execute(sa.update(self._layout["huce_meta"]).values(seq=seq, head=head))
