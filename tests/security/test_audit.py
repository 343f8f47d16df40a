"""The audit of dependencies fails for what is vulnerable, and for nothing else. Covers T10."""

import json

from tests.security.audit import verdict

BAD = {"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}
GOOD = {"name": "b", "version": "1", "vulns": []}
UNKNOWN = {"name": "c", "skip_reason": "not found"}


def told(*dependencies: object) -> tuple[int, str]:
    """The verdict on an answer."""
    code, lines = verdict(json.dumps({"dependencies": dependencies}), "")
    return code, "\n".join(lines)


def test_a_known_vulnerability_fails_and_is_named() -> None:
    assert told(GOOD, BAD, UNKNOWN) == (1, "a 1: PYSEC-1, mended in 2")


def test_what_could_not_be_asked_for_is_counted() -> None:
    code, words = told(GOOD, UNKNOWN)
    assert code == 0
    assert "1 could not be asked for" in words


def test_without_the_service_it_is_skipped_aloud() -> None:
    for code, words in (told(UNKNOWN), told()):
        assert code == 0
        assert words.startswith("SKIPPED: ")
    code, lines = verdict("", "Traceback ...\nConnectionError: no route to host\n")
    assert (code, lines) == (0, ["SKIPPED: dependencies are not audited: ConnectionError: no route to host"])
