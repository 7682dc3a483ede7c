"""What deploy/ promises of the project: files, settings, routes."""

from __future__ import annotations

import shutil
import urllib.request
from pathlib import Path

import yaml

from dashboard.quota.clients import NO_CLIENT, ClientResolver
from dashboard.settings import Settings
from tests.dashboard.app_fixtures import routes
from tests.e2e.replicas import DEPLOY, ROOT, Replica


def shipped(folder: Path) -> None:
    """Copy what the image holds: the lines of its ignore file that let something in."""
    lines = (DEPLOY / "Dockerfile.dockerignore").read_text().split()
    assert lines[0] == "*"
    for line in lines[1:]:
        here = ROOT / line.removeprefix("!")
        there = folder / line.removeprefix("!")
        if here.is_dir():
            shutil.copytree(here, there, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(here, there)


def test_files_of_the_image_are_enough_to_serve(tmp_path):
    shipped(tmp_path / "app")
    replica = Replica(tmp_path / "log", root=tmp_path / "app")
    replica.start()
    assert replica.process is not None
    try:
        for path in (
            "/download/cities.xlsx",
            "/download/cities.metadata.json",
            "/ogc/collections?f=json",
            "/charts/urban-share.png?country=KHM",
            "/briefing/da-nang.pdf?lang=id",
            "/explore",
        ):
            with urllib.request.urlopen(f"http://127.0.0.1:{replica.port}{path}") as answer:
                assert answer.status == 200, path
    finally:
        replica.process.terminate()
        replica.process.wait(timeout=40)


def test_manifests_ask_for_routes_that_there_are():
    named = {route.path for route in routes()}
    parts = list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text()))
    [container] = parts[0]["spec"]["template"]["spec"]["containers"]
    for probe in ("readinessProbe", "livenessProbe"):
        assert container[probe]["httpGet"]["path"] in named
    labels = parts[0]["spec"]["template"]["metadata"]["labels"]
    assert parts[1]["spec"]["selector"] == labels
    assert {part["kind"] for part in parts} == {"Deployment", "Service", "Ingress"}


def test_replicas_of_compose_and_nginx_have_the_same_ports():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    ports = {service["command"][-1] for name, service in services.items() if "replica" in name}
    site = (DEPLOY / "nginx.conf").read_text()
    assert ports == {"8501", "8502"}
    assert all(f"server 127.0.0.1:{port} " in site for port in ports)


def test_each_replica_of_compose_is_asked_for_its_own_health():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    image = (DEPLOY / "Dockerfile").read_text()
    for name in ("replica1", "replica2"):
        port = services[name]["command"][-1]
        check = services[name].get("healthcheck", {}).get("test", [image])[-1]
        assert f"127.0.0.1:{port}/healthz" in check, name


def test_manifests_trust_their_proxies_and_have_files_enough():
    deployment = next(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text()))
    [container] = deployment["spec"]["template"]["spec"]["containers"]
    settings = {one["name"]: one["value"] for one in container["env"]}
    clients = ClientResolver(Settings.from_environment(settings).proxies)
    assert clients.from_address("10.244.3.7") == NO_CLIENT
    unit = (DEPLOY / "asean-smart-cities@.service").read_text()
    replica = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["x-replica"]
    assert f"LimitNOFILE={replica['ulimits']['nofile']}\n" in unit
    # nginx stands on the same machine, or network, as the replicas, which believe 127.0.0.1.
    assert "X-Forwarded-For $remote_addr;" in (DEPLOY / "nginx.conf").read_text()
