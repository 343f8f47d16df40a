"""How a person can be written to alone."""

from bot.chat.events import Place
from bot.people.rules import Account, Person
from bot.unit import Unit
from bot.workspace import House


def reachable(unit: Unit, house: House, person: Person, preferred: str) -> list[Account]:
    """His accounts on the platforms that are on, without those that shut the bot out; the preferred platform first."""
    on = {platform for platform, can in house.platforms.items() if can.chat}
    accounts = [each for each in unit.people.accounts(person.id) if each.reachable and each.platform in on]
    return sorted(accounts, key=lambda account: account.platform != preferred)


def direct_place(account: Account) -> Place:
    """The conversation with the bot; until it is known, the platform finds it by the user."""
    return Place(account.platform, account.room or account.user)
