"""TLS, passwords and certificates: who is let in, and what is told to whom is not."""

import json
import os
from collections.abc import Callable
from unittest.mock import patch

import pytest
from click.testing import Result

from tests.commands.support import invoke, run
from tests.integration.secured import PASSWORD, Secured

#: What is asked of every command: its line, and how its last line on standard error ends.
COMMANDS = {
    ("topics", "create"): "",
    ("topics", "check"): "",
    ("produce",): "/s)\n",
    (
        "tail",
        "raw",
        "--from-beginning",
        "--limit",
        "1",
    ): "following page-events-raw from the beginning\n",
    ("lag",): "",
    ("dead-letters", "list"): "",
    ("dead-letters", "replay"): "0 dead letters sent to page-events-raw\n",
}

Settings = Callable[[Secured], dict[str, str]]
WAYS_IN: dict[str, Settings] = {
    "TLS": lambda secured: secured.with_tls("SERVER"),
    "mutual TLS": lambda secured: secured.with_tls("MUTUAL", client=secured.certificates.client),
    "PLAIN": lambda secured: secured.with_password(),
    "PLAIN over TLS": lambda secured: secured.with_both("PLAIN"),
    "SCRAM-SHA-256": lambda secured: secured.with_both("SCRAM-SHA-256"),
    "SCRAM-SHA-512": lambda secured: secured.with_both("SCRAM-SHA-512"),
}

WRONG = "a wrong one"
REFUSALS: dict[str, tuple[Settings, str]] = {
    "wrong password, PLAIN": (
        lambda secured: secured.with_both("PLAIN", WRONG),
        "Authentication failed: Invalid username or password",
    ),
    "wrong password, SCRAM": (
        lambda secured: secured.with_both("SCRAM-SHA-512", WRONG),
        "invalid credentials with SASL mechanism SCRAM-SHA-512",
    ),
    "mechanism that is not offered": (
        lambda secured: secured.with_password(mechanism="SCRAM-SHA-256"),
        "The broker does not support the requested SASL mechanism.",
    ),
    "wrong authority": (
        lambda secured: secured.with_tls("SERVER", authority=secured.certificates.stranger),
        "unable to get local issuer certificate; is PIPELINE_SSL_CAFILE its authority's?",
    ),
    "expired certificate": (
        lambda secured: secured.with_tls("EXPIRED"),
        "its certificate is not accepted: certificate has expired",
    ),
    "no certificate of one's own": (
        lambda secured: secured.with_tls("MUTUAL"),
        "it does not accept our certificate, PIPELINE_SSL_CERTFILE: bad certificate",
    ),
    "certificate of a strange authority": (
        lambda secured: secured.with_tls("MUTUAL", client=secured.certificates.strange_client),
        "it does not accept our certificate, PIPELINE_SSL_CERTFILE: certificate unknown",
    ),
    "expired certificate of one's own": (
        lambda secured: secured.with_tls("MUTUAL", client=secured.certificates.expired_client),
        "it does not accept our certificate, PIPELINE_SSL_CERTFILE: certificate unknown",
    ),
}


@pytest.mark.parametrize("way", WAYS_IN)
def test_every_command_is_let_in(way: str, secured: Secured) -> None:
    for command, told in COMMANDS.items():
        result = invoke_with(WAYS_IN[way](secured), *command)
        assert (command, result.exit_code) == (command, 0), result.stderr
        assert result.stderr.endswith(told)


def invoke_with(settings: dict[str, str], *command: str) -> Result:
    """Run a command with these settings; `demo` makes some of its own, which are gone then too."""
    with patch.dict(os.environ, settings):
        return invoke(*command, given=b"{}\n")


@pytest.mark.parametrize("way", ["mutual TLS", "PLAIN over TLS", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_a_demonstration_and_its_worker_are_let_in(way: str, secured: Secured) -> None:
    settings = WAYS_IN[way](secured)
    done = run("demo", "--brokers", settings["PIPELINE_BROKERS"], settings=settings)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "enriched by one worker" in done.stdout.decode()


@pytest.mark.parametrize("command", [*COMMANDS, ("demo", "--brokers")], ids=" ".join)
@pytest.mark.parametrize("refusal", REFUSALS)
def test_who_is_not_let_in_is_told_why_in_one_line(
    refusal: str, command: tuple[str, ...], secured: Secured
) -> None:
    settings_of, why = REFUSALS[refusal]
    settings = settings_of(secured)
    address = settings["PIPELINE_BROKERS"]
    if command[-1] == "--brokers":
        command = (*command, address)
    result = invoke_with(settings, *command)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"page-pipeline: {address}: ")
    assert result.stderr.endswith(f"{why}\n")
    assert result.stderr.count("\n") == 1
    assert not_told(result.output)


@pytest.mark.parametrize(
    "refusal",
    [
        "wrong password, SCRAM",
        "wrong authority",
        "expired certificate",
        "no certificate of one's own",
    ],
)
def test_a_worker_does_not_wait_for_what_would_not_help(refusal: str, secured: Secured) -> None:
    settings_of, why = REFUSALS[refusal]
    done = run("worker", settings=settings_of(secured) | {"PIPELINE_WEB_PORT": "0"})
    assert done.returncode == 2
    *_, line = map(json.loads, done.stderr.splitlines())
    assert (line["level"], line["message"].endswith(why)) == ("error", True)
    assert not_told(done.stderr.decode())


def not_told(output: str) -> bool:
    """Whether there is no password in it."""
    return PASSWORD not in output and WRONG not in output


def test_another_protocol_than_the_broker_speaks(secured: Secured) -> None:
    settings = {"PIPELINE_BROKERS": secured.addresses["PASSWORD"]}
    result = invoke_with(settings, "topics", "check", "--timeout", "0.5")
    assert result.exit_code == 69
    assert "is PIPELINE_SECURITY_PROTOCOL what it expects?" in result.stderr
