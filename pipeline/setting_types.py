"""The types of settings: what each accepts, and the name it has in the table of settings."""

import re
from pathlib import Path
from typing import Annotated

from annotated_types import Ge, Gt, Le, MinLen
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

_BROKER = re.compile(r"(?:\[[0-9A-Fa-f:.%\w]+\]|[^\s\[\]:,/@]+):(\d{1,5})", re.ASCII)
_KAFKA_NAME = re.compile(r"[A-Za-z0-9._-]{1,249}")


def _brokers(text: str) -> str:
    brokers = [broker.strip() for broker in text.split(",")]
    for broker in brokers:
        match = _BROKER.fullmatch(broker)
        if match is None or not 1 <= int(match[1]) <= 65_535:
            raise ValueError(f"expected host:port, separated by commas, found {broker[:64]!r}")
    return ",".join(brokers)


def _kafka_name(text: str) -> str:
    if not _KAFKA_NAME.fullmatch(text) or text in {".", ".."}:
        raise ValueError(
            f"expected 1 to 249 letters, digits, dots, underscores and hyphens, found {text[:64]!r}"
        )
    return text


def _readable(path: Path) -> Path:
    try:
        path.open("rb").close()
    except OSError as error:
        raise ValueError(f"expected a readable file, found {error.strerror}: {path}") from None
    return path


def _empty_is_absent(value: object) -> object:
    return None if value == "" else value


# The last word of each is its name in the table of settings, with its unit.
AbsentIfEmpty = BeforeValidator(_empty_is_absent)
Text = Annotated[str, MinLen(1), "text"]
OptionalText = Annotated[str | None, AbsentIfEmpty, "text"]
Brokers = Annotated[str, AfterValidator(_brokers), "host:port, …"]
KafkaName = Annotated[str, AfterValidator(_kafka_name), "Kafka name"]
OptionalKafkaName = Annotated[KafkaName | None, AbsentIfEmpty, "Kafka name"]
OptionalFile = Annotated[Annotated[Path, AfterValidator(_readable)] | None, AbsentIfEmpty, "file"]
OptionalSecret = Annotated[SecretStr | None, AbsentIfEmpty, "secret"]
Port = Annotated[int, Ge(0), Le(65_535), "port"]
# Twenty times this must fit into Kafka's 32-bit `max.message.bytes` (pipeline/stream/topics.py).
EventBytes = Annotated[int, Ge(1), Le(104_857_600), "bytes"]
Seconds = Annotated[float, Gt(0), Field(allow_inf_nan=False), "seconds"]
SecondsOrNone = Annotated[float, Ge(0), Field(allow_inf_nan=False), "seconds"]
