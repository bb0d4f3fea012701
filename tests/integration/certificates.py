"""Certificates of an authority that lives as long as a test session, and some that are no good."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

_NOW = datetime.now(UTC)
_EXPIRED = _NOW - timedelta(days=1)


class Certificates:
    """PEM files in a folder: each certificate's with its key, in the form that Kafka reads too."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        authority, stranger = trustme.CA(), trustme.CA()
        self.authority = folder / "authority.pem"
        self.stranger = folder / "stranger.pem"
        authority.cert_pem.write_to_path(self.authority)
        stranger.cert_pem.write_to_path(self.stranger)
        self.broker = self._issue(authority, "broker")
        self.expired_broker = self._issue(authority, "expired_broker", _EXPIRED)
        self.client = self._issue(authority, "alice")
        self.expired_client = self._issue(authority, "expired_client", _EXPIRED)
        self.strange_client = self._issue(stranger, "strange_client")

    def _issue(self, authority: trustme.CA, name: str, until: datetime | None = None) -> Path:
        """Issue one for 127.0.0.1, which is enough for a client's too."""
        issued = authority.issue_cert(
            "127.0.0.1",
            common_name=name,
            not_before=_NOW - timedelta(days=2),
            not_after=until or _NOW + timedelta(days=1),
        )
        key = load_pem_private_key(issued.private_key_pem.bytes(), password=None)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path = self._folder / f"{name}.pem"
        path.write_bytes(b"".join([pem, *(each.bytes() for each in issued.cert_chain_pems)]))
        return path
