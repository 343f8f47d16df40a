"""Apply the `[[people]]` of a team file."""

from dataclasses import replace

from bot.people.leaving import disable
from bot.teamfile.applied import Run
from bot.teamfile.changes import Change
from bot.teamfile.joining import Joining


def apply_people(run: Run) -> None:
    """Create and change persons, give them their accounts, disable those whom the file no longer names."""
    keys = {team.id: team.key for team in run.unit.people.teams()}
    persons = [Joining(run, table, keys) for table in run.file.people]
    for person in persons:
        person.save()
    for person in persons:
        person.claim()
    for person in persons:
        person.withdraw()
    _leave_retired_teams(run, {id for id, key in keys.items() if key in run.now.retired})
    for key in run.last.people:
        gone = None if key in run.now.people else run.unit.people.by_key(key)
        if gone and gone.active:
            run.changes.append(Change("disabled", "person", key, tickets=disable(run.unit, gone)))


def _leave_retired_teams(run: Run, retired: set[int]) -> None:
    """Nobody belongs to a team that is no more, people who are not in the file included."""
    if retired:
        for person in run.unit.people.all_persons(active=None):
            if person.teams & retired:
                run.unit.people.save_person(replace(person, teams=person.teams - retired))
