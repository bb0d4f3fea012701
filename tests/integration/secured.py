"""A broker that does not let everybody in: a listener for each way to be let in, an authorizer."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from pipeline.broker import free_port
from tests.integration.certificates import Certificates
from tests.integration.kafka import Kafka

PASSWORD = "correct horse"
#: May do everything, by whatever means she is let in.
ALICE = "alice"

_LOGIN = "org.apache.kafka.common.security"
_LISTENERS = {
    "PLAINTEXT": "PLAINTEXT",
    "PASSWORD": "SASL_PLAINTEXT",
    "BOTH": "SASL_SSL",
    "SERVER": "SSL",
    "MUTUAL": "SSL",
    "EXPIRED": "SSL",
}


class Secured(NamedTuple):
    """The broker, the address of each listener, and the certificates."""

    kafka: Kafka
    addresses: Mapping[str, str]
    certificates: Certificates

    @property
    def plain(self) -> str:
        """Where everybody may do everything: for the tests themselves."""
        return self.addresses["PLAINTEXT"]

    def with_password(
        self, user: str = ALICE, password: str = PASSWORD, mechanism: str = "PLAIN"
    ) -> dict[str, str]:
        """Settings that prove a user by a password, in the clear."""
        return {
            "PIPELINE_BROKERS": self.addresses["PASSWORD"],
            "PIPELINE_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
            "PIPELINE_SASL_MECHANISM": mechanism,
            "PIPELINE_SASL_USERNAME": user,
            "PIPELINE_SASL_PASSWORD": password,
        }

    def with_both(self, mechanism: str, password: str = PASSWORD) -> dict[str, str]:
        """Settings for a password on a connection that is encrypted."""
        return self.with_password(password=password, mechanism=mechanism) | {
            "PIPELINE_BROKERS": self.addresses["BOTH"],
            "PIPELINE_SECURITY_PROTOCOL": "SASL_SSL",
            "PIPELINE_SSL_CAFILE": str(self.certificates.authority),
        }

    def with_tls(
        self, listener: str, authority: Path | None = None, client: Path | None = None
    ) -> dict[str, str]:
        """Settings for a listener with TLS alone, perhaps with a certificate of one's own."""
        settings = {
            "PIPELINE_BROKERS": self.addresses[listener],
            "PIPELINE_SECURITY_PROTOCOL": "SSL",
            "PIPELINE_SSL_CAFILE": str(authority or self.certificates.authority),
        }
        return settings | ({"PIPELINE_SSL_CERTFILE": str(client)} if client else {})


def secured_kafka(folder: Path, users: Iterable[str]) -> Secured:
    """Make the broker; it is not started. `users` have the password too, and no rights."""
    certificates = Certificates(folder)
    ports = {name: free_port() for name in _LISTENERS}
    addresses = {name: f"127.0.0.1:{port}" for name, port in ports.items()}
    kafka = Kafka(
        folder,
        _settings(addresses, certificates, [ALICE, *users]),
        port=ports["PLAINTEXT"],
        scram=[f"{mechanism}=[name={ALICE},password={PASSWORD}]" for mechanism in _SCRAM],
    )
    return Secured(kafka, addresses, certificates)


_SCRAM = ("SCRAM-SHA-256", "SCRAM-SHA-512")


def _settings(
    addresses: Mapping[str, str], certificates: Certificates, users: Iterable[str]
) -> dict[str, str]:
    listeners = [f"{name}://{address}" for name, address in addresses.items()]
    protocols = [f"{name}:{protocol}" for name, protocol in _LISTENERS.items()]
    passwords = " ".join(f'user_{user}="{PASSWORD}"' for user in users)
    plain = f"{_LOGIN}.plain.PlainLoginModule required {passwords};"
    settings = {
        "listeners": ",".join([*listeners, "CONTROLLER://127.0.0.1:{controller}"]),
        "listener.security.protocol.map": ",".join([*protocols, "CONTROLLER:PLAINTEXT"]),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": f"User:ANONYMOUS;User:{ALICE}",
        "listener.name.password.sasl.enabled.mechanisms": "PLAIN",
        "listener.name.password.plain.sasl.jaas.config": plain,
        "listener.name.both.sasl.enabled.mechanisms": ",".join(["PLAIN", *_SCRAM]),
        "listener.name.both.plain.sasl.jaas.config": plain,
        "listener.name.mutual.ssl.client.auth": "required",
        "listener.name.mutual.ssl.principal.mapping.rules": "RULE:^CN=([^,]*).*$/$1/",
    }
    for mechanism in _SCRAM:
        name = f"listener.name.both.{mechanism.lower()}.sasl.jaas.config"
        settings[name] = f"{_LOGIN}.scram.ScramLoginModule required;"
    for listener in ("both", "server", "mutual", "expired"):
        mine = certificates.expired_broker if listener == "expired" else certificates.broker
        settings |= {
            f"listener.name.{listener}.ssl.keystore.type": "PEM",
            f"listener.name.{listener}.ssl.keystore.location": str(mine),
            f"listener.name.{listener}.ssl.truststore.type": "PEM",
            f"listener.name.{listener}.ssl.truststore.location": str(certificates.authority),
        }
    return settings
