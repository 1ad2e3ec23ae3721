"""Where a bank's network leads Google's own names to a gateway: nothing is set, the names themselves answer there, by TLS."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3.util.connection
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from branch import settings
from branch.opening import open_branch
from tests.sheets_api.server import SheetsApi
from tests.sync.conftest import Office, office

NAMES = ("sheets.googleapis.com", "www.googleapis.com")
PIECE = 65_536


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of both names that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gateway")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in NAMES]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(private)
    return folder / "cert.pem", folder / "key.pem"


def passes_on(source: socket.socket, target: socket.socket) -> None:
    try:
        while piece := source.recv(PIECE):
            target.sendall(piece)
    except OSError:
        pass  # the other side has hung up
    finally:
        for one in (source, target):
            one.close()


@pytest.fixture
def gateway(tmp_path: Path, api: SheetsApi, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Google's names lead here, and from here to our own server; which of them were asked for."""
    cert, key = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    listening = socket.create_server(("127.0.0.1", 0))
    inside = int(api.url.rpartition(":")[2])

    def serve() -> None:
        while True:
            try:
                outer, _ = listening.accept()
            except OSError:
                return
            plain = context.wrap_socket(outer, server_side=True)
            inner = socket.create_connection(("127.0.0.1", inside))
            for ends in ((plain, inner), (inner, plain)):
                threading.Thread(target=passes_on, args=ends, daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    asked: list[str] = []
    connect = urllib3.util.connection.create_connection

    def redirected(address: tuple[str, int], *given: object, **more: object) -> socket.socket:
        if address[0] in NAMES:
            asked.append(address[0])
            address = ("127.0.0.1", listening.getsockname()[1])
        return connect(address, *given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(urllib3.util.connection, "create_connection", redirected)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(cert))
    yield asked
    listening.close()


@pytest.mark.long
def test_it_works_where_googles_own_names_lead_elsewhere(tmp_path: Path, api: SheetsApi, gateway: list[str]) -> None:
    found = office(tmp_path / "home", api, api.create("支行台账", share=[api.account_email]))
    found.branch.store.close()
    settings.save(tmp_path / "home", {"google": {"api_url": "", "drive_url": ""}})
    bank = Office(open_branch(tmp_path / "home"), api, found.link, found.key)
    bank.connect()
    bank.save("customers", "C1", main_business="铸件")
    bank.type("customers", "C2", "main_business", "纺织")
    bank.sync()
    assert bank.shown("customers", "C1", "main_business") == "铸件"
    assert bank.value("customers", "C2", "main_business") == "纺织"
    assert set(gateway) == {"sheets.googleapis.com"}
    bank.branch.store.close()
