"""Credentials, certificates and rights: what is not accepted ends a command with exit code 2."""

import asyncio
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from aiokafka.protocol.admin import CreateAclsRequest

from pipeline.broker import free_port
from pipeline.settings import Settings
from pipeline.stream.topic_admin import admin_client
from tests.commands.support import invoke, invoke_beside, run
from tests.integration.kafka import Kafka, missing
from tests.pages import PAGES

PASSWORD = "correct horse"

#: Kafka's own numbers.
OPERATIONS = {"READ": 3, "WRITE": 4, "CREATE": 5, "DESCRIBE": 8, "DESCRIBE_CONFIGS": 10}
TOPIC, GROUP, TRANSACTIONAL_ID = 2, 3, 5
LITERAL, ALLOW = 3, 3


class Guarded(NamedTuple):
    """A broker that does not let everybody in: alice may do everything, bob nothing.

    Carol may do what she is granted.
    """

    plain: str
    password: str
    encrypted: str
    certificate: Path


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    if lacking := missing():
        pytest.skip(lacking)
    folder = tmp_path_factory.mktemp("guarded")
    keystore, certificate = _certificate(folder)
    ports = [free_port() for _ in range(4)]
    plain, password, encrypted, controller = (f"127.0.0.1:{port}" for port in ports)
    login = "org.apache.kafka.common.security.plain.PlainLoginModule required"
    settings = {
        "controller.quorum.voters": f"1@{controller}",
        "listeners": f"PLAINTEXT://{plain},SASL_PLAINTEXT://{password},SSL://{encrypted},"
        f"CONTROLLER://{controller}",
        "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,"
        "SASL_PLAINTEXT:SASL_PLAINTEXT,SSL:SSL",
        "sasl.enabled.mechanisms": "PLAIN",
        "listener.name.sasl_plaintext.plain.sasl.jaas.config": f'{login} user_alice="{PASSWORD}"'
        f' user_bob="{PASSWORD}" user_carol="{PASSWORD}";',
        "ssl.keystore.location": str(keystore),
        "ssl.keystore.password": PASSWORD,
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS;User:alice",
    }
    broker = Kafka(folder, settings)
    broker.port = ports[0]
    with broker:
        yield Guarded(plain, password, encrypted, certificate)


def _certificate(folder: Path) -> tuple[Path, Path]:
    """Make a key and the certificate, signed by itself, of 127.0.0.1."""
    keystore, certificate = folder / "keystore.p12", folder / "certificate.pem"
    options = ["-alias", "kafka", "-keystore", str(keystore), "-storepass", PASSWORD]
    name = ["-keyalg", "RSA", "-dname", "CN=localhost", "-ext", "san=ip:127.0.0.1"]
    subprocess.run(["keytool", "-genkeypair", *options, *name], check=True, capture_output=True)
    export = ["keytool", "-exportcert", "-rfc", *options, "-file", str(certificate)]
    subprocess.run(export, check=True, capture_output=True)
    return keystore, certificate


def _user(name: str, password: str = PASSWORD, mechanism: str = "PLAIN") -> dict[str, str]:
    return {
        "PIPELINE_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
        "PIPELINE_SASL_MECHANISM": mechanism,
        "PIPELINE_SASL_USERNAME": name,
        "PIPELINE_SASL_PASSWORD": password,
    }


COMMANDS = [
    ("topics", "check"),
    ("topics", "create"),
    ("produce",),
    ("tail", "raw"),
    ("dead-letters", "list"),
    ("dead-letters", "replay"),
]


def _use(settings: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(params=["password", "certificate"])
def accepted(request: pytest.FixtureRequest, guarded: Guarded) -> dict[str, str]:
    if request.param == "password":
        return _user("alice") | {"PIPELINE_BROKERS": guarded.password}
    return {
        "PIPELINE_BROKERS": guarded.encrypted,
        "PIPELINE_SECURITY_PROTOCOL": "SSL",
        "PIPELINE_SSL_CAFILE": str(guarded.certificate),
    }


def test_accepted(accepted: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    _use(accepted, monkeypatch)
    assert invoke("topics", "create").exit_code == 0
    assert invoke("produce", given=b"{}\n").stderr.startswith("1 events delivered")
    assert invoke("tail", "raw", "--from-beginning", "--limit", "1").exit_code == 0


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (_user("alice", "wrong"), "Invalid username or password"),
        (
            _user("alice", mechanism="SCRAM-SHA-256"),
            "does not support the requested SASL mechanism",
        ),
        (_user("bob"), "not authorized for topic"),
    ],
    ids=["wrong password", "mechanism", "no rights"],
)
def test_refused_by_the_broker(
    command: tuple[str, ...],
    settings: dict[str, str],
    told: str,
    guarded: Guarded,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _use(settings | {"PIPELINE_BROKERS": guarded.password}, monkeypatch)
    result = invoke(*command)
    assert result.exit_code == 2
    assert told in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_broker_whose_certificate_is_not_trusted(
    command: tuple[str, ...], guarded: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusting_nobody_new = {
        "PIPELINE_BROKERS": guarded.encrypted,
        "PIPELINE_SECURITY_PROTOCOL": "SSL",
    }
    _use(trusting_nobody_new, monkeypatch)
    result = invoke(*command)
    assert result.exit_code == 2
    assert "certificate verify failed" in result.stderr
    assert result.stderr.count("\n") == 1


def test_another_protocol_than_the_broker_speaks(
    guarded: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIPELINE_BROKERS", guarded.password)
    result = invoke("topics", "check", "--timeout", "0.5")
    assert result.exit_code == 69
    assert "is PIPELINE_SECURITY_PROTOCOL what it expects?" in result.stderr


def test_a_worker_does_not_wait_for_what_it_may_not_do(guarded: Guarded) -> None:
    settings = _user("alice", "a wrong one") | {"PIPELINE_BROKERS": guarded.password}
    done = run("worker", settings=settings | {"PIPELINE_WEB_PORT": "0"})
    assert done.returncode == 2
    assert b"Invalid username or password" in done.stderr
    assert b"a wrong one" not in done.stderr


async def test_a_replay_needs_no_more_rights_than_the_documentation_says(guarded: Guarded) -> None:
    settings = {"PIPELINE_BROKERS": guarded.password}
    await invoke_beside("topics", "create", settings=_user("alice") | settings)
    carol = _user("carol") | settings
    assert (await invoke_beside("dead-letters", "replay", settings=carol)).exit_code == 2
    await _grant(guarded.plain, "carol", _documented_rights())
    async with asyncio.timeout(10):
        while True:  # until the broker, too, has read what its controller has written
            done = await invoke_beside("dead-letters", "replay", settings=carol)
            if done.exit_code == 0:
                break
    assert done.stderr == "0 dead letters sent to page-events-raw\n"


def _documented_rights() -> list[tuple[int, str, str]]:
    """The rights for a replay: a kind of resource, its name, the operations."""
    resources = {
        "the raw topic": [(TOPIC, "page-events-raw")],
        "the enriched and the dead-letter topic": [
            (TOPIC, "page-events-enriched"),
            (TOPIC, "page-events-dead-letter"),
        ],
        "the topic `{dead-letter topic}-replay`": [(TOPIC, "page-events-dead-letter-replay")],
        "the transactional id `{dead-letter topic}-replay`": [
            (TRANSACTIONAL_ID, "page-events-dead-letter-replay")
        ],
        "the workers' consumer group": [(GROUP, "page-enrichment")],
    }
    rows = re.findall(
        r"^\| (?:`replay` )?\| (.*) \| (.*) \|$", PAGES["dead-letters.md"], re.MULTILINE
    )
    return [(*each, operations) for named, operations in rows for each in resources[named]]


async def _grant(brokers: str, user: str, rights: list[tuple[int, str, str]]) -> None:
    async with admin_client(Settings(brokers=brokers), 10) as admin:
        for kind, name, operations in rights:
            for operation in operations.split(", "):
                request = CreateAclsRequest(
                    kind, name, LITERAL, f"User:{user}", "*", OPERATIONS[operation], ALLOW
                )
                answer = await admin._send_request(request)
                assert [code for code, _ in answer.creation_responses] == [0]
