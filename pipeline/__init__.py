"""Raw page events in, canonical page events out.

The enrichment as a function, for programs of your own; the stream worker calls the same one:

>>> from pipeline import Enriched, Enricher, Record
>>> enrich = Enricher()
>>> event = b'{"userId": "u1", "properties": {"url": "https://example.com/?utm_source=news"}}'
>>> result = enrich(Record(event, "page-events-raw", partition=0, offset=7, timestamp=0))
>>> isinstance(result, Enriched), result.key, result.warnings
(True, b'u1', ('message_id_generated', 'name_derived'))

`enrich` never raises and takes no clock, so the same record gives the same bytes anywhere. Its
result is one of three: `Enriched`, a canonical event; `DeadLetter`, the reason why a record cannot
become one; `Skipped`, a record of another type, where `Rules` say so. Times are milliseconds since
1970, sizes bytes, the skew tolerance seconds. What an event becomes, and every code, is the
contract, `docs/contract.md`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pipeline.event.enricher import Enricher
    from pipeline.event.record import Record
    from pipeline.event.result import DeadLetter, Enriched, Skipped
    from pipeline.event.rules import Rules

__all__ = ["DeadLetter", "Enriched", "Enricher", "Record", "Rules", "Skipped"]

_MODULES: Final = {
    "DeadLetter": "pipeline.event.result",
    "Enriched": "pipeline.event.result",
    "Enricher": "pipeline.event.enricher",
    "Record": "pipeline.event.record",
    "Rules": "pipeline.event.rules",
    "Skipped": "pipeline.event.result",
}


def __getattr__(name: str) -> Any:
    """Import what is used: the regular expressions behind `Enricher` take a third of a second."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
