"""The lock files: complete, hash-pinned, and free of any address or path."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
PIN = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[\w.!+]+)( ; [^\\]+)? \\")
HASH = re.compile(r" {4}--hash=sha256:[0-9a-f]{64}( \\)?")


def pinned(lock: str) -> dict[str, str]:
    """Names and versions in a lock file."""
    lines = (ROOT / lock).read_text("utf-8").splitlines()
    return {found["name"]: found["version"] for line in lines if (found := PIN.fullmatch(line))}


def wanted(lock: str) -> list[Requirement]:
    """What pyproject.toml asks of a lock file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"]
    written = project["project"]["dependencies"] + groups["build"]
    return [Requirement(line) for line in written + (groups["dev"] if "dev" in lock else [])]


@pytest.mark.parametrize("lock", LOCKS)
def test_it_holds_names_and_hashes_only(lock: str) -> None:
    """No index address, no download address, no comment: it must install from wherever packages come from."""
    lines = (ROOT / lock).read_text("utf-8").splitlines()
    assert [line for line in lines if not PIN.fullmatch(line) and not HASH.fullmatch(line)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_it_satisfies_what_the_project_asks_for(lock: str) -> None:
    pins = pinned(lock)
    unmet = [str(need) for need in wanted(lock) if pins.get(canonicalize_name(need.name), "0") not in need.specifier]
    assert unmet == [], "run `make lock`"


def test_tests_run_on_the_versions_that_users_run_on() -> None:
    assert pinned(LOCKS[0]).items() <= pinned(LOCKS[1]).items()
