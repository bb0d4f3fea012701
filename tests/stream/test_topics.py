from collections.abc import Mapping

import pytest

from pipeline.settings import Settings
from pipeline.stream.topics import Problem, Topic, problems

SETTINGS = Settings(brokers="kafka:9092", max_event_bytes=1000)
RAW, ENRICHED, DEAD_LETTER = "page-events-raw", "page-events-enriched", "page-events-dead-letter"
UNBOUNDED = str(2**63 - 1)

#: What a broker says of topics that are as needed, just so.
CONFIGS = {
    "cleanup.policy": "delete",
    "max.message.bytes": "100000",
    "message.timestamp.type": "CreateTime",
    "message.timestamp.before.max.ms": UNBOUNDED,
    "message.timestamp.after.max.ms": "3600000",
    "retention.ms": "604800000",
    "retention.bytes": "-1",
    "min.insync.replicas": "1",
    "unclean.leader.election.enable": "false",
}
NEEDED: dict[str, dict[str, str]] = {
    RAW: {},
    ENRICHED: {"max.message.bytes": "85536"},
    DEAD_LETTER: {"max.message.bytes": "165536"},
}

Configs = Mapping[str, Mapping[str, str]]


def found(
    configs: Configs,
    partitions: Mapping[str, int] | None = None,
    replicas: int = 1,
    brokers: int = 1,
) -> list[Problem]:
    """Judge topics that are as needed, but for what is given."""
    raw, enriched, dead_letter = (
        Topic(
            name,
            (partitions or {}).get(name, 4),
            CONFIGS | NEEDED[name] | dict(configs.get(name, {})),
            replicas,
            brokers,
        )
        for name in (RAW, ENRICHED, DEAD_LETTER)
    )
    return problems(raw, enriched, dead_letter, SETTINGS)


def test_topics_as_needed() -> None:
    assert found({}) == []


@pytest.mark.parametrize(
    ("severity", "configs", "topic", "text", "config"),
    [
        pytest.param(
            "error",
            {RAW: {"cleanup.policy": "compact,delete"}},
            RAW,
            "is compacted, so raw events vanish before they are read",
            "cleanup.policy=delete",
            id="compacted raw topic",
        ),
        pytest.param(
            "error",
            {ENRICHED: {"max.message.bytes": "19999"}},
            ENRICHED,
            "takes records of 19999 bytes, but a canonical event can have 20000 (20 times"
            " PIPELINE_MAX_EVENT_BYTES)",
            "max.message.bytes=20000",
            id="enriched topic with too small a limit",
        ),
        pytest.param(
            "warning",
            {ENRICHED: {"max.message.bytes": "85535"}},
            ENRICHED,
            "takes records of 85535 bytes, which leaves no room for a raw record's headers",
            "max.message.bytes=85536",
            id="enriched topic with no room for headers",
        ),
        pytest.param(
            "warning",
            {ENRICHED: {"cleanup.policy": "compact"}},
            ENRICHED,
            "is compacted, so late readers find only the last event of each user",
            "cleanup.policy=delete",
            id="compacted enriched topic",
        ),
        pytest.param(
            "warning",
            {DEAD_LETTER: {"max.message.bytes": "165535"}},
            DEAD_LETTER,
            "takes records of 165535 bytes, but a dead letter can have 165536",
            "max.message.bytes=165536",
            id="dead-letter topic with too small a limit",
        ),
        pytest.param(
            "error",
            {DEAD_LETTER: {"cleanup.policy": "compact"}},
            DEAD_LETTER,
            "is compacted, so it refuses records without a key",
            "cleanup.policy=delete",
            id="compacted dead-letter topic",
        ),
        pytest.param(
            "error",
            {ENRICHED: {"message.timestamp.type": "LogAppendTime"}},
            ENRICHED,
            "replaces the raw records' timestamps with its own",
            "message.timestamp.type=CreateTime",
            id="timestamps of its own",
        ),
        pytest.param(
            "error",
            {DEAD_LETTER: {"message.timestamp.before.max.ms": "1000"}},
            DEAD_LETTER,
            "refuses timestamps that page-events-raw accepts, by message.timestamp.before.max.ms",
            f"message.timestamp.before.max.ms={UNBOUNDED}",
            id="narrower bound for old records",
        ),
        pytest.param(
            "error",
            {ENRICHED: {"message.timestamp.after.max.ms": "3599999"}},
            ENRICHED,
            "refuses timestamps that page-events-raw accepts, by message.timestamp.after.max.ms",
            "message.timestamp.after.max.ms=3600000",
            id="narrower bound for records from the future",
        ),
        pytest.param(
            "warning",
            {ENRICHED: {"retention.ms": "604799999"}},
            ENRICHED,
            "keeps its records for less time than page-events-raw",
            "retention.ms=604800000",
            id="shorter retention",
        ),
        pytest.param(
            "warning",
            {RAW: {"retention.ms": "-1"}, ENRICHED: {"retention.ms": "-1"}},
            DEAD_LETTER,
            "keeps its records for less time than page-events-raw",
            "retention.ms=-1",
            id="any retention where the raw topic keeps records for ever",
        ),
        pytest.param(
            "warning",
            {DEAD_LETTER: {"retention.bytes": "1000000"}},
            DEAD_LETTER,
            "keeps its records in less space than page-events-raw",
            "retention.bytes=-1",
            id="less space",
        ),
    ],
)
def test_a_problem(severity: str, configs: Configs, topic: str, text: str, config: str) -> None:
    (problem,) = found(configs)
    assert (problem.severity, problem.topic, problem.text) == (severity, topic, text)
    assert problem.config == config


@pytest.mark.parametrize(
    ("configs", "partitions"),
    [
        ({RAW: {"message.timestamp.type": "LogAppendTime"}}, {}),
        ({ENRICHED: {"retention.ms": "-1"}, DEAD_LETTER: {"retention.ms": "604800001"}}, {}),
        ({ENRICHED: {"message.timestamp.after.max.ms": UNBOUNDED}}, {}),
        ({ENRICHED: {"max.message.bytes": "20000000"}}, {}),
        ({}, {ENRICHED: 5, DEAD_LETTER: 6}),
    ],
    ids=["raw timestamps", "longer retention", "wider bounds", "larger limit", "more partitions"],
)
def test_no_problem(configs: Configs, partitions: Mapping[str, int]) -> None:
    assert found(configs, partitions) == []


SAFE = {"min.insync.replicas": "2"}
ALL_SAFE = {RAW: SAFE, ENRICHED: SAFE, DEAD_LETTER: SAFE}


@pytest.mark.parametrize(
    ("replicas", "brokers", "configs", "expected"),
    [
        pytest.param(1, 1, {}, [], id="one broker"),
        pytest.param(3, 3, ALL_SAFE, [], id="replicated"),
        pytest.param(2, 3, ALL_SAFE, [], id="two replicas"),
        pytest.param(
            1,
            5,
            ALL_SAFE,
            [
                Problem(
                    "warning",
                    topic,
                    "has one replica, so what its broker loses is lost",
                    replicas=3,
                )
                for topic in (RAW, ENRICHED, DEAD_LETTER)
            ],
            id="one replica among brokers",
        ),
        pytest.param(
            3,
            3,
            ALL_SAFE | {ENRICHED: {}},
            [
                Problem(
                    "warning",
                    ENRICHED,
                    "acknowledges records that only one broker has, which may be lost with it",
                    "min.insync.replicas=2",
                )
            ],
            id="too few in sync",
        ),
        pytest.param(
            3,
            3,
            ALL_SAFE | {RAW: SAFE | {"unclean.leader.election.enable": "true"}},
            [
                Problem(
                    "warning",
                    RAW,
                    "may be led by a broker that lacks acknowledged records",
                    "unclean.leader.election.enable=false",
                )
            ],
            id="unclean elections",
        ),
    ],
)
def test_replication(
    replicas: int, brokers: int, configs: Configs, expected: list[Problem]
) -> None:
    assert found(configs, replicas=replicas, brokers=brokers) == expected


@pytest.mark.parametrize("topic", [ENRICHED, DEAD_LETTER])
def test_fewer_partitions(topic: str) -> None:
    text = "has 3 partitions, but page-events-raw has 4"
    assert found({}, {topic: 3}) == [Problem("error", topic, text)]


@pytest.mark.parametrize("absent", [RAW, ENRICHED, DEAD_LETTER])
def test_a_topic_that_does_not_exist(absent: str) -> None:
    raw, enriched, dead_letter = (
        None if name == absent else Topic(name, 4) for name in (RAW, ENRICHED, DEAD_LETTER)
    )
    expected = [Problem("error", absent, "does not exist")]
    assert problems(raw, enriched, dead_letter, SETTINGS) == expected


def test_what_a_broker_does_not_tell_is_no_problem() -> None:
    topics = (Topic(RAW, 4), Topic(ENRICHED, 4), Topic(DEAD_LETTER, 4))
    assert problems(*topics, SETTINGS) == []


CONFIGS_TOOL = (
    "kafka-configs.sh --bootstrap-server kafka:9092 --alter --entity-type topics"
    " --entity-name page-events-raw"
)
REASSIGNMENT_TOOL = (
    "kafka-reassign-partitions.sh --bootstrap-server kafka:9092 --execute"
    " --reassignment-json-file FILE"
)


@pytest.mark.parametrize(
    ("problem", "remedy"),
    [
        (Problem("error", RAW, "is wrong"), "page-pipeline topics create"),
        (
            Problem("error", RAW, "is wrong", "retention.ms=-1"),
            f"{CONFIGS_TOOL} --add-config retention.ms=-1",
        ),
        (
            Problem("warning", RAW, "is wrong", replicas=3),
            f"{REASSIGNMENT_TOOL}, which names 3 replicas for each partition",
        ),
    ],
    ids=["creation", "config", "replicas"],
)
def test_remedy(problem: Problem, remedy: str) -> None:
    assert problem.remedy("kafka:9092") == remedy
