"""Rooms that the bot opens for some users: they see them in their list, nobody else does."""

from adapters.web import limits
from adapters.web.directory import JOINT, PLATFORM, Directory
from bot.chat.builtin import BuiltinDirect
from bot.chat.contract import Delivery, Order
from bot.chat.events import Place
from bot.chat.text import shortened
from bot.unit import Unit


def open_room(unit: Unit, order: Order) -> Delivery:
    """The room with this title for those of the users who are in service; opened again, it is the same one."""
    directory = Directory(unit)
    members = frozenset(user for user in order.users if directory.person(user) is not None)
    room = f"{JOINT}{shortened(order.title, limits.TITLE)}"
    unit.builtin.open_direct(BuiltinDirect(room, members))
    return Delivery("sent", ref=room, place=Place(PLATFORM, room))


def close_room(unit: Unit, place: Place) -> Delivery:
    """Nothing is taken from anybody: the room stays to be read, and what is still said in it still arrives."""
    return Delivery("sent", place=place)
