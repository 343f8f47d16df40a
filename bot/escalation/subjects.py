"""What an alert is about: a ticket or a request, the team whose turn it is, and who has it there."""

from dataclasses import dataclass

from bot.collab.rules import CollabRequest
from bot.people.rules import Person, Role, Team
from bot.tickets.rules import Priority, Side, Thread, Ticket
from bot.unit import Unit


@dataclass(frozen=True, slots=True)
class Subject:
    """A ticket, or one of its requests. `team` is who has to act, `owner` who of them has it (0: nobody)."""

    ticket: Ticket
    request: CollabRequest | None
    team: Team

    @property
    def owner(self) -> int:
        """Who has it."""
        return self.request.owner if self.request else self.ticket.assignee

    @property
    def asker(self) -> int:
        """The agent for whom it is done: who asked, else who has the ticket."""
        return self.request.asker if self.request else self.ticket.assignee

    @property
    def reference(self) -> str:
        """How people see and type it."""
        return self.request.reference if self.request else self.ticket.reference

    @property
    def urgent(self) -> bool:
        """Whether nobody should sleep over it."""
        return self.ticket.priority is Priority.URGENT


def subject_of(unit: Unit, ticket: int, request: int = 0) -> Subject:
    """As it stands now. Raises `NotFound`."""
    found = unit.tickets.get(ticket)
    asked = unit.collab.get(request) if request else None
    return Subject(found, asked, unit.people.team(asked.team if asked else found.team))


def threads_of(unit: Unit, subject: Subject) -> list[Thread]:
    """Where the house speaks of it: the ticket's threads in its team's rooms, the request's in those of the asked."""
    if subject.request:
        threads = unit.tickets.threads(subject.ticket.id, Side.HELPER)
        return [thread for thread in threads if thread.request == subject.request.id]
    return [thread for thread in unit.tickets.threads(subject.ticket.id, Side.TEAM) if not thread.request]


def staff_of(unit: Unit, team: Team) -> list[Person]:
    """The active members of a team that belong to the house."""
    return [person for person in unit.people.members(team.id) if person.role.staff]


def lead_of(unit: Unit, team: Team) -> Person | None:
    """Its lead, if he is still there."""
    lead = unit.people.persons([team.lead]).get(team.lead) if team.lead else None
    return lead if lead and lead.active and lead.role.staff else None


def supervisors_of(unit: Unit, team: Team) -> list[Person]:
    """Its supervisors, by name."""
    return [person for person in staff_of(unit, team) if person.role is Role.SUPERVISOR]


def admins(unit: Unit) -> list[Person]:
    """Where every chain ends."""
    return unit.people.all_persons(role=Role.ADMIN)
