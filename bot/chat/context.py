"""What a handler is given besides the event: who acts, in which words to answer, and where."""

from dataclasses import dataclass, replace
from typing import Any

from bot.chat.contract import Order
from bot.chat.events import ButtonPressed, CommandGiven, Event, FormSubmitted, MessageReceived, Place
from bot.chat.text import Text
from bot.chat.text import text as spans
from bot.chat.views import Post, Reply, Toast, View
from bot.language.catalogue import Words, chosen
from bot.people.rules import Person, Role
from bot.unit import Unit
from bot.workspace import CONFIG_KEY, House, Workspace


@dataclass(frozen=True, slots=True)
class Context:
    """One event being handled. `words` are in the language of the person who acts.

    For commands, `reference` is what the command is about as it was typed ("" if it wasn't) and `text` what follows.
    """

    unit: Unit
    event: Event
    who: Person
    words: Words
    workspace: Workspace
    house: House
    reference: str = ""
    text: Text = ()

    @classmethod
    def background(cls, unit: Unit, house: House, place: Place) -> "Context":
        """For what Baton does by itself: nobody acts, and answers go nowhere."""
        workspace = Workspace.read(unit.keys.get(CONFIG_KEY))
        event = Event("", place, "", unit.now)
        nobody = Person(0, workspace.name, Role.ADMIN)
        return cls(unit, event, nobody, Words(chosen(workspace.locale), workspace.zone), workspace, house)

    @property
    def message(self) -> str:
        """The platform's reference of the message that the event is, or stands on ("" none)."""
        event = self.event
        return event.message if isinstance(event, MessageReceived | CommandGiven | ButtonPressed) else ""

    @property
    def private(self) -> bool:
        """Whether nobody else saw what the person did."""
        return not isinstance(self.event, MessageReceived | CommandGiven) or (
            isinstance(self.event, CommandGiven) and self.event.private
        )

    def saying(self, reference: str, text: Text) -> "Context":
        """The same, with another command's arguments."""
        return replace(self, reference=reference, text=text)

    def words_at(self, place: Place) -> Words:
        """The catalogue in the language of a room: its own, else the workspace's."""
        room = self.unit.people.room(place)
        return Words(chosen(room.locale if room else "", self.workspace.locale), self.workspace.zone)

    def words_for(self, person: Person, place: Place | None = None) -> Words:
        """The catalogue in a person's language: his own, else the room's, else the workspace's."""
        if person.locale or place is None:
            return Words(chosen(person.locale, self.workspace.locale), self.workspace.zone)
        return self.words_at(place)

    def answer(self, view: View, *, ticket: int = 0) -> None:
        """Show `view` to the one who acted: alone where he acted alone, else where he spoke.

        With `ticket`, what is shown is about it, and so is a reply to it.
        """
        event = self.event
        if self.private and not event.direct:
            self.whisper(view, ticket=ticket)
            return
        place, reply_to = event.place, ""
        if not event.direct and self.message:
            if self.house.can(place.platform).threads:
                place = place if place.thread else replace(place, thread=self.message)
            else:
                reply_to = self.message
        order = Order("show", place, view, key=self._name(ticket), reply_to=reply_to)
        self.unit.outbox.put(order, author=self.who.id, ticket=ticket)

    def _name(self, ticket: int) -> str:
        """The name under which a message about a ticket is remembered, so that a reply to it finds the ticket."""
        return f"answer:{self.event.place.platform}:{self.event.event_id}" if ticket else ""

    @property
    def inside(self) -> bool:
        """Whether only the house reads what is shown where the person acted: his own conversation, or a team's room."""
        return self.event.direct or self.unit.people.team_of_room(self.event.place) is not None

    def answer_inside(self, view: View, *, ticket: int = 0) -> None:
        """Show `view`, which is not for customers' eyes: where the person acted if only the house reads there, else
        to him alone."""
        if self.inside:
            self.answer(view, ticket=ticket)
        else:
            self.confide(view, ticket=ticket)

    def confide(self, view: View, *, ticket: int = 0) -> None:
        """Show `view` to the one who acted, and never where customers could read it.

        In a team's room the team may read along where the platform has no whispers.
        """
        if self.inside:
            self.whisper(view, ticket=ticket)
        else:
            self.tell_alone(view, ticket=ticket)

    def tell_alone(self, view: View, *, ticket: int = 0) -> None:
        """Show `view` to the one who acted and in no case to anybody else.

        Where the platform has no whispers it goes to his direct conversation; if there is none, he is told to begin it.
        """
        platform = self.event.place.platform
        if self.house.can(platform).whispers or self.event.direct:
            self.whisper(view, ticket=ticket)
            return
        account = self.unit.people.account(platform, self.event.user)
        if account is None or not (account.room and account.reachable):
            self.whisper(Post(spans(self.words("chat.ask_in_private"))))
            return
        order = Order("show", Place(platform, account.room), view, user=account.user, key=self._name(ticket))
        self.unit.outbox.put(order, author=self.who.id, ticket=ticket)

    def whisper(self, view: View, *, ticket: int = 0) -> None:
        """Show `view` to the one who acted and to nobody else, where the platform can do that."""
        event = self.event
        if self.house.can(event.place.platform).whispers and not event.direct:
            order = Order("whisper", event.place, view, user=event.user, trigger=event.trigger)
        else:
            reply_to = "" if event.direct else self.message
            order = Order("show", event.place, view, key=self._name(ticket), user=event.user, trigger=event.trigger,
                          reply_to=reply_to)  # fmt: skip
        self.unit.outbox.put(order, ticket=ticket)

    def tell(self, key: str, **values: Any) -> Reply | None:
        """A sentence for the one who acted: a toast for a button or a form, else an answer; what a member of the staff
        is told stays in the house."""
        sentence = self.words(key, **values)
        if isinstance(self.event, ButtonPressed | FormSubmitted):
            if self.house.can(self.event.place.platform).toasts:
                return Toast(sentence)
            self.whisper(Post(spans(sentence)))
        elif self.who.role.staff:
            self.answer_inside(Post(spans(sentence)))
        else:
            self.answer(Post(spans(sentence)))
        return None
