import asyncio
import ssl
from pathlib import Path
from typing import Any

import pytest
from aiokafka import errors

from pipeline.broker import free_port
from pipeline.exits import EXIT_UNREACHABLE
from pipeline.settings import Settings, SettingsError
from pipeline.stream.connection import (
    Unreachable,
    access_refused,
    client_options,
    greet,
    reason,
    wait_for_broker,
)


def test_options_of_a_plain_connection() -> None:
    assert client_options(Settings(brokers="a:1,b:2")) == {
        "bootstrap_servers": ["a:1", "b:2"],
        "client_id": "page-pipeline",
        "security_protocol": "PLAINTEXT",
    }


def test_options_of_an_encrypted_connection_with_a_password() -> None:
    given: dict[str, Any] = {"sasl_mechanism": "PLAIN", "sasl_username": "u", "sasl_password": "p"}
    options = client_options(Settings(client_id="me", security_protocol="SASL_SSL", **given))
    context = options.pop("ssl_context")
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
    assert options == {
        "bootstrap_servers": ["127.0.0.1:9092"],
        "client_id": "me",
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "PLAIN",
        "sasl_plain_username": "u",
        "sasl_plain_password": "p",
    }


@pytest.mark.parametrize("field", ["ssl_cafile", "ssl_certfile"])
def test_a_file_that_is_no_certificate(field: str, tmp_path: Path) -> None:
    file = tmp_path / "not.pem"
    file.write_text("a secret")
    options: dict[str, Any] = {field: file}
    with pytest.raises(SettingsError, match="expected PEM files") as refused:
        client_options(Settings(security_protocol="SSL", **options))
    assert "a secret" not in str(refused.value)


async def test_nobody_there() -> None:
    brokers = f"127.0.0.1:{free_port()}"
    with pytest.raises(Unreachable) as unreachable:
        await greet(Settings(brokers=brokers))
    assert str(unreachable.value) == f"{brokers}: Connection refused"
    assert unreachable.value.exit_code == EXIT_UNREACHABLE


async def test_one_that_hangs_up() -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()
        with pytest.raises(Unreachable, match="is PIPELINE_SECURITY_PROTOCOL what it expects"):
            await greet(Settings(brokers=f"{host}:{port}"))


async def test_one_whose_cluster_does_not_count_it() -> None:
    metadata_alone = bytes.fromhex("0000 00000001 0003 0000 0001")  # the API versions it offers
    no_broker = bytes(20)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for body in (metadata_alone, no_broker):
            request = await reader.readexactly(int.from_bytes(await reader.readexactly(4)))
            correlation_id = request[4:8]
            writer.write((4 + len(body)).to_bytes(4) + correlation_id + body)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()
        with pytest.raises(Unreachable, match=f"{port}: it has not joined its cluster yet"):
            await greet(Settings(brokers=f"{host}:{port}"))


async def test_waiting_ends_in_time_and_names_the_reason() -> None:
    brokers = f"127.0.0.1:{free_port()}"
    with pytest.raises(Unreachable) as unreachable:
        await wait_for_broker(Settings(brokers=brokers), 0.3)
    told = f"no broker could be reached within 0.3 s: {brokers}: Connection refused"
    assert str(unreachable.value) == told


def not_verified(code: int, message: str) -> ssl.SSLError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed (_ssl.c:1006)")
    error.verify_code, error.verify_message = code, message
    return error


def alert(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, f"[SSL: {reason}] (_ssl.c:2580)")
    error.reason = reason
    return error


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "refused", "told"),
    [
        (errors.SaslAuthenticationFailed("Invalid credentials"), True, "Invalid credentials"),
        (errors.TopicAuthorizationFailedError("raw"), True, "not authorized for topic raw"),
        (errors.GroupAuthorizationFailedError("us"), True, "not authorized for group us"),
        (
            errors.UnsupportedSaslMechanismError(),
            True,
            "The broker does not support the requested SASL mechanism.",
        ),
        (
            not_verified(19, "self-signed"),
            True,
            "its certificate is not accepted: self-signed; is PIPELINE_SSL_CAFILE its authority's?",
        ),
        (
            not_verified(10, "certificate has expired"),
            True,
            "its certificate is not accepted: certificate has expired",
        ),
        (
            alert("TLSV13_ALERT_CERTIFICATE_REQUIRED"),
            True,
            "it does not accept our certificate, PIPELINE_SSL_CERTFILE: certificate required",
        ),
        (
            alert("TLSV1_ALERT_UNKNOWN_CA"),
            True,
            "it does not accept our certificate, PIPELINE_SSL_CERTFILE: unknown ca",
        ),
        (
            alert("TLSV1_ALERT_PROTOCOL_VERSION"),
            True,
            "[SSL: TLSV1_ALERT_PROTOCOL_VERSION] (_ssl.c:2580)",
        ),
        (
            caused(errors.KafkaConnectionError("closed"), ssl.SSLError(1, "unknown ca")),
            True,
            "unknown ca",
        ),
        (ssl.SSLEOFError(8, "EOF"), False, "EOF"),
        (TimeoutError(), False, "no answer"),
        (ConnectionRefusedError(111, "Connect call failed"), False, "Connection refused"),
        (errors.KafkaConnectionError(), False, "KafkaConnectionError"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_what_an_error_means(error: Exception, refused: bool, told: str) -> None:  # noqa: FBT001
    assert (access_refused(error), reason(error)) == (refused, told)
