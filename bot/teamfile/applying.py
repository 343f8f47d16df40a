"""Bring the database in line with a team file: idempotent, in one unit of work, and said change by change.

What the file states holds; what it does not mention is left alone (see `changes.merged`). Who or what stood in the file
when it was last applied and no longer does: a person is disabled (his open tickets go back to the queue), a team gives
up its rooms, a calendar or policy is removed. Whatever came about otherwise (`baton people add`, a customer who wrote)
is never touched for not being in the file.
"""

from collections.abc import Iterable
from typing import Any

from bot.teamfile import rows
from bot.teamfile.applied import APPLIED, Applied, Run
from bot.teamfile.applying_gateways import apply_gateways
from bot.teamfile.applying_people import apply_people
from bot.teamfile.applying_teams import apply_leads, apply_teams
from bot.teamfile.changes import Change, ConfigurationChanged, What, merged
from bot.teamfile.schema import KeyedTable, TeamFile
from bot.unit import Unit
from bot.workspace import CALENDARS_KEY, CONFIG_KEY, DIGESTS_KEY, FLOWS_KEY, POLICIES_KEY, TEMPLATES_KEY, Workspace

# The name under which replicas that start at once take turns.
_TURN = "config"


def ever_applied(unit: Unit) -> bool:
    """Whether any team file was applied to this database."""
    return unit.keys.get(APPLIED) is not None


def apply(unit: Unit, teamfile: TeamFile) -> list[Change]:
    """Apply it; gives what is different now. Applied again at once, it gives nothing."""
    unit.serialize(_TURN)
    run = Run(unit, teamfile, Applied.read(unit))
    _apply_workspace(run)
    apply_gateways(run)
    _apply_digests(run)
    _apply_tables(run, "calendar", CALENDARS_KEY, teamfile.calendars)
    teams = apply_teams(run)
    apply_people(run)
    apply_leads(run, teams)
    _apply_tables(run, "policy", POLICIES_KEY, teamfile.policies)
    _apply_tables(run, "template", TEMPLATES_KEY, teamfile.templates)
    _apply_tables(run, "flow", FLOWS_KEY, teamfile.flows)
    run.now.store(unit)
    for change in run.changes:
        unit.record(ConfigurationChanged(0, change=change.kind, what=change.what, key=change.key))
    return run.changes


def _apply_workspace(run: Run) -> None:
    defaults = {name: _plain(getattr(Workspace(), name)) for name in Workspace.__slots__} | {"knowledge": {}}
    before = defaults | (run.unit.keys.get(CONFIG_KEY) or {})
    run.now.workspace = rows.stated_workspace(run.file)
    after = merged(run.now.workspace, run.last.workspace, before, defaults)
    if after != before:
        run.unit.keys.put(CONFIG_KEY, after)
        run.note("workspace", "", before, after)


def _apply_digests(run: Run) -> None:
    """The hours of the teams' digests come from the file alone."""
    before: dict[str, str] = run.unit.keys.get(DIGESTS_KEY) or {}
    after = rows.stated_digests(run.file)
    for key in before.keys() | after.keys():
        if before.get(key) != after.get(key):
            run.note("team", key, {"digest": before.get(key, "")}, {"digest": after.get(key, "")})
    if before != after:
        run.unit.keys.put(DIGESTS_KEY, after)


def _plain(value: Any) -> Any:
    """As JSON gives it back."""
    return list(value) if isinstance(value, tuple) else value


def _apply_tables(run: Run, what: What, store: str, tables: Iterable[KeyedTable]) -> None:
    """Calendars, policies, templates and flows come from the file alone."""
    before = list((run.unit.keys.get(store) or {}).items())
    after = [(table.key, rows.stated(table)) for table in tables]
    known, wanted = dict(before), dict(after)
    for key, row in after:
        old = known.get(key)
        run.note(what, key, old, {**dict.fromkeys(old or {}), **row})
    run.changes.extend(Change("removed", what, key) for key in known if key not in wanted)
    if before != after:
        run.unit.keys.put(store, wanted)
