"""What may happen to the embedded store: a half-written file, a full disk, a killed process, many hands at once."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from sheets.schema import Edit
from sheets.store import open_store
from sheets.store.faults import StoreBroken, StoreFull, StoreMissing
from sheets.tables import TABLES
from tests.sheets.stores import KH1, NOW, save


def test_a_home_that_is_half_written_is_told_apart(tmp_path: Path) -> None:
    for name, content, fault in (("none.db", None, StoreMissing), ("empty.db", b"", StoreBroken), ("text.db", b"hello" * 99, StoreBroken)):
        file = tmp_path / name
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(fault) as caught:
            open_store(f"sqlite:///{file}", TABLES)
        assert name in str(caught.value)
    sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE t (a)").connection.commit()
    with pytest.raises(StoreBroken):
        open_store(f"sqlite:///{tmp_path / 'other.db'}", TABLES)


def test_a_full_disk_loses_nothing_that_was_saved(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'huce.db'}", TABLES, create=True)
    store.setup(NOW)
    save(store, Edit("customers", "KH1", None, KH1))

    @sa.event.listens_for(store._door.engine, "begin")
    def _small(connection: sa.Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(StoreFull) as caught:
        store.write([Edit("customers", f"K{n}", None, KH1 | {"note": "字" * 9999}) for n in range(200)], "s", "import", NOW)
    assert "磁盘已满" in str(caught.value)
    assert list(store.book().frame("customers")["id"]) == ["KH1"]
    assert store.verify() == []
    store.close()


def test_a_process_killed_in_the_middle_of_its_saves_lost_none_it_was_told_of(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'huce.db'}", TABLES, create=True)
    store.setup(NOW)
    script = textwrap.dedent(f"""
        import sys
        from datetime import datetime
        from sheets.schema import Edit
        from sheets.store import open_store
        from sheets.tables import TABLES
        store = open_store({f"sqlite:///{tmp_path / 'huce.db'}"!r}, TABLES)
        n = len(store.book().frames["visits"])
        while True:
            n += 1
            pair = [Edit("visits", f"V{{n}}", None, {{"customer": "KH1"}}), Edit("diary", f"D{{n}}", None, {{"customer": "KH1"}})]
            store.write(pair, "1001", "portal", datetime(2026, 11, 23))
            print(n, flush=True)
    """)
    told = 0
    for wait in (0.05, 0.11, 0.17, 0.23):
        child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
        assert child.stdout is not None
        told = int(child.stdout.readline())
        time.sleep(wait)  # anywhere in the middle will do: whatever was told must stand
        child.send_signal(signal.SIGKILL)
        told = max([told, *(int(line) for line in child.stdout.read().split())])
        child.wait()
        book = store.book()
        assert len(book.frame("visits")) == len(book.frame("diary")) >= told
        assert store.verify() == []
    store.close()


def test_opening_a_store_twice_in_one_process_never_drops_its_locks(tmp_path: Path) -> None:
    """A second opening must not close a handle of its own on the file: other processes would then undo the log under us."""
    url = f"sqlite:///{tmp_path / 'huce.db'}"
    store = open_store(url, TABLES, create=True)
    store.setup(NOW)
    script = textwrap.dedent(f"""
        from datetime import datetime
        from sheets.schema import Edit
        from sheets.store import open_store
        from sheets.tables import TABLES
        open_store({url!r}, TABLES).write([Edit("visits", "V", None, {{"customer": "KH1"}})], "1", "portal", datetime(2026, 11, 23))
    """)
    with store._door.engine.connect() as held:
        held.exec_driver_sql("SELECT count(*) FROM visits").fetchall()
        held.rollback()
        open_store(url, TABLES).version()
        subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(__file__).parents[2])
        assert (tmp_path / "huce.db-wal").exists()  # the other process saw that the file is still in use
    assert list(store.book().frame("visits")["id"]) == ["V"]
    store.close()
