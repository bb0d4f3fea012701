"""The chart makes what Kubernetes and the workers take; no cluster is needed."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from pipeline.settings import Settings, load_settings, variable
from tests.deploy.programs import ROOT, run
from tests.pages import blocks

CHART = ROOT / "deploy" / "helm" / "page-pipeline"
VALUES = sorted((ROOT / "tests" / "deploy" / "values").glob("*.yaml"))
#: The oldest that the chart allows, and the newest whose schemas there are.
KUBERNETES = ["1.27.0", "1.37.0"]
#: Kinds that others define.
FOREIGN = {"ServiceMonitor", "ScaledObject"}
#: Settings that the chart fills in, from the pod's name and from Secrets.
FILLED_IN = {
    "instance_id",
    "sasl_password",
    "sasl_password_file",
    "ssl_cafile",
    "ssl_certfile",
    "ssl_keyfile",
}
#: What a stop takes at worst, in seconds.
SLOWEST_STOP = 25

Resource = dict[str, Any]


@pytest.fixture(params=[None, *VALUES], ids=lambda path: path.stem if path else "default")
def values(request: pytest.FixtureRequest) -> Path | None:
    chosen: Path | None = request.param
    return chosen


@cache
def rendered(values: Path | None, kubernetes: str = KUBERNETES[0]) -> list[Resource]:
    text = run("helm", "template", "pp", CHART, "--kube-version", kubernetes, *options(values))
    return [resource for resource in yaml.safe_load_all(text) if resource]


def options(values: Path | None) -> list[str]:
    return ["--values", str(values)] if values else []


def one(resources: list[Resource], kind: str) -> Resource:
    (found,) = [resource for resource in resources if resource["kind"] == kind]
    return found


def pod(resources: list[Resource]) -> Resource:
    spec: Resource = one(resources, "StatefulSet")["spec"]["template"]["spec"]
    return spec


def named(name: str) -> Path:
    return ROOT / "tests" / "deploy" / "values" / f"{name}.yaml"


# -- Helm and Kubernetes


def test_helm_finds_nothing_wrong(values: Path | None) -> None:
    run("helm", "lint", "--strict", CHART, *options(values))


@pytest.mark.parametrize("kubernetes", KUBERNETES)
def test_kubernetes_takes_every_resource(values: Path | None, kubernetes: str) -> None:
    for resource in rendered(values, kubernetes):
        if resource["kind"] not in FOREIGN:
            kubernetes_validate.validate(resource, kubernetes, strict=True)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("settings.broker=kafka:9092", "broker"),
        ("settings.guarantee=perhaps", "guarantee"),
        ("settings.web_port=70000", "web_port"),
        ("settings.sasl_password=secret", "sasl_password"),
        ("terminationGracePeriodSeconds=10", "terminationGracePeriodSeconds"),
        ("replica=4", "replica"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name(given: str, told: str) -> None:
    assert told in run("helm", "lint", CHART, "--set", given, ok=False)


# -- Settings


def test_every_setting_can_be_given() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text())
    known = schema["properties"]["settings"]["properties"]
    assert known.keys() == Settings.model_fields.keys() - FILLED_IN
    for name, given in known.items():
        assert given["description"] == Settings.model_fields[name].description
    assert yaml.safe_load(named("everything").read_text())["settings"].keys() == known.keys()


def test_a_worker_takes_the_settings_it_is_given(
    values: Path | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "mounted"
    file.write_text("secret")
    given = dict(environment(rendered(values)))
    for name, value in given.items():
        monkeypatch.setenv(name, str(file) if value.startswith("/run/secrets/") else value)
    settings = load_settings()
    wanted = yaml.safe_load(values.read_text())["settings"] if values else {}
    for name, value in wanted.items():
        assert getattr(settings, name) == value


def environment(resources: list[Resource]) -> Iterator[tuple[str, str]]:
    (container,) = pod(resources)["containers"]
    assert container["envFrom"] == [
        {"configMapRef": {"name": one(resources, "ConfigMap")["metadata"]["name"]}}
    ]
    yield from one(resources, "ConfigMap")["data"].items()
    for entry in container.get("env", []):
        yield entry["name"], entry.get("value", "pp-page-pipeline-0")


def test_a_pod_keeps_its_name_in_the_group_unless_told_otherwise() -> None:
    (container,) = pod(rendered(None))["containers"]
    source = {"fieldRef": {"fieldPath": "metadata.name"}}
    assert {"name": variable("instance_id"), "valueFrom": source} in container["env"]
    assert variable("instance_id") not in dict(environment(rendered(named("keda"))))


# -- Secrets


def test_secrets_are_files_never_variables() -> None:
    resources = rendered(named("sasl_tls"))
    password = yaml.safe_load(named("sasl_tls").read_text())["sasl"]["password"]
    assert one(resources, "Secret")["stringData"] == {"password": password}
    assert all(
        password not in json.dumps(resource)
        for resource in resources
        if resource["kind"] != "Secret"
    )
    mounts = {m["name"]: m["mountPath"] for m in pod(resources)["containers"][0]["volumeMounts"]}
    secrets = {
        v["name"]: v["secret"]["secretName"] for v in pod(resources)["volumes"] if "secret" in v
    }
    assert secrets == {"sasl": "pp-page-pipeline", "tls": "kafka-client"}
    given = dict(environment(resources))
    assert given["PIPELINE_SASL_PASSWORD_FILE"] == f"{mounts['sasl']}/password"
    assert given["PIPELINE_SSL_CAFILE"] == f"{mounts['tls']}/ca.crt"
    assert given["PIPELINE_SSL_CERTFILE"] == f"{mounts['tls']}/tls.crt"
    assert given["PIPELINE_SSL_KEYFILE"] == f"{mounts['tls']}/tls.key"


def test_a_secret_that_there_is_is_used_and_none_is_made() -> None:
    resources = rendered(named("everything"))
    assert "Secret" not in {resource["kind"] for resource in resources}
    (volume,) = [volume for volume in pod(resources)["volumes"] if "secret" in volume]
    assert volume["secret"]["secretName"] == "kafka-user"
    given = dict(environment(resources))
    assert given["PIPELINE_SASL_PASSWORD_FILE"] == "/run/secrets/sasl/secret"


# -- The example in the documentation


def test_the_values_in_the_documentation_are_good_ones(tmp_path: Path) -> None:
    (example,) = blocks("deployment.md", "yaml")
    file = tmp_path / "values.yaml"
    file.write_text(example)
    run("helm", "lint", "--strict", CHART, "--values", file)
    assert one(rendered(file), "ServiceMonitor")


# -- Pods


def test_a_pod_may_do_no_more_than_it_needs(values: Path | None) -> None:
    spec = pod(rendered(values))
    (container,) = spec["containers"]
    assert spec["securityContext"]["runAsNonRoot"]
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert spec["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["resources"]["requests"].keys() == {"cpu", "memory"}


def test_the_pod_runs_as_the_images_user() -> None:
    user = pod(rendered(None))["securityContext"]["runAsUser"]
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text()
    assert f"\nUSER {user}:{user}\n" in dockerfile


def test_no_service_puts_variables_of_our_prefix_into_a_pod(values: Path | None) -> None:
    assert pod(rendered(values))["enableServiceLinks"] is False


def test_a_stop_has_the_time_that_it_needs(values: Path | None) -> None:
    assert pod(rendered(values))["terminationGracePeriodSeconds"] > SLOWEST_STOP


def test_the_probes_ask_where_the_worker_listens(values: Path | None) -> None:
    resources = rendered(values)
    (container,) = pod(resources)["containers"]
    port = int(one(resources, "ConfigMap")["data"]["PIPELINE_WEB_PORT"])
    assert container["ports"] == [{"name": "http", "containerPort": port}]
    asked = {probe: container[f"{probe}Probe"]["httpGet"] for probe in PROBES}
    assert asked == {probe: {"path": path, "port": "http"} for probe, path in PROBES.items()}


PROBES = {"startup": "/healthz", "liveness": "/healthz", "readiness": "/readyz"}


# -- What comes beside the pods


def test_everything_selects_the_pods(values: Path | None) -> None:
    resources = rendered(values)
    labels = one(resources, "StatefulSet")["spec"]["template"]["metadata"]["labels"].items()
    spreads = pod(resources).get("topologySpreadConstraints", [])
    selectors = [
        one(resources, "StatefulSet")["spec"]["selector"]["matchLabels"],
        one(resources, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
        one(resources, "Service")["spec"]["selector"],
        *(spread["labelSelector"]["matchLabels"] for spread in spreads),
    ]
    assert all(selector and selector.items() <= labels for selector in selectors)


def test_workers_scale_with_the_lag_never_beyond_the_partitions_and_slowly_down() -> None:
    resources = rendered(named("keda"))
    spec = one(resources, "ScaledObject")["spec"]
    stateful_set = one(resources, "StatefulSet")
    assert spec["scaleTargetRef"]["name"] == stateful_set["metadata"]["name"]
    assert "replicas" not in stateful_set["spec"]
    assert spec["maxReplicaCount"] == 12
    (trigger,) = spec["triggers"]
    assert trigger["metadata"] == {
        "bootstrapServers": "kafka:9092",
        "consumerGroup": "other-group",
        "topic": "other-raw",
        "lagThreshold": "1000000",
        "allowIdleConsumers": "false",
        "offsetResetPolicy": "earliest",
    }
    assert trigger["authenticationRef"] == {"name": "kafka"}
    down = spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]["scaleDown"]
    assert down["stabilizationWindowSeconds"] == 600
    assert down["policies"] == [{"type": "Pods", "value": 1, "periodSeconds": 300}]


def test_the_scaler_looks_at_the_group_and_topic_that_are_the_default() -> None:
    template = (CHART / "templates" / "scaledobject.yaml").read_text()
    defaults = dict(re.findall(r"\$settings\.(\w+) \| default \"([^\"]+)\"", template))
    fields = Settings.model_fields
    assert defaults == {name: fields[name].default for name in ("group", "raw_topic")}


def test_prometheus_finds_the_workers() -> None:
    resources = rendered(named("keda"))
    monitor, service = one(resources, "ServiceMonitor"), one(resources, "Service")
    selector = monitor["spec"]["selector"]["matchLabels"]
    assert selector.items() <= service["metadata"]["labels"].items()
    (endpoint,) = monitor["spec"]["endpoints"]
    assert endpoint["path"] == "/metrics"
    assert endpoint["port"] in {port["name"] for port in service["spec"]["ports"]}


def test_the_chart_has_the_version_of_the_package() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert f'\nversion = "{chart["appVersion"]}"\n' in (ROOT / "pyproject.toml").read_text()
