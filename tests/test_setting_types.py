from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from pipeline.setting_types import (
    Brokers,
    EventBytes,
    KafkaName,
    OptionalFile,
    OptionalSecret,
    Port,
    Seconds,
    SecondsOrNone,
)


@pytest.mark.parametrize(
    ("kind", "given", "accepted"),
    [
        (Brokers, "kafka:9092", "kafka:9092"),
        (Brokers, " kafka-1.internal:9092 , 10.0.0.2:9093", "kafka-1.internal:9092,10.0.0.2:9093"),
        (Brokers, "[::1]:9092,[fe80::1%eth0]:1", "[::1]:9092,[fe80::1%eth0]:1"),
        (KafkaName, "page_events.raw-2", "page_events.raw-2"),
        (KafkaName, "x" * 249, "x" * 249),
        (Port, "0", 0),
        (Port, "65535", 65_535),
        (EventBytes, "1", 1),
        (EventBytes, "104857600", 104_857_600),
        (Seconds, "0.5", 0.5),
        (SecondsOrNone, "0", 0),
        (OptionalFile, "", None),
        (OptionalSecret, "", None),
    ],
)
def test_accepted(kind: Any, given: str, accepted: object) -> None:
    assert TypeAdapter(kind).validate_python(given) == accepted


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (Brokers, ""),
        (Brokers, "kafka"),
        (Brokers, "kafka:0"),
        (Brokers, "kafka:65536"),
        (Brokers, "kafka:٣"),
        (Brokers, "kafka:9092,"),
        (Brokers, "::1:9092"),
        (Brokers, "PLAINTEXT://kafka:9092"),
        (Brokers, "user@kafka:9092"),
        (KafkaName, ""),
        (KafkaName, "."),
        (KafkaName, ".."),
        (KafkaName, "page events"),
        (KafkaName, "é"),
        (KafkaName, "x" * 250),
        (KafkaName, "raw\n"),
        (Port, "-1"),
        (Port, "65536"),
        (EventBytes, "0"),
        (EventBytes, "104857601"),
        (Seconds, "0"),
        (Seconds, "inf"),
        (SecondsOrNone, "-1"),
        (SecondsOrNone, "nan"),
        (OptionalFile, "/nowhere"),
        (OptionalFile, "/"),
    ],
)
def test_refused(kind: Any, given: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(given)
