"""Whether the three topics can hold what the pipeline writes, judged by what the broker tells."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from pipeline.settings import Settings

#: A canonical event can be 18 times its raw one (spaces percent-encoded, in two fields, twice).
GROWTH: Final = 20
#: What headers may take, in bytes: the raw record's own, and what a dead letter's add to them.
HEADER_ROOM: Final = 65_536
#: How many replicas keep a partition through the loss of one broker and the upkeep of another.
REPLICAS: Final = 3


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as the broker describes it. A broker may leave out any config, or all of them.

    `replicas` are those of the partition that has fewest; `brokers` is how many the cluster has.
    """

    name: str
    partitions: int
    configs: Mapping[str, str] = field(default_factory=dict)
    replicas: int = 1
    brokers: int = 1

    def number(self, config: str) -> float | None:
        """Give a config that is a number; -1, Kafka's "no limit", is infinite."""
        value = self.configs.get(config)
        if value is None:
            return None
        return math.inf if value == "-1" else int(value)

    @property
    def compacted(self) -> bool:
        """Whether older records of a key are removed."""
        return "compact" in self.configs.get("cleanup.policy", "")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a topic, in one line.

    With an error the worker could not keep its promises; of a warning an operator should know.
    `config` or that many `replicas` would mend it; without either, `topics create` does.
    """

    severity: Literal["error", "warning"]
    topic: str
    text: str
    config: str | None = None
    replicas: int | None = None

    @property
    def mended_by_creation(self) -> bool:
        """Whether `topics create` mends it."""
        return self.config is None and self.replicas is None

    def remedy(self, brokers: str) -> str:
        """Give the command that mends it."""
        if self.mended_by_creation:
            return "page-pipeline topics create"
        if self.replicas is not None:
            return (
                f"kafka-reassign-partitions.sh --bootstrap-server {brokers} --execute"
                f" --reassignment-json-file FILE, which names {self.replicas} replicas for each"
                " partition"
            )
        return (
            f"kafka-configs.sh --bootstrap-server {brokers} --alter --entity-type topics"
            f" --entity-name {self.topic} --add-config {self.config}"
        )


def problems(
    raw: Topic | None, enriched: Topic | None, dead_letter: Topic | None, settings: Settings
) -> list[Problem]:
    """List what is wrong with the topics; None is one that does not exist."""
    if raw is None or enriched is None or dead_letter is None:
        topics = {
            settings.raw_topic: raw,
            settings.enriched_topic: enriched,
            settings.dead_letter_topic: dead_letter,
        }
        return [Problem("error", name, "does not exist") for name in topics if not topics[name]]
    return [
        *_raw(raw),
        *_enriched(enriched, raw, GROWTH * settings.max_event_bytes),
        *_dead_letter(dead_letter, raw),
        *_output(enriched, raw),
        *_output(dead_letter, raw),
        *(problem for topic in (raw, enriched, dead_letter) for problem in _replication(topic)),
    ]


def _raw(raw: Topic) -> Iterator[Problem]:
    if raw.compacted:
        text = "is compacted, so raw events vanish before they are read"
        yield Problem("error", raw.name, text, "cleanup.policy=delete")


def _enriched(enriched: Topic, raw: Topic, needed: int) -> Iterator[Problem]:
    limit = enriched.number("max.message.bytes")
    with_headers = needed + int(min(HEADER_ROOM, raw.number("max.message.bytes") or HEADER_ROOM))
    if limit is not None and limit < needed:
        text = (
            f"takes records of {limit} bytes, but a canonical event can have {needed}"
            f" ({GROWTH} times PIPELINE_MAX_EVENT_BYTES)"
        )
        yield Problem("error", enriched.name, text, f"max.message.bytes={needed}")
    elif limit is not None and limit < with_headers:
        text = f"takes records of {limit} bytes, which leaves no room for a raw record's headers"
        yield Problem("warning", enriched.name, text, f"max.message.bytes={with_headers}")
    if enriched.compacted:
        text = "is compacted, so late readers find only the last event of each user"
        yield Problem("warning", enriched.name, text, "cleanup.policy=delete")


def _dead_letter(dead_letter: Topic, raw: Topic) -> Iterator[Problem]:
    limit, raw_limit = dead_letter.number("max.message.bytes"), raw.number("max.message.bytes")
    if limit is not None and raw_limit is not None:
        needed = raw_limit + HEADER_ROOM
        if limit < needed:
            text = f"takes records of {limit} bytes, but a dead letter can have {needed}"
            yield Problem("warning", dead_letter.name, text, f"max.message.bytes={needed}")
    if dead_letter.compacted:
        text = "is compacted, so it refuses records without a key"
        yield Problem("error", dead_letter.name, text, "cleanup.policy=delete")


def _output(output: Topic, raw: Topic) -> Iterator[Problem]:
    if output.partitions < raw.partitions:
        text = f"has {output.partitions} partitions, but {raw.name} has {raw.partitions}"
        yield Problem("error", output.name, text)
    if output.configs.get("message.timestamp.type") == "LogAppendTime":
        text = "replaces the raw records' timestamps with its own"
        yield Problem("error", output.name, text, "message.timestamp.type=CreateTime")
    for config in ("message.timestamp.before.max.ms", "message.timestamp.after.max.ms"):
        if _narrower(output, raw, config):
            text = f"refuses timestamps that {raw.name} accepts, by {config}"
            yield Problem("error", output.name, text, f"{config}={raw.configs[config]}")
    for config, less in (("retention.ms", "for less time"), ("retention.bytes", "in less space")):
        if _narrower(output, raw, config):
            text = f"keeps its records {less} than {raw.name}"
            yield Problem("warning", output.name, text, f"{config}={raw.configs[config]}")


def _replication(topic: Topic) -> Iterator[Problem]:
    """A cluster of one broker cannot replicate: who runs one knows that."""
    if topic.brokers == 1:
        return
    if topic.replicas == 1:
        text = "has one replica, so what its broker loses is lost"
        yield Problem("warning", topic.name, text, replicas=min(topic.brokers, REPLICAS))
        return
    if topic.number("min.insync.replicas") == 1:
        text = "acknowledges records that only one broker has, which may be lost with it"
        yield Problem("warning", topic.name, text, "min.insync.replicas=2")
    if topic.configs.get("unclean.leader.election.enable") == "true":
        text = "may be led by a broker that lacks acknowledged records"
        yield Problem("warning", topic.name, text, "unclean.leader.election.enable=false")


def _narrower(output: Topic, raw: Topic, config: str) -> bool:
    bound, needed = output.number(config), raw.number(config)
    return bound is not None and needed is not None and bound < needed
