"""Mutates events as events: with other bytes most are no JSON, and never get past `decode`."""

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from tests.fuzz.seeds import seeds

#: Gives other bytes, at most so many: libFuzzer's own mutation.
Mutate = Callable[[bytes, int], bytes]

#: How often the bytes are mutated all the same.
BYTES = 0.2


def mutator(mutate: Mutate) -> Callable[[bytes, int, int], bytes]:
    """Give a function that changes one value of an event, or where there is none, `mutate`."""
    pool = [value for seed in _events() for _, _, value in _places(seed)]

    def change(data: bytes, most: int, seed: int) -> bytes:
        random = Random(seed)
        event = _read(data)
        places = list(_places(event))
        if not places or random.random() < BYTES:
            return mutate(data, most)
        members, key, value = random.choice(places)
        members[key] = _other(value, random.choice(pool), mutate, random)
        changed = json.dumps(event).encode()
        return changed if len(changed) <= most else mutate(data, most)

    return change


def _other(value: Any, known: Any, mutate: Mutate, random: Random) -> Any:
    """Give one that stands elsewhere in an event, or a text with a few other letters."""
    if isinstance(value, str) and random.random() < 0.5:
        return mutate(value.encode(errors="replace"), 2 * len(value) + 8).decode(errors="replace")
    return known


def _events() -> Iterator[Any]:
    return map(_read, seeds())


def _read(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _places(value: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Give every value that can be replaced: the object or array it is in, its key, itself."""
    if not isinstance(value, dict | list):
        return
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, key, inner
        yield from _places(inner)
