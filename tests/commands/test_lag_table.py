import io

from rich.console import Console

from pipeline.commands.lag_table import PartitionLag, lag_json, lag_notes, lag_table

AT = 1_795_413_600_000
#: One that has read all, one that never committed, one whose committed records are gone.
FOUND = [
    PartitionLag(0, 7, 7, 7, None),
    PartitionLag(1, None, 5, 0, AT + 1),
    PartitionLag(2, 3, 1_000_000_000_009, 9, AT),
]


def test_a_line_for_each_partition_and_the_sum() -> None:
    out = io.StringIO()
    Console(file=out, width=80).print(lag_table(FOUND))
    assert [line.rstrip() for line in out.getvalue().splitlines()] == [
        "partition  committed            end            lag  since",
        "        0          7              7              0  -",
        "        1          -              5              5  2026-11-23T06:00:00.001Z",
        "        2          3  1000000000009  1000000000000  2026-11-23T06:00:00.000Z",
        "      all                            1000000000005  2026-11-23T06:00:00.000Z",
    ]


def test_as_json() -> None:
    found = lag_json("g", "raw", FOUND[:2])
    assert found == {
        "group": "g",
        "topic": "raw",
        "lag": 5,
        "since": "2026-11-23T06:00:00.001Z",
        "partitions": [
            {"partition": 0, "committed": 7, "end": 7, "lag": 0, "since": None},
            {
                "partition": 1,
                "committed": None,
                "end": 5,
                "lag": 5,
                "since": "2026-11-23T06:00:00.001Z",
            },
        ],
    }


def test_nothing_waits() -> None:
    assert lag_json("g", "raw", FOUND[:1])["since"] is None


def test_a_timestamp_that_is_no_time_is_shown_as_it_is() -> None:
    assert lag_json("g", "raw", [PartitionLag(0, 0, 1, 0, -1)])["since"] == "-1"


def test_a_group_that_has_committed_nothing_is_told_so() -> None:
    assert any("nothing is committed" in note for note in lag_notes("g", "raw", FOUND[1:2]))
    assert not any("nothing is committed" in note for note in lag_notes("g", "raw", FOUND))
