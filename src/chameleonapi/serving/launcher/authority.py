"""A certificate authority for one run.

It can vouch for the served hosts only (critical name constraints), for three days. Its
key signs one certificate and is dropped; the key of that certificate reaches the TLS
library through a pipe. Neither is ever written to a disk.

Reference: RFC 5280, section 4.2.1.10.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import ssl
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

__all__ = ["RunIdentity", "make_identity"]

_ALPN = ("http/1.1", "h2")
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RunIdentity:
    """What a run proves itself with.

    Attributes:
        ca_pem: the authority's certificate, for clients to trust.
        context: for the server's side of TLS. HTTP/1.1 is preferred, so that only a
            client that offers nothing but h2, which is gRPC, gets h2.
    """

    ca_pem: bytes
    context: ssl.SSLContext


def make_identity(hosts: Sequence[str], *, days: int = 2) -> RunIdentity:
    """Make an authority for these hosts and a certificate by it for all, good for some days."""
    ca_key = ec.generate_private_key(ec.SECP256R1())
    end = dt.datetime.now(dt.timezone.utc) + days * _DAY
    ca = _ca_certificate(ca_key, hosts, end)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _host_certificate(key, ca_key, ca, hosts)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(list(_ALPN))
    _load(context, certificate, key)
    return RunIdentity(ca.public_bytes(serialization.Encoding.PEM), context)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    subject: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey, end: dt.datetime
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.timezone.utc)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _key_usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )


def _ca_certificate(
    key: ec.EllipticCurvePrivateKey, hosts: Sequence[str], end: dt.datetime
) -> x509.Certificate:
    name = _name("ChameleonAPI, this run only")
    constraints = x509.NameConstraints(
        permitted_subtrees=[x509.DNSName(host) for host in hosts],
        excluded_subtrees=[
            x509.IPAddress(ipaddress.ip_network("0.0.0.0/0")),
            x509.IPAddress(ipaddress.ip_network("::/0")),
        ],
    )
    return (
        _builder(name, name, key.public_key(), end)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(is_authority=True), critical=True)
        .add_extension(constraints, critical=True)
        .sign(key, hashes.SHA256())
    )


def _host_certificate(
    key: ec.EllipticCurvePrivateKey,
    ca_key: ec.EllipticCurvePrivateKey,
    ca: x509.Certificate,
    hosts: Sequence[str],
) -> x509.Certificate:
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    return (
        _builder(_name(hosts[0]), ca.subject, key.public_key(), ca.not_valid_after_utc)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(is_authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False
        )
        .add_extension(authority, critical=False)
        .sign(ca_key, hashes.SHA256())
    )


def _load(
    context: ssl.SSLContext, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey
) -> None:
    """Give a context its certificate from a file and its key from a pipe.

    The ssl module takes file names only. The key is some 250 bytes: it fits a pipe's
    buffer, so that writing does not wait for the reader.
    """
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with tempfile.TemporaryDirectory(prefix="chameleon-") as folder:
        public = Path(folder, "certificate.pem")
        public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        read_end, write_end = os.pipe()
        try:
            os.write(write_end, secret)
        finally:
            os.close(write_end)
        try:
            context.load_cert_chain(public, f"/dev/fd/{read_end}")
        finally:
            os.close(read_end)
