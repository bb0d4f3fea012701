"""The alerts and the dashboard ask for what a worker tells."""

import json
from typing import Any

import pytest
import yaml

from tests.deploy.exposed import EXPOSED
from tests.deploy.programs import ROOT, run
from tests.deploy.queries import unknown

PROMETHEUS = ROOT / "deploy" / "prometheus"
GRAFANA = ROOT / "deploy" / "grafana"
DASHBOARD = json.loads((GRAFANA / "dashboards" / "page-pipeline.json").read_text())
RULES = [
    rule
    for group in yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
#: What Grafana puts in before it asks.
VARIABLES = {"$__rate_interval": "1m", "$job": ".+"}


def queries() -> list[tuple[str, str]]:
    return [
        (panel["title"], target["expr"])
        for panel in DASHBOARD["panels"]
        for target in panel["targets"]
    ]


def filled_in(query: str) -> str:
    for variable, value in VARIABLES.items():
        query = query.replace(variable, value)
    return query


# -- The check itself


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("rate(a_total[5m])", []),
        ("rate(b_total[5m])", ["b_total"]),
        ('a_total{code="x", job="j", instance="i"}', []),
        ('a_total{kind="x"}', ["a_total{kind}"]),
        ("sum by (code) (a_total)", []),
        ("sum by (kind) (rate(a_total[5m]))", ["a_total by (kind)"]),
        ("a_total / on (job) b_total", ["b_total"]),
        ("deriv((sum by (code) (b_total))[15m:1m])", ["b_total by (code)", "b_total"]),
        ("absent(b_total) or vector(0)", ["b_total"]),
        ("topk(3, max_over_time(b_total[1h] offset 1d)) unless a_total", ["b_total"]),
    ],
)
def test_a_name_that_is_not_exposed_is_found(query: str, wrong: list[str]) -> None:
    assert unknown(query, {"a_total": frozenset({"code"})}) == wrong


# -- Alerts


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_asks_for_metrics_that_there_are(rule: dict[str, Any]) -> None:
    assert unknown(rule["expr"], EXPOSED) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_says_where_the_runbook_is_and_has_a_test(rule: dict[str, Any]) -> None:
    assert rule["annotations"]["runbook"] == f"docs/operations.md#{rule['alert'].lower()}"
    assert rule["labels"]["severity"] in {"critical", "warning"}
    tests = yaml.safe_load((ROOT / "tests" / "deploy" / "alerts.yml").read_text())["tests"]
    checks = [check for test in tests for check in test["alert_rule_test"]]
    fires = {bool(c["exp_alerts"]) for c in checks if c["alertname"] == rule["alert"]}
    assert fires == {True, False}


def test_prometheus_takes_its_settings_and_the_alerts() -> None:
    run("promtool", "check", "config", PROMETHEUS / "prometheus.yml")


def test_the_alerts_fire_when_they_should_and_only_then() -> None:
    run("promtool", "test", "rules", "tests/deploy/alerts.yml")


# -- Dashboard


@pytest.mark.parametrize(("panel", "query"), queries())
def test_a_query_of_the_dashboard_asks_for_metrics_that_there_are(panel: str, query: str) -> None:
    assert unknown(filled_in(query), EXPOSED) == [], panel
    assert '{job=~"$job"' in query


def test_the_dashboard_chooses_among_the_jobs_of_a_metric_that_there_is() -> None:
    (job,) = [v for v in DASHBOARD["templating"]["list"] if v["name"] == "job"]
    assert (
        job["definition"]
        == job["query"]["query"]
        == "label_values(pipeline_assigned_partitions, job)"
    )
    assert "pipeline_assigned_partitions" in EXPOSED


def test_panels_lie_side_by_side_not_over_each_other() -> None:
    cells = [cell for panel in DASHBOARD["panels"] for cell in _cells(**panel["gridPos"])]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


def _cells(x: int, y: int, w: int, h: int) -> list[tuple[int, int]]:
    return [(x + i, y + j) for i in range(w) for j in range(h)]
