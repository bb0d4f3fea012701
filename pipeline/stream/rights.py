"""The rights that each command needs on a Kafka with an authorizer, and none that it does not."""

from typing import Final, Literal, NamedTuple

from pipeline.settings import Settings

Kind = Literal["topic", "group", "transactional id"]
#: READ, WRITE, ALTER and DELETE hold DESCRIBE too: Kafka's own rule.
Operation = Literal["READ", "WRITE", "CREATE", "DELETE", "ALTER", "DESCRIBE", "DESCRIBE_CONFIGS"]


class Resource(NamedTuple):
    """Something that the brokers guard."""

    kind: Kind
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


Rights = dict[Resource, tuple[Operation, ...]]

_RAW: Final = "{0.raw_topic}"
_ENRICHED: Final = "{0.enriched_topic}"
_DEAD_LETTER: Final = "{0.dead_letter_topic}"
_REPLAY: Final = "{0.dead_letter_topic}-replay"
_GROUP: Final = "{0.group}"
#: Of the same prefix as those of the partitions, and used by none of them.
_FENCE: Final = "{0.enriched_topic}-check"

_RIGHTS: Final[dict[str, dict[tuple[Kind, str], tuple[Operation, ...]]]] = {
    "worker": {
        ("topic", _RAW): ("READ", "DESCRIBE_CONFIGS"),
        ("topic", _ENRICHED): ("READ", "WRITE", "DESCRIBE_CONFIGS"),
        ("topic", _DEAD_LETTER): ("READ", "WRITE", "DESCRIBE_CONFIGS"),
        ("group", _GROUP): ("READ",),
        ("transactional id", _FENCE): ("WRITE",),
    },
    "worker at_least_once": {
        ("topic", _RAW): ("READ", "DESCRIBE_CONFIGS"),
        ("topic", _ENRICHED): ("WRITE", "DESCRIBE_CONFIGS"),
        ("topic", _DEAD_LETTER): ("WRITE", "DESCRIBE_CONFIGS"),
        ("group", _GROUP): ("READ",),
    },
    "demo": {
        ("topic", _RAW): ("READ", "WRITE", "CREATE", "DELETE", "DESCRIBE_CONFIGS"),
        ("topic", _ENRICHED): ("READ", "WRITE", "CREATE", "DELETE", "DESCRIBE_CONFIGS"),
        ("topic", _DEAD_LETTER): ("READ", "WRITE", "CREATE", "DELETE", "DESCRIBE_CONFIGS"),
        ("group", _GROUP): ("READ",),
        ("transactional id", _FENCE): ("WRITE",),
    },
    "produce": {("topic", _RAW): ("WRITE",)},
    "tail raw": {("topic", _RAW): ("READ",)},
    "tail enriched": {("topic", _ENRICHED): ("READ",)},
    "tail dead-letter": {("topic", _DEAD_LETTER): ("READ",)},
    "topics check": {
        ("topic", _RAW): ("DESCRIBE", "DESCRIBE_CONFIGS"),
        ("topic", _ENRICHED): ("DESCRIBE", "DESCRIBE_CONFIGS"),
        ("topic", _DEAD_LETTER): ("DESCRIBE", "DESCRIBE_CONFIGS"),
    },
    "topics create": {
        ("topic", _RAW): ("CREATE", "DESCRIBE", "DESCRIBE_CONFIGS"),
        ("topic", _ENRICHED): ("CREATE", "ALTER", "DESCRIBE_CONFIGS"),
        ("topic", _DEAD_LETTER): ("CREATE", "ALTER", "DESCRIBE_CONFIGS"),
    },
    "dead-letters list": {("topic", _DEAD_LETTER): ("READ",)},
    "dead-letters replay": {
        ("topic", _RAW): ("WRITE", "DESCRIBE_CONFIGS"),
        ("topic", _ENRICHED): ("READ",),
        ("topic", _DEAD_LETTER): ("READ", "DESCRIBE_CONFIGS"),
        ("topic", _REPLAY): ("READ", "WRITE", "CREATE", "DESCRIBE_CONFIGS"),
        ("transactional id", _REPLAY): ("WRITE",),
        ("group", _GROUP): ("DESCRIBE",),
    },
    "lag": {("topic", _RAW): ("READ",), ("group", _GROUP): ("DESCRIBE",)},
}
COMMANDS: Final = tuple(_RIGHTS)


def rights_of(command: str, settings: Settings) -> Rights:
    """Give the rights that a command needs with these settings."""
    return {
        Resource(kind, name.format(settings)): operations
        for (kind, name), operations in _RIGHTS[command].items()
    }


def worker_rights(settings: Settings) -> Rights:
    """Give those of a worker, which are fewer where it looks at no output and raises no fence."""
    exactly_once = settings.guarantee == "exactly_once"
    return rights_of("worker" if exactly_once else "worker at_least_once", settings)
