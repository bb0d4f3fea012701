"""Every setting of the pipeline, declared once: environment variables with the prefix PIPELINE_."""

import os
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipeline.event.rules import Rules
from pipeline.setting_names import PREFIX, SettingsError, names_in, refuse_unknown, variable
from pipeline.setting_types import (
    AbsentIfEmpty,
    Brokers,
    EventBytes,
    KafkaName,
    OptionalFile,
    OptionalKafkaName,
    OptionalSecret,
    OptionalText,
    Port,
    Seconds,
    SecondsOrNone,
    Text,
)

__all__ = ["PREFIX", "Settings", "SettingsError", "load_settings", "variable"]


class Settings(BaseSettings):
    """What a person may choose; `load_settings` reads it from the environment."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    brokers: Brokers = Field("127.0.0.1:9092", description="The Kafka brokers to start from.")
    group: Text = Field("page-enrichment", description="The workers' consumer group.")
    raw_topic: KafkaName = Field("page-events-raw", description="The topic that is read.")
    enriched_topic: KafkaName = Field(
        "page-events-enriched", description="The topic for canonical events."
    )
    dead_letter_topic: KafkaName = Field(
        "page-events-dead-letter", description="The topic for records that cannot become one."
    )
    guarantee: Literal["exactly_once", "at_least_once"] = Field(
        "exactly_once", description="How often a raw record's result is published."
    )
    client_id: OptionalText = Field(
        None, description="The name Kafka's logs and quotas know us by."
    )
    instance_id: OptionalKafkaName = Field(
        None, description="Static membership (`group.instance.id`), for a StatefulSet's pods."
    )
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="How the brokers are spoken to."
    )
    sasl_mechanism: Annotated[
        Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None, AbsentIfEmpty
    ] = Field(None, description="How user name and password are proved, with a `SASL_` protocol.")
    sasl_username: OptionalText = Field(None, description="The user name, with a `SASL_` protocol.")
    sasl_password: OptionalSecret = Field(
        None, description="The password, with a `SASL_` protocol."
    )
    sasl_password_file: OptionalFile = Field(
        None, description="A file that holds the password, instead of the password itself."
    )
    ssl_cafile: OptionalFile = Field(
        None, description="The authorities trusted, as PEM; without it the system's."
    )
    ssl_certfile: OptionalFile = Field(None, description="The client's own certificate, as PEM.")
    ssl_keyfile: OptionalFile = Field(
        None, description="The certificate's key, as PEM, if it is in a file of its own."
    )
    max_event_bytes: EventBytes = Field(32_768, description="The longest raw event accepted.")
    other_types: Literal["dead_letter", "skip"] = Field(
        "dead_letter", description="What becomes of events that are no page events."
    )
    require_name: bool = Field(
        default=False, description="Whether an event without an explicit name is a dead letter."
    )
    skew_tolerance: SecondsOrNone = Field(
        30, description="Time between sending and receiving that is no sign of a wrong clock."
    )
    web_host: Text = Field("127.0.0.1", description="Where the worker's web server listens.")
    web_port: Port = Field(6066, description="Its port; 0 is any free one.")
    compression: Literal["none", "gzip", "snappy", "lz4", "zstd"] = Field(
        "none", description="How the output topics' batches are compressed."
    )
    fence_refresh_seconds: Seconds = Field(
        86_400, description="How often a partition's fence is renewed while nothing is written."
    )
    stall_seconds: Seconds = Field(
        120,
        description="How long records may wait without progress before a worker is not healthy.",
    )
    log_format: Literal["auto", "json", "text"] = Field(
        "auto", description="How log lines look; `auto` is text on a terminal, else JSON."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least severe log lines written."
    )

    @property
    def rules(self) -> Rules:
        """The contract's choices."""
        return Rules(
            max_event_bytes=self.max_event_bytes,
            other_types=self.other_types,
            require_name=self.require_name,
            skew_tolerance=self.skew_tolerance,
        )

    @model_validator(mode="before")
    @classmethod
    def _secret_from_file(cls, given: dict[str, Any]) -> dict[str, Any]:
        if not (path := given.get("sasl_password_file")):
            return given
        if given.get("sasl_password"):
            raise ValueError(
                "PIPELINE_SASL_PASSWORD and PIPELINE_SASL_PASSWORD_FILE: expected only one of both"
            )
        try:
            secret = Path(path).read_text("utf-8").removesuffix("\n")
        except (OSError, UnicodeDecodeError):
            return given  # the field's own check says what is wrong with the file
        return given | {"sasl_password": secret}

    @model_validator(mode="after")
    def _topics_differ(self) -> Self:
        if len({self.raw_topic, self.enriched_topic, self.dead_letter_topic}) < 3:
            raise ValueError(
                "PIPELINE_RAW_TOPIC, PIPELINE_ENRICHED_TOPIC and PIPELINE_DEAD_LETTER_TOPIC:"
                f" expected three different topics, found {self.raw_topic},"
                f" {self.enriched_topic} and {self.dead_letter_topic}"
            )
        return self

    @model_validator(mode="after")
    def _sasl_is_coherent(self) -> Self:
        sasl = ("sasl_mechanism", "sasl_username", "sasl_password")
        wanted = self.security_protocol.startswith("SASL_")
        for field in sasl:
            if (getattr(self, field) is not None) != wanted:
                raise ValueError(_incoherent(field, self.security_protocol, wanted=wanted))
        return self

    @model_validator(mode="after")
    def _ssl_is_coherent(self) -> Self:
        if not self.security_protocol.endswith("SSL"):
            for field in ("ssl_cafile", "ssl_certfile", "ssl_keyfile"):
                if getattr(self, field) is not None:
                    raise ValueError(_incoherent(field, self.security_protocol, wanted=False))
        if self.ssl_keyfile is not None and self.ssl_certfile is None:
            raise ValueError("PIPELINE_SSL_KEYFILE: expected PIPELINE_SSL_CERTFILE beside it")
        return self


def load_settings(env_file: Path | None = None) -> Settings:
    """Read the settings from the environment, and from `env_file` what the environment lacks.

    Raises `SettingsError`, one line, for a value that cannot be used and for a name with our prefix
    that is no setting: a misspelt one would otherwise be ignored in silence.
    """
    refuse_unknown(os.environ, Settings.model_fields)
    if env_file is not None:
        refuse_unknown(names_in(env_file), Settings.model_fields)
    try:
        return Settings(_env_file=env_file)
    except ValidationError as error:
        raise SettingsError("; ".join(map(_line, error.errors()))) from None


def _line(error: ErrorDetails) -> str:
    """Say what was expected and what was found; a secret's errors hold no value."""
    if error["type"] == "value_error":
        text = str(error["ctx"]["error"])
    else:
        text = error["msg"].replace("Input should be", "expected", 1)
        text += f", found {str(error['input'])[:64]!r}"
    return f"{variable(str(error['loc'][0]))}: {text}" if error["loc"] else text


def _incoherent(field: str, protocol: str, *, wanted: bool) -> str:
    if wanted:
        return f"{variable(field)}: expected a value, as PIPELINE_SECURITY_PROTOCOL is {protocol}"
    return f"{variable(field)}: expected none, as PIPELINE_SECURITY_PROTOCOL is {protocol}"
