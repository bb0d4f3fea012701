"""Tables and plots of what was measured last: medians of the rounds, with their range."""

import json
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import matplotlib as mpl
import pyperf
from matplotlib import pyplot as plt

from benchmarks.rounds import RESULTS
from benchmarks.subjects import OURS

#: What a plot looks like everywhere, and the same bytes for the same figures.
mpl.use("svg")
mpl.rcParams |= {"svg.hashsalt": "page-pipeline", "svg.fonttype": "none", "font.size": 9}

_COLUMNS = {
    "cpu_us_per_event": "CPU, µs an event",
    "events_per_second": "events/s",
    "p50_ms": "p50, ms",
    "p99_ms": "p99, ms",
    "max_ms": "max, ms",
    "first_memory_mb": "memory at 10 %, MB",
    "peak_memory_mb": "peak memory, MB",
    "start_seconds": "start, s",
}

Runs = list[dict[str, Any]]


def half_of_the_maximum() -> int:
    """Half of the events a second that our worker last drained."""
    runs = [run for run in _read("drain")["runs"] if run["subject"] == OURS.name]
    return int(median(run["events_per_second"] for run in runs) / 2)


def write_report() -> str:
    """Write `tables.md` and the plots beside the results, and give the tables."""
    parts = [_core_table(path) for path in sorted(RESULTS.glob("core-*.json"))]
    for name in ("drain", "latency", "scale", "memory"):
        if (RESULTS / f"{name}.json").exists():
            result = _read(name)
            parts += [f"## {name}\n\n{_conditions(result)}\n", *_table(result["runs"])]
            if name == "drain":
                _plot(result["runs"])
    text = "\n".join(parts) + "\n"
    (RESULTS / "tables.md").write_text(text)
    return text


def _read(benchmark: str) -> dict[str, Any]:
    result: dict[str, Any] = json.loads((RESULTS / f"{benchmark}.json").read_text())
    return result


def _conditions(result: dict[str, Any]) -> str:
    others = [run["others"] for run in result["runs"]]
    return (
        f"{json.dumps(result['conditions'])}; other programs used"
        f" {min(others):.0%} to {max(others):.0%} of the machine"
    )


def _core_table(path: Path) -> str:
    suite = pyperf.BenchmarkSuite.load(str(path))
    floor = suite.get_benchmark("floor").median()
    rows = [
        f"## {path.stem}\n",
        "| | µs an event | quartiles | times the floor |",
        "|---|---|---|---|",
    ]
    for each in suite:
        low, middle, high = (1e6 * each.percentile(p) for p in (25, 50, 75))
        times = each.median() / floor
        rows.append(f"| {each.get_name()} | {middle:.1f} | {low:.1f}–{high:.1f} | {times:.2f} |")  # noqa: RUF001
    return "\n".join(rows) + "\n"


def _table(runs: Runs) -> Iterator[str]:
    columns = [name for name in _COLUMNS if name in runs[0]]
    yield "| | " + " | ".join(_COLUMNS[name] for name in columns) + " |"
    yield "|---" * (len(columns) + 1) + "|"
    for subject in dict.fromkeys(run["subject"] for run in runs):
        own = [run for run in runs if run["subject"] == subject]
        cells = [_cell([run[name] for run in own]) for name in columns]
        yield f"| {subject} | " + " | ".join(cells) + " |"
    yield ""


def _cell(values: list[float]) -> str:
    digits = 1 if max(values) < 1_000 else 0
    figures = (median(values), min(values), max(values))
    middle, low, high = (f"{each:.{digits}f}" for each in figures)
    return f"{middle} ({low}–{high})" if len(values) > 1 else middle  # noqa: RUF001 - a range


def _plot(runs: Runs) -> None:
    figures = {
        subject: [run["cpu_us_per_event"] for run in runs if run["subject"] == subject]
        for subject in dict.fromkeys(run["subject"] for run in runs)
    }
    order = sorted(figures, key=lambda subject: -median(figures[subject]))
    middles = [median(figures[subject]) for subject in order]
    ranges = [
        [middle - min(figures[subject]) for middle, subject in zip(middles, order, strict=True)],
        [max(figures[subject]) - middle for middle, subject in zip(middles, order, strict=True)],
    ]
    colors = ["#c1440e" if each.startswith(OURS.name) else "#8a9ba8" for each in order]
    _, axes = plt.subplots(figsize=(8, 0.4 * len(order) + 0.8), layout="constrained")
    bars = axes.barh(order, middles, xerr=ranges, color=colors, ecolor="#333333")
    axes.bar_label(bars, fmt=" %.0f", padding=4)
    axes.set_xscale("log")
    axes.set_xlabel("CPU per event, Kafka to Kafka, µs (median and range; logarithmic)")
    axes.spines[["top", "right"]].set_visible(False)
    plt.savefig(RESULTS / "drain.svg", metadata={"Date": None})
    plt.close()
