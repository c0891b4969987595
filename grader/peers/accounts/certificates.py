"""Certificates, made when they are needed: one that a client is told to trust, and others."""

from __future__ import annotations

import ssl

import trustme


class Authority:
    """Whoever has signed a certificate."""

    def __init__(self) -> None:
        self._authority = trustme.CA(key_type=trustme.KeyType.ECDSA)

    @property
    def certificate(self) -> str:
        """Its own certificate, as a file for --cacert has it (PEM)."""
        return self._authority.cert_pem.bytes().decode()

    def server_for(self, *names: str) -> ssl.SSLContext:
        """How a server speaks TLS under these names."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert(*names, key_type=trustme.KeyType.ECDSA).configure_cert(context)
        return context
