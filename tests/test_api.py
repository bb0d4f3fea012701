"""The Python API: what `pipeline` exports, and the example in its documentation."""

import doctest

import pipeline


def test_the_documented_example_runs() -> None:
    found = doctest.testmod(pipeline)
    assert (found.failed, found.attempted > 0) == (0, True)


def test_every_export_is_there() -> None:
    assert all(hasattr(pipeline, name) for name in pipeline.__all__)
