import contextlib
import datetime as dt
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from chameleonapi.serving.launcher import authority
from chameleonapi.serving.launcher.authority import make_identity
from chameleonapi.serving.launcher.hosts import GOOGLE_HOSTS, served_hosts

HOSTS = ("vision.googleapis.com", "rekognition.eu-west-1.amazonaws.com")


def shake_hands(server_context, ca_pem, host, alpn=("http/1.1",)):
    """Complete a TLS handshake in memory and return the protocol agreed on."""
    client_context = ssl.create_default_context(cadata=ca_pem.decode())
    client_context.set_alpn_protocols(list(alpn))
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server, server_hostname=host)
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(6):
        for side in (client, server):
            with contextlib.suppress(ssl.SSLWantReadError):
                side.do_handshake()
    return server.selected_alpn_protocol()


@pytest.fixture(scope="module")
def identity():
    return make_identity(HOSTS)


@pytest.mark.parametrize("host", HOSTS)
def test_clients_believe_it_for_the_served_hosts(identity, host):
    assert shake_hands(identity.context, identity.ca_pem, host) == "http/1.1"


@pytest.mark.parametrize("host", ["storage.googleapis.com", "googleapis.com", "127.0.0.1"])
def test_clients_do_not_believe_it_for_others(identity, host):
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(identity.context, identity.ca_pem, host)


def test_the_authority_cannot_vouch_for_other_hosts():
    tomorrow = dt.datetime.now(dt.timezone.utc) + dt.timedelta(days=1)
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca = authority._ca_certificate(ca_key, HOSTS, tomorrow)
    forged = authority._host_certificate(key, ca_key, ca, ["bank.example"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority._load(context, forged, key)
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        shake_hands(context, ca.public_bytes(serialization.Encoding.PEM), "bank.example")


@pytest.mark.parametrize(
    ("offered", "agreed"),
    [(["h2"], "h2"), (["h2", "http/1.1"], "http/1.1"), (["http/1.1"], "http/1.1")],
)
def test_only_a_client_of_grpc_gets_h2(identity, offered, agreed):
    assert shake_hands(identity.context, identity.ca_pem, HOSTS[0], offered) == agreed


def test_the_authority_is_short_lived_and_narrow(identity):
    ca = x509.load_pem_x509_certificate(identity.ca_pem)
    assert ca.not_valid_after_utc - ca.not_valid_before_utc == dt.timedelta(days=3)
    constraints = ca.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    assert [one.value for one in constraints.value.permitted_subtrees] == list(HOSTS)
    assert ca.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0


def test_no_file_ever_holds_a_key(monkeypatch, tmp_path):
    from pathlib import Path

    written = []
    write = Path.write_bytes
    monkeypatch.setattr(
        Path, "write_bytes", lambda self, data: written.append(data) or write(self, data)
    )
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    make_identity(HOSTS)
    assert len(written) == 1
    assert b"PRIVATE" not in written[0]
    assert not list(tmp_path.iterdir())


def test_the_served_hosts_are_exact():
    hosts = served_hosts()
    assert set(GOOGLE_HOSTS) < set(hosts)
    assert {"rekognition.us-east-1.amazonaws.com", "comprehend.eu-west-1.amazonaws.com"} < set(
        hosts
    )
    assert "rekognition-fips.us-east-1.amazonaws.com" in hosts
    assert all(len(one.split(".")) >= 3 for one in hosts)
    assert not [one for one in hosts if one.startswith(("s3.", "rekognition.rekognition"))]
