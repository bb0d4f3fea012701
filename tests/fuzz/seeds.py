"""Where the fuzzer begins: real events, bad ones, and what it has found before."""

import re
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
#: One file for each input that once broke an invariant.
FOUND = HERE / "found"
SAMPLES = sorted((ROOT / "pipeline" / "samples").glob("*.jsonl"))
SPECIFICATION = ROOT / "tests" / "event" / "golden" / "specification.jsonl"


def seeds() -> Iterator[bytes]:
    """Give the inputs to begin with, each once."""
    for path in (*SAMPLES, SPECIFICATION):
        yield from path.read_bytes().splitlines()
    for path in sorted(FOUND.glob("*")):
        yield path.read_bytes()


def words() -> Iterator[str]:
    """Give what stands between quotation marks in the seeds, as libFuzzer's dictionaries want it.

    Without them it would have to guess the names of members, letter by letter.
    """
    found = {word for seed in seeds() for word in re.findall(rb'"[\w.$ /?=&:-]{1,40}"', seed)}
    for word in sorted(found):
        escaped = word.decode().replace('"', r"\"")
        yield f'"{escaped}"'
