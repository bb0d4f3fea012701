"""What a PromQL query asks for, held against what there is."""

from collections.abc import Iterator
from typing import Any

import promql_parser
from promql_parser import AggModifierType, AggregateExpr, VectorSelector

from tests.deploy.exposed import ADDED, Series

_PARTS = ("expr", "lhs", "rhs", "param", "vector_selector")


def unknown(query: str, exposed: Series) -> list[str]:
    """Name the metrics and labels of a query that are not exposed.

    A label of `by (…)` must be one of all metrics that are summed up.
    """
    return [
        wrong
        for part in _parts(promql_parser.parse(query))
        for wrong in [*_unknown_metric(part, exposed), *_unknown_label(part, exposed)]
    ]


def _parts(part: Any) -> Iterator[Any]:
    yield part
    below = [getattr(part, name, None) for name in _PARTS] + list(getattr(part, "args", None) or [])
    for child in below:
        if child is not None:
            yield from _parts(child)


def _unknown_metric(part: Any, exposed: Series) -> list[str]:
    if not isinstance(part, VectorSelector):
        return []
    if part.name not in exposed:
        return [str(part.name)]
    known = exposed[part.name] | ADDED
    used = [matcher.name for matcher in part.matchers.matchers]
    return [f"{part.name}{{{label}}}" for label in used if label not in known]


def _unknown_label(part: Any, exposed: Series) -> list[str]:
    if not isinstance(part, AggregateExpr) or part.modifier is None:
        return []
    assert part.modifier.type == AggModifierType.By
    summed = [below.name for below in _parts(part.expr) if isinstance(below, VectorSelector)]
    return [
        f"{name} by ({label})"
        for name in summed
        for label in part.modifier.labels
        if label not in exposed.get(str(name), frozenset()) | ADDED
    ]
