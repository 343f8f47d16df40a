"""What an open page is told, as JSON: the state it begins with, messages as its viewer sees them, and changes."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from adapters.web import limits
from adapters.web.directory import ChatRoom, Directory
from bot.chat.builtin import BOT, BuiltinChange, BuiltinFile, BuiltinMessage
from bot.chat.words import COMMANDS
from bot.language.catalogue import LOCALES, Words, table
from bot.people.rules import Person, Role
from bot.unit import Unit
from bot.workspace import CONFIG_KEY, Workspace

# Words that only answer something Baton asked; nobody looks for them in a list.
UNLISTED = frozenset({"start", "cancel"})
# What a customer can use; the bot would refuse him the rest.
CUSTOMERS = frozenset({"ticket", "mine", "show", "link", "lang", "help"})


class Viewer:
    """Somebody's view of the chat in one unit."""

    def __init__(self, unit: Unit, user: str) -> None:
        self.unit = unit
        self.user = user
        self.directory = Directory(unit)
        self._rooms: dict[str, bool] = {}
        self._names: dict[str, str] = {BOT: "Baton"}

    def sees(self, message: BuiltinMessage) -> bool:
        """Whether this message may reach the page."""
        if message.only_for not in ("", self.user):
            return False
        if message.room not in self._rooms:
            self._rooms[message.room] = self.directory.room(self.user, message.room) is not None
        return self._rooms[message.room]

    def message(self, message: BuiltinMessage) -> dict[str, Any]:
        """One message. Of a removed one nothing but its place is left."""
        shown = {
            "id": message.id,
            "room": message.room,
            "thread": message.thread,
            "author": message.author,
            "name": self._name(message.author),
            "at": _instant(message.at),
            "key": message.key.removeprefix(f"said:{self.user}:") if message.author == self.user else "",
            "title": message.title,
            "whisper": bool(message.only_for),
            "replyTo": message.reply_to,
            "edited": _instant(message.edited_at),
            "removed": message.removed_at is not None,
            "replies": message.replies,
            "lastReply": _instant(message.last_reply_at),
        }
        if message.removed_at is not None:
            return {**shown, "body": {"kind": "words", "text": []}, "files": [], "reactions": []}
        return {
            **shown,
            "body": self._body(message),
            "files": [file_json(file) for file in message.files],
            "reactions": [{"emoji": emoji, "users": list(users)} for emoji, users in message.reactions],
        }

    def _name(self, user: str) -> str:
        if user not in self._names:
            person = self.directory.persons.get(user)
            self._names[user] = person.name if person else user
        return self._names[user]

    def _body(self, message: BuiltinMessage) -> Mapping[str, Any]:
        """What was typed is only of use to its author."""
        if message.author == self.user:
            return message.body
        return {name: value for name, value in message.body.items() if name != "source"}

    def timeline(self, room: str, thread: str, before: int = 0) -> dict[str, Any]:
        """A page of messages, oldest first; the root of a thread comes with it."""
        found = self.unit.builtin.timeline(room, thread, self.user, before=before, limit=limits.PAGE + 1)
        shown = [self.message(message) for message in found[-limits.PAGE :]]
        answer: dict[str, Any] = {"messages": shown, "more": len(found) > limits.PAGE}
        if thread:
            root = self.unit.builtin.message(int(thread))
            answer["root"] = self.message(root) if root and root.room == room and self.sees(root) else None
        return answer

    def rooms(self, words: Words) -> list[dict[str, Any]]:
        """The rooms with their topics and unread marks."""
        rooms = self.directory.rooms(self.user)
        ids = [room.id for room in rooms]
        topics: dict[str, list[dict[str, str]]] = {}
        for topic in self.unit.builtin.topics(ids):
            topics.setdefault(topic.room, []).append({"ref": topic.ref, "title": topic.title})
        return [
            {
                "id": room.id,
                "kind": room.kind,
                "title": self._title(room, words),
                "about": words(f"web.room.about_{room.kind}"),
                "other": room.other,
                "topics": topics.get(room.id, []),
            }
            for room in rooms
        ]

    def _title(self, room: ChatRoom, words: Words) -> str:
        if room.kind == "lobby":
            return words("web.room.lobby")
        if room.kind == "bot":
            return words("web.bot_name")
        if room.kind == "direct":
            person = self.directory.person(room.other)
            return person.name if person else room.other
        if room.kind == "intake":
            return words("web.room.intake", team=room.title)
        return room.title

    def unread(self) -> list[dict[str, Any]]:
        """Unread marks of all rooms and threads."""
        ids = [room.id for room in self.directory.rooms(self.user)]
        return [
            {"room": mark.room, "thread": mark.thread, "count": mark.count, "mentioned": mark.mentioned}
            for mark in self.unit.builtin.unread(self.user, ids)
        ]

    def people(self, *, everybody: bool) -> list[dict[str, Any]]:
        """Who is known to the page: to the staff everybody, to a customer himself (messages name their authors)."""
        me = self.directory.person(self.user)
        everybody = everybody or (me is not None and me.role.staff)
        known = self.directory.persons.items()
        return [person_json(user, person) for user, person in known if everybody or user == self.user]

    def changed(self, changes: Iterable[BuiltinChange], found: Mapping[int, BuiltinMessage]) -> list[dict[str, Any]]:
        """What this page must hear of these changes, each message once and as it is now."""
        news: list[dict[str, Any]] = []
        told: set[int] = set()
        for change in changes:
            if change.kind != "message":
                if change.user == self.user:
                    news.append({"kind": change.kind, "room": change.room, "thread": change.thread})
                continue
            for number in (change.message, int(change.thread or 0)):
                message = found.get(number)
                if message is not None and number not in told and self.sees(message):
                    told.add(number)
                    news.append({"kind": "message", "message": self.message(message)})
        return news


def state(viewer: Viewer, locale: str, *, demo: bool) -> dict[str, Any]:
    """Everything that a page begins with. `number` is the change after which it must listen."""
    number = viewer.unit.builtin.span()[1]
    me = viewer.directory.person(viewer.user)
    if me is None:
        raise LookupError(viewer.user)
    words = Words(locale)
    remembered = viewer.unit.builtin.user(viewer.user)
    return {
        "number": number,
        "demo": demo,
        "me": {
            **person_json(viewer.user, me),
            "staff": me.role.staff,
            "blocked": remembered.blocked,
            "hints": sorted(remembered.hints),
        },
        "bot": BOT,
        "locale": words.locale,
        "locales": list(LOCALES),
        "words": sentences(words.locale),
        "people": viewer.people(everybody=demo),
        "rooms": viewer.rooms(words),
        "unread": viewer.unread(),
        "commands": commands(words, me.role),
        "limits": {"text": limits.TEXT, "file": _file_limit(viewer.unit), "files": limits.FILES},
    }


def _file_limit(unit: Unit) -> int:
    """The workspace's limit, as far as the chat itself can take it."""
    return min(Workspace.read(unit.keys.get(CONFIG_KEY)).file_limit, limits.FILE)


def sentences(locale: str) -> dict[str, str]:
    """The page's own sentences, without their common prefix, and what roles are called."""
    known = table(locale).items()
    return {key.removeprefix("web."): sentence for key, sentence in known if key.startswith(("web.", "role."))}


def commands(words: Words, role: Role) -> list[dict[str, str]]:
    """What may be typed after a slash, as the reader calls it, and what it does."""
    return [
        {"word": words(f"words.{word}").split(",")[0].strip(), "english": word, "does": _does(words, word)}
        for word in COMMANDS
        if word not in UNLISTED and (role.staff or word in CUSTOMERS)
    ]


def _does(words: Words, word: str) -> str:
    """In the chat's own words where it has some, else as `help` says it."""
    own = f"web.command.{word}"
    return words(own if words.has(own) else f"help.{word}")


def person_json(user: str, person: Person) -> dict[str, Any]:
    """A person as others see him."""
    return {"user": user, "name": person.name, "role": person.role.value, "active": person.active}


def file_json(file: BuiltinFile) -> dict[str, Any]:
    """A file as the page shows it."""
    return {
        "ref": file.ref,
        "name": file.name,
        "type": file.media_type,
        "size": file.size,
        "picture": file.media_type in limits.PICTURES,
    }


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def first_user(directory: Directory, locale: str) -> str:
    """Who a newcomer to a demonstration is: a customer who speaks his language, or any, or anybody; "" for nobody."""

    def distance(entry: tuple[str, Person]) -> tuple[bool, int]:
        person = entry[1]
        stranger = 0 if person.locale == locale else 1 if not person.locale else 2
        return person.role is not Role.CUSTOMER, stranger

    active = [(user, person) for user, person in directory.persons.items() if person.active]
    return min(active, key=distance)[0] if active else ""
