"""The files for containers say what the program really is: its port, its routes, its variables, its time to stop.

Covers G2. No container runs here: what is checked is everything that would only fail on somebody's machine.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.routing import Route

from bot import app
from bot.settings import EXAMPLES
from tests.harness import world

ROOT = Path(__file__).resolve().parents[1]
MANIFESTS = ROOT / "manifests"
KUBERNETES = MANIFESTS / "kubernetes"
# Watched from inside only.
INSIDE = {"/healthz", "/readyz", "/metrics"}


def loaded(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


@pytest.fixture
def pod() -> dict[str, Any]:
    spec: dict[str, Any] = loaded(KUBERNETES / "deployment.yaml")["spec"]["template"]["spec"]
    return spec


@pytest.fixture
def container(pod: dict[str, Any]) -> dict[str, Any]:
    (only,) = pod["containers"]
    assert isinstance(only, dict)
    return only


@pytest.fixture
def compose() -> dict[str, Any]:
    services: dict[str, Any] = loaded(MANIFESTS / "compose.yaml")["services"]
    return services


@pytest.fixture
def dockerfile() -> str:
    return (MANIFESTS / "Dockerfile").read_text("utf-8")


def test_everybody_speaks_of_the_same_port(container: dict[str, Any], compose: dict[str, Any], dockerfile: str) -> None:
    port = EXAMPLES["BATON_PORT"]
    assert f"BATON_PORT={port}" in dockerfile
    assert f"EXPOSE {port}" in dockerfile
    assert container["ports"] == [{"name": "http", "containerPort": int(port)}]
    assert compose["baton"]["expose"] == [port]
    assert compose["address"]["ports"][0].endswith(f":{port}")


def test_there_is_time_to_finish_what_is_in_hand(pod: dict[str, Any], compose: dict[str, Any]) -> None:
    """Twice the grace: requests first, then the inbox and the outbox; on Kubernetes after the pause of `preStop`."""
    pause = int(pod["containers"][0]["lifecycle"]["preStop"]["exec"]["command"][1])
    assert pod["terminationGracePeriodSeconds"] >= pause + 2 * app.GRACE
    assert int(compose["baton"]["stop_grace_period"].removesuffix("s")) >= 2 * app.GRACE


def test_every_variable_is_read(container: dict[str, Any], compose: dict[str, Any], dockerfile: str) -> None:
    named = {one["name"] for one in container["env"]} | set(compose["baton"]["environment"])
    named |= set(re.findall(r"\b(?:BATON|SLACK|TELEGRAM)_\w+(?==)", dockerfile))
    assert named - set(EXAMPLES) == set()


async def test_the_outside_reaches_every_route_but_those_that_watch(sqlite_url: str) -> None:
    """With everything on that can be; `/metrics` is nobody's business outside."""
    rules = loaded(KUBERNETES / "ingress.yaml")["spec"]["rules"][0]["http"]["paths"]
    on: dict[str, Any] = {
        "BATON_LOCAL_CHAT": "on",
        "BATON_PUBLIC_URL": "https://baton.example.com",
        "SLACK_BOT_TOKEN": "xoxb-1-2-abc",
        "SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99yyyzzz85a5",
        "SLACK_API_URL": "http://127.0.0.1:9/api",
        "TELEGRAM_BOT_TOKEN": "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1",
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_API_URL": "http://127.0.0.1:9",
    }
    async with world(sqlite_url, MANIFESTS / "baton.toml", None, **on) as house:
        served = paths(house.baton.http.router)
    assert {"/slack/events", "/telegram/webhook", "/chat", "/"} <= served
    assert {path for path in served if not any(reaches(rule, path) for rule in rules)} == INSIDE


def paths(router: Any) -> set[str]:
    """The paths of a router and of those that were included in it."""
    inner = [paths(each.original_router) for each in router.routes if hasattr(each, "original_router")]
    return {each.path for each in router.routes if isinstance(each, Route)}.union(*inner)


def reaches(rule: dict[str, Any], path: str) -> bool:
    """As `Prefix` and `Exact` are defined: by whole segments."""
    prefix = rule["path"].rstrip("/")
    return path == rule["path"] or (rule["pathType"] == "Prefix" and path.startswith(f"{prefix}/"))


def test_the_image_holds_what_the_program_needs(dockerfile: str) -> None:
    copied = set(re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.M))
    found = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = {name.rstrip("*") for name in found["tool"]["setuptools"]["packages"]["find"]["include"]}
    assert packages | {"manifests", "requirements.lock"} <= copied
    allowed = set(re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text("utf-8"), re.M))
    assert {name for line in copied for name in line.split()} <= allowed
    assert "--require-hashes" in dockerfile
    assert re.search(r"^USER \d+$", dockerfile, re.M)


def test_replicas_share_nothing_but_the_database(pod: dict[str, Any], compose: dict[str, Any]) -> None:
    assert {next(iter(set(volume) - {"name"})) for volume in pod["volumes"]} == {"configMap", "emptyDir"}
    assert all(volume.endswith(":ro") for volume in compose["baton"]["volumes"])
    assert compose["baton"]["read_only"]
    assert "BATON_SECRET_KEY" in compose["baton"]["environment"]


def test_what_kustomize_names_is_there() -> None:
    kustomization = loaded(KUBERNETES / "kustomization.yaml")
    assert [name for name in kustomization["resources"] if not (KUBERNETES / name).is_file()] == []
    kept = {path.name for path in KUBERNETES.glob("*.yaml")} - {"kustomization.yaml"}
    assert kept == set(kustomization["resources"])
