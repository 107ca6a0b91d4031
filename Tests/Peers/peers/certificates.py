# SPDX-License-Identifier: Apache-2.0
"""Certificates for tests: an authority, and who it vouches for."""

import datetime
import ipaddress

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY = datetime.timedelta(days=1)


class Authority:
    """Issues certificates into a folder, as PEM files."""

    def __init__(self, folder, name="authority"):
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name_of(name)
        constraints = x509.BasicConstraints(ca=True, path_length=0)
        certificate = self._sign(self._name, self._key.public_key(), constraints)
        self.roots = self._write(name, certificate)

    def issue(self, name):
        """Issues a certificate for 127.0.0.1 and `localhost`: the paths of it and of its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        addresses = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        constraints = x509.BasicConstraints(ca=False, path_length=None)
        alternatives = x509.SubjectAlternativeName(addresses)
        certificate = self._sign(_name_of(name), key.public_key(), constraints, alternatives)
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return self._write(name, certificate), self._write(f"{name}-key", private)

    def _sign(self, subject, key, *extensions):
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _DAY)
            .not_valid_after(now + _DAY)
        )
        for extension in extensions:
            is_critical = isinstance(extension, x509.BasicConstraints)
            builder = builder.add_extension(extension, critical=is_critical)
        certificate = builder.sign(self._key, hashes.SHA256())
        return certificate.public_bytes(serialization.Encoding.PEM)

    def _write(self, name, content):
        path = self._folder / f"{name}.pem"
        path.write_bytes(content)
        return path


def _name_of(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
