"""Apply the `[gateways]` and the teams' `channels` of a team file; they come from the file alone."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.gateways import GATEWAYS_KEY, Gateways
from bot.teamfile import rows
from bot.teamfile.applied import Run
from bot.teamfile.changes import Change, Difference


def apply_gateways(run: Run) -> None:
    """Store them as they are written; what changed is told without what is secret in it."""
    stored = run.unit.keys.get(GATEWAYS_KEY) or {}
    wanted = rows.stated_gateways(run.file)
    before, after = dict(_named(stored)), dict(_named(wanted))
    for key, url in after.items():
        if key not in before:
            run.changes.append(Change("created", "gateway", key))
        elif before[key] != url:
            fields = (Difference("url", _shown(before[key]), _shown(url)),)
            run.changes.append(Change("changed", "gateway", key, fields))
    run.changes.extend(Change("removed", "gateway", key) for key in before if key not in after)
    if before != after:
        run.unit.keys.put(GATEWAYS_KEY, wanted)


def _named(stored: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every address by what it is called: `mail`, or `tech/webhook`."""
    gateways = Gateways.read(stored)
    yield from gateways.persons.items()
    for team, own in gateways.teams.items():
        yield from ((f"{team}/{channel}", url) for channel, url in own.items())


def _shown(url: str) -> str:
    return url if url.startswith("$") else f"{url.partition('://')[0]}://…"
