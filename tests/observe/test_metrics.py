from prometheus_client.parser import text_string_to_metric_families

from pipeline.observe.counts import Counts, Tally
from pipeline.observe.health import Reading, State
from pipeline.observe.metrics import METRICS, Metrics

STATE = State(
    answering=True,
    restored=True,
    readings={0: Reading(5, 9, 12), 3: Reading(5, None, None)},
    waits={},
    commit_age=0.5,
    rebalances=2,
    fenced=1,
)


def samples(counts: Counts, state: State | None) -> dict[tuple[str, ...], float]:
    """The page's samples, by name and the values of the labels in their names' order."""
    page = Metrics("raw", counts, lambda: state).exposition().decode()
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def test_a_page_says_what_was_counted() -> None:
    counts = Counts()
    counts.add(Tally(3, 1, ["too_large"] * 2, ["invalid_url"], [0] * 5), now=2_000)
    counts.processing.add([0.004])
    found = samples(counts, None)
    assert found["pipeline_records_total", "enriched", "raw"] == 3
    assert found["pipeline_records_total", "dead_letter", "raw"] == 2
    assert found["pipeline_records_total", "skipped", "raw"] == 1
    assert found["pipeline_dead_letters_total", "too_large"] == 2
    assert found["pipeline_warnings_total", "invalid_url"] == 1
    assert found["pipeline_processing_seconds_bucket", "0.005"] == 1
    assert found["pipeline_end_to_end_seconds_count",] == 5
    assert found["pipeline_end_to_end_seconds_sum",] == 10


def test_every_code_is_there_before_it_first_happens() -> None:
    found = samples(Counts(), None)
    assert found["pipeline_dead_letters_total", "internal_error"] == 0
    assert found["pipeline_warnings_total", "path_conflict"] == 0
    assert found["pipeline_assigned_partitions",] == 0


def test_a_page_says_what_is_known_of_the_worker() -> None:
    found = samples(Counts(), STATE)
    assert found["pipeline_lag_records", "0", "raw"] == 7
    assert ("pipeline_lag_records", "3", "raw") not in found, "it was not fetched yet"
    assert found["pipeline_assigned_partitions",] == 2
    assert found["pipeline_commit_age_seconds",] == 0.5
    assert found["pipeline_rebalances_total",] == 2
    assert found["pipeline_fenced_total",] == 1


def test_the_lag_of_a_revoked_partition_is_gone() -> None:
    found = samples(Counts(), STATE._replace(readings={}))
    assert not [name for name, *_ in found if name == "pipeline_lag_records"]


def test_names_and_types_are_those_of_the_table() -> None:
    page = Metrics("raw", Counts(), lambda: STATE).exposition().decode()
    for name, type_, _, meaning in METRICS:
        assert f"# HELP {name} {meaning}\n# TYPE {name} {type_}\n" in page
