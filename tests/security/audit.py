"""`python -m tests.security.audit`, a part of `make lint`: is anything that Baton runs on known to be vulnerable?

Asks the Python Packaging Advisory Database about every version in the lock file, through pip-audit. Where the service
can't be reached, or knows none of the packages, that is said aloud and is no failure: without a network everything else
can still be checked. A known vulnerability fails.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parents[2] / "requirements.lock"
PATIENCE = 120.0  # seconds for all of it
ASK = ("--format", "json", "--progress-spinner", "off", "--disable-pip", "--require-hashes", "--timeout", "5")


def verdict(answer: str, trouble: str) -> tuple[int, list[str]]:
    """What pip-audit printed and complained of, as an exit code and lines for a person."""
    try:
        asked: list[dict[str, Any]] = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = trouble.strip().splitlines()[-1:] or ["it said nothing"]
        return 0, [f"SKIPPED: dependencies are not audited: {last[0][:200]}"]
    known = [dependency for dependency in asked if "skip_reason" not in dependency]
    bad = [
        f"{dependency['name']} {dependency['version']}: {found['id']}, mended in {', '.join(found['fix_versions'])}"
        for dependency in known
        for found in dependency.get("vulns", ())
    ]
    if bad:
        return 1, bad
    if not known:
        why = asked[0]["skip_reason"] if asked else "the lock file is empty"
        return 0, [f"SKIPPED: dependencies are not audited: the advisory service answers for none of them ({why})"]
    left = len(asked) - len(known)
    return 0, [f"{len(known)} dependencies audited, none known to be vulnerable; {left} could not be asked for"]


def main() -> int:
    """Ask, print, and give the exit code."""
    command = [sys.executable, "-m", "pip_audit", *ASK, "--requirement", str(LOCK)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
        code, lines = verdict(done.stdout, done.stderr)
    except subprocess.TimeoutExpired:
        code, lines = verdict("", f"the advisory service did not answer within {PATIENCE:.0f} s")
    print("\n".join(lines), file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
