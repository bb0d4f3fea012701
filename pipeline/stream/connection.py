"""How every Kafka client connects, and whether a broker lets us in and answers."""

import asyncio
import os
import socket
import ssl
from typing import Any, Final

from aiokafka import errors
from aiokafka.conn import collect_hosts, create_conn
from aiokafka.protocol.metadata import MetadataRequest

from pipeline.exits import EXIT_UNREACHABLE, EXIT_USAGE, Refused
from pipeline.settings import Settings, SettingsError

#: How long one broker may take to answer before the next is tried, in milliseconds.
ANSWER_MS: Final = 3_000
#: Between two attempts, in seconds.
PAUSE: Final = 0.2

#: What a broker says to credentials, rights or a certificate that it does not accept, and what we
#: say to its certificate. To try again would not help.
ACCESS_ERRORS: Final = (
    errors.ClusterAuthorizationFailedError,
    errors.GroupAuthorizationFailedError,
    errors.IllegalSaslStateError,
    errors.SaslAuthenticationFailed,
    errors.TopicAuthorizationFailedError,
    errors.TransactionalIdAuthorizationFailed,
    errors.UnsupportedSaslMechanismError,
    ssl.SSLError,
)
#: TLS errors that a broker's end causes too.
_CLOSED = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)
#: OpenSSL's numbers for a chain of certificates that ends at nobody whom we trust.
_NO_ISSUER: Final = (18, 19, 20, 21)


class Unreachable(Refused):
    """No broker answers (yet); the message says what each of them did instead."""

    def __init__(self, message: str) -> None:
        super().__init__(message, EXIT_UNREACHABLE)


def client_options(settings: Settings) -> dict[str, Any]:
    """Give the keyword arguments that aiokafka's producer, consumer and admin client share.

    Raises `SettingsError` for a certificate or key that cannot be used.
    """
    options: dict[str, Any] = {
        "bootstrap_servers": settings.brokers.split(","),
        "client_id": settings.client_id or "page-pipeline",
        "security_protocol": settings.security_protocol,
    }
    if settings.security_protocol.endswith("SSL"):
        options["ssl_context"] = _ssl_context(settings)
    if settings.sasl_mechanism and settings.sasl_password:
        options["sasl_mechanism"] = settings.sasl_mechanism
        options["sasl_plain_username"] = settings.sasl_username
        options["sasl_plain_password"] = settings.sasl_password.get_secret_value()
    return options


async def greet(settings: Settings) -> None:
    """Return when one of the brokers has let us in and is part of a cluster that works.

    Raises `Refused` where one refuses our credentials, or its certificate is none that we trust;
    aiokafka's own clients keep trying then. Raises `Unreachable` where none answers.
    """
    options = client_options(settings)
    failures = []
    for host, port, _ in collect_hosts(options.pop("bootstrap_servers")):
        try:
            await _greet(host, port, options)
        except (OSError, errors.KafkaError) as error:
            failures.append(f"{host}:{port}: {reason(error)}")
            if access_refused(error):
                raise Refused(failures[-1], EXIT_USAGE) from None
        else:
            return
    raise Unreachable("; ".join(failures))


async def wait_for_broker(settings: Settings, seconds: float) -> None:
    """Return when a broker answers; raise `Unreachable` after `seconds`.

    Raises `Refused` at once where waiting would not help.
    """
    failure = "no answer"
    try:
        async with asyncio.timeout(seconds):
            while True:
                try:
                    return await greet(settings)
                except Unreachable as unreachable:
                    failure = str(unreachable)
                await asyncio.sleep(PAUSE)
    except TimeoutError:
        raise Unreachable(f"no broker could be reached within {seconds:g} s: {failure}") from None


def access_refused(error: BaseException | None) -> bool:
    """Whether `error`, or what caused it, is about our rights and not about the network."""
    if error is None:
        return False
    refused = isinstance(error, ACCESS_ERRORS) and not isinstance(error, _CLOSED)
    return refused or access_refused(error.__cause__)


async def _greet(host: str, port: int, options: dict[str, Any]) -> None:
    connection = await create_conn(host, port, request_timeout_ms=ANSWER_MS, **options)
    try:
        answer = await connection.send(MetadataRequest([], allow_auto_topic_creation=False))
    finally:
        connection.close()
    if not answer.brokers:
        raise ConnectionError("it has not joined its cluster yet")


def reason(error: BaseException) -> str:
    """Say in one line what went wrong: aiokafka often buries it under a connection that closed."""
    while error.__cause__ is not None:
        error = error.__cause__
    text = str(error)
    match error:
        case TimeoutError():
            text = "no answer"
        case EOFError() | ConnectionResetError():
            text = "it closed the connection; is PIPELINE_SECURITY_PROTOCOL what it expects?"
        case errors.BrokerResponseError():
            text = _broker_reason(error)
        case ssl.SSLError():  # its numbers are not the operating system's
            text = _tls_reason(error)
        case socket.gaierror(strerror=str(told)):
            text = told
        case OSError(errno=int(number)):
            text = os.strerror(number)
    return " ".join(text.split()) or type(error).__name__


def _broker_reason(error: errors.BrokerResponseError) -> str:
    match error:
        case errors.TopicAuthorizationFailedError(args=[name]):
            return f"not authorized for topic {name}"
        case errors.GroupAuthorizationFailedError(args=[name]):
            return f"not authorized for group {name}"
        case errors.BrokerResponseError(args=[str(told)]) if told:
            return told
    return str(error.description)


def _tls_reason(error: ssl.SSLError) -> str:
    """Say whose certificate is not accepted, if it is about one: OpenSSL's own words hide it."""
    if isinstance(error, ssl.SSLCertVerificationError):
        told = f"its certificate is not accepted: {error.verify_message}"
        by_nobody = error.verify_code in _NO_ISSUER
        return f"{told}; is PIPELINE_SSL_CAFILE its authority's?" if by_nobody else told
    _, _, alert = (getattr(error, "reason", "") or "").partition("_ALERT_")
    if "CERTIFICATE" in alert or alert == "UNKNOWN_CA":
        told = alert.lower().replace("_", " ")
        return f"it does not accept our certificate, PIPELINE_SSL_CERTFILE: {told}"
    return error.strerror or ""


def _ssl_context(settings: Settings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=settings.ssl_cafile)
        if settings.ssl_certfile is not None:
            # The empty password refuses an encrypted key: OpenSSL would ask on the terminal.
            context.load_cert_chain(settings.ssl_certfile, settings.ssl_keyfile, password="")
    except (OSError, ValueError) as error:
        raise SettingsError(
            "PIPELINE_SSL_CAFILE, PIPELINE_SSL_CERTFILE, PIPELINE_SSL_KEYFILE: expected PEM files"
            f" that belong together and a key without a password, found {error}"
        ) from None
    return context
