"""`make fuzz`: feed the core what reaches new code of it, beginning with real events."""

import sys
from hashlib import sha256
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["pipeline.event"]):
    from tests.fuzz.invariants import check

from tests.fuzz.mutator import mutator
from tests.fuzz.seeds import seeds, words

FOLDER = Path(".fuzz")
#: Four times the largest seed.
MAX_BYTES = 8192
#: One input may take so long, in seconds; a millisecond is usual.
TIMEOUT = 10


def main(seconds: str) -> None:
    """Fuzz for so long; an input that breaks an invariant ends it, and is in `.fuzz/` then."""
    corpus, dictionary = FOLDER / "corpus", FOLDER / "words.dict"
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in seeds():
        (corpus / sha256(seed).hexdigest()).write_bytes(seed)
    dictionary.write_text("\n".join(words()))
    options = [
        f"-artifact_prefix={FOLDER}/",
        f"-dict={dictionary}",
        f"-max_len={MAX_BYTES}",
        f"-max_total_time={seconds}",
        f"-timeout={TIMEOUT}",
        "-print_final_stats=1",
        "-verbosity=0",
    ]
    change = mutator(lambda data, most: atheris.Mutate(data, most))  # noqa: PLW0108 - Fuzz sets it
    atheris.Setup([sys.argv[0], *options, str(corpus)], check, custom_mutator=change)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1])
