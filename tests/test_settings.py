from collections.abc import Mapping
from pathlib import Path

import pytest

from pipeline import Rules
from pipeline.exits import EXIT_USAGE
from pipeline.settings import Settings, SettingsError, load_settings, variable

SASL = {
    "PIPELINE_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
    "PIPELINE_SASL_MECHANISM": "SCRAM-SHA-512",
    "PIPELINE_SASL_USERNAME": "pipeline",
}
SECRET = "correct horse"


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    return tmp_path / "test.env"


@pytest.mark.parametrize(
    ("field", "default"),
    [
        ("brokers", "127.0.0.1:9092"),
        ("group", "page-enrichment"),
        ("raw_topic", "page-events-raw"),
        ("enriched_topic", "page-events-enriched"),
        ("dead_letter_topic", "page-events-dead-letter"),
        ("guarantee", "exactly_once"),
        ("client_id", None),
        ("instance_id", None),
        ("security_protocol", "PLAINTEXT"),
        ("sasl_mechanism", None),
        ("sasl_username", None),
        ("sasl_password", None),
        ("ssl_cafile", None),
        ("ssl_certfile", None),
        ("ssl_keyfile", None),
        ("max_event_bytes", 32_768),
        ("other_types", "dead_letter"),
        ("require_name", False),
        ("skew_tolerance", 30),
        ("web_host", "127.0.0.1"),
        ("web_port", 6066),
        ("compression", "none"),
        ("fence_refresh_seconds", 86_400),
        ("stall_seconds", 120),
        ("log_format", "auto"),
        ("log_level", "info"),
    ],
)
def test_default(field: str, default: object) -> None:
    assert getattr(load_settings(), field) == default


def test_every_setting_is_explained() -> None:
    assert all(info.description for info in Settings.model_fields.values())


def test_the_environment_wins_over_the_file(
    env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env_file.write_text("# a comment\nPIPELINE_GROUP=file\nPIPELINE_WEB_PORT=1\nOTHERS=x\n")
    monkeypatch.setenv("PIPELINE_GROUP", "environment")
    settings = load_settings(env_file)
    assert (settings.group, settings.web_port) == ("environment", 1)


def test_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIPELINE_MAX_EVENT_BYTES", "1000")
    monkeypatch.setenv("PIPELINE_OTHER_TYPES", "skip")
    monkeypatch.setenv("PIPELINE_REQUIRE_NAME", "true")
    monkeypatch.setenv("PIPELINE_SKEW_TOLERANCE", "1.5")
    assert load_settings().rules == Rules(1000, "skip", require_name=True, skew_tolerance=1.5)


def test_rules_default_to_the_contract() -> None:
    assert load_settings().rules == Rules()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param(
            {"PIPELINE_BROKER": "x:1"},
            "PIPELINE_BROKER: no such setting; did you mean PIPELINE_BROKERS?",
            id="misspelt name",
        ),
        pytest.param(
            {"PIPELINE_BROKERS": "kafka"},
            "PIPELINE_BROKERS: expected host:port, separated by commas, found 'kafka'",
            id="broker without a port",
        ),
        pytest.param(
            {"PIPELINE_WEB_PORT": "http"},
            "PIPELINE_WEB_PORT: expected a valid integer, unable to parse string as an integer,"
            " found 'http'",
            id="no number",
        ),
        pytest.param(
            {"PIPELINE_COMPRESSION": "zip"},
            "PIPELINE_COMPRESSION: expected 'none', 'gzip', 'snappy', 'lz4' or 'zstd', found 'zip'",
            id="none of the values",
        ),
        pytest.param(
            {"PIPELINE_WEB_PORT": "65536", "PIPELINE_LOG_LEVEL": "loud"},
            "PIPELINE_WEB_PORT: expected less than or equal to 65535, found '65536';"
            " PIPELINE_LOG_LEVEL: expected 'debug', 'info', 'warning' or 'error', found 'loud'",
            id="two at once",
        ),
        pytest.param(
            {"PIPELINE_RAW_TOPIC": "page-events-enriched"},
            "PIPELINE_RAW_TOPIC, PIPELINE_ENRICHED_TOPIC and PIPELINE_DEAD_LETTER_TOPIC: expected"
            " three different topics, found page-events-enriched, page-events-enriched and"
            " page-events-dead-letter",
            id="one topic for two purposes",
        ),
        pytest.param(
            SASL,
            "PIPELINE_SASL_PASSWORD: expected a value, as PIPELINE_SECURITY_PROTOCOL is"
            " SASL_PLAINTEXT",
            id="SASL without a password",
        ),
        pytest.param(
            {"PIPELINE_SASL_USERNAME": "pipeline"},
            "PIPELINE_SASL_USERNAME: expected none, as PIPELINE_SECURITY_PROTOCOL is PLAINTEXT",
            id="credentials that would not be used",
        ),
        pytest.param(
            {"PIPELINE_SSL_CAFILE": __file__},
            "PIPELINE_SSL_CAFILE: expected none, as PIPELINE_SECURITY_PROTOCOL is PLAINTEXT",
            id="a certificate that would not be used",
        ),
        pytest.param(
            {"PIPELINE_SECURITY_PROTOCOL": "SSL", "PIPELINE_SSL_KEYFILE": __file__},
            "PIPELINE_SSL_KEYFILE: expected PIPELINE_SSL_CERTFILE beside it",
            id="a key without its certificate",
        ),
        pytest.param(
            {"PIPELINE_SECURITY_PROTOCOL": "SSL", "PIPELINE_SSL_CAFILE": "/nowhere/ca.pem"},
            "PIPELINE_SSL_CAFILE: expected a readable file, found No such file or directory:"
            " /nowhere/ca.pem",
            id="a file that is not there",
        ),
        pytest.param(
            {**SASL, "PIPELINE_SASL_PASSWORD_FILE": "/nowhere/password"},
            "PIPELINE_SASL_PASSWORD_FILE: expected a readable file, found No such file or"
            " directory: /nowhere/password",
            id="a password file that is not there",
        ),
        pytest.param(
            {**SASL, "PIPELINE_SASL_PASSWORD": SECRET, "PIPELINE_SASL_PASSWORD_FILE": __file__},
            "PIPELINE_SASL_PASSWORD and PIPELINE_SASL_PASSWORD_FILE: expected only one of both",
            id="a password twice",
        ),
    ],
)
def test_refused(given: Mapping[str, str], told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert (str(refused.value), refused.value.exit_code) == (told, EXIT_USAGE)


@pytest.mark.parametrize("field", ["brokers", "raw_topic", "group", "web_port", "log_level"])
def test_an_empty_value_is_no_default(field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable(field), "")
    with pytest.raises(SettingsError, match=f"^{variable(field)}: "):
        load_settings()


@pytest.mark.parametrize("field", ["client_id", "instance_id", "sasl_password", "ssl_cafile"])
def test_an_empty_value_is_absent_where_there_may_be_none(
    field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable(field), "")
    assert getattr(load_settings(), field) is None


def test_a_name_misspelt_in_the_file_is_refused(env_file: Path) -> None:
    env_file.write_text("PIPELINE_GROUPS=x\n")
    with pytest.raises(SettingsError, match=r"^PIPELINE_GROUPS: no such setting"):
        load_settings(env_file)


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_password_file_is_read_without_its_line_end(
    end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "password").write_text(f" {SECRET} {end}", newline="")
    for name, value in {**SASL, "PIPELINE_SASL_PASSWORD_FILE": tmp_path / "password"}.items():
        monkeypatch.setenv(name, str(value))
    password = load_settings().sasl_password
    assert password is not None
    assert password.get_secret_value() == f" {SECRET} "


def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**SASL, "PIPELINE_SASL_PASSWORD": SECRET}.items():
        monkeypatch.setenv(name, value)
    assert SECRET not in repr(load_settings())
    monkeypatch.setenv("PIPELINE_SASL_MECHANISM", "wrong")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert SECRET not in repr(refused.value)
    assert refused.value.__cause__ is None
