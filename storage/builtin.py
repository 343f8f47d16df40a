"""The built-in chat's memory: messages, reactions, files, who read what, and the numbered changes that pages follow."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.chat.builtin import (
    BuiltinChange,
    BuiltinDelivery,
    BuiltinDirect,
    BuiltinFile,
    BuiltinMessage,
    BuiltinUser,
    NewFile,
    Unread,
)
from storage.encoding import bounded, micros, micros_or_none, moment, moment_or_none, packed, unpacked
from storage.queries import builtin as q
from storage.statements import Link, Row

# Unread marks look this many messages back; nobody reads a larger number.
UNREAD_REACH = 5000


class Builtin:
    """`bot.chat.builtin.BuiltinStore` in a unit's transaction."""

    def __init__(self, link: Link) -> None:
        self._link = link

    # Messages

    def post(self, message: BuiltinMessage, *, mentions: Iterable[str] = ()) -> BuiltinMessage:
        known = self.by_key(message.key) if message.key else None
        if known is not None:
            return known
        number = self._link.value(q.POST, **_columns(message))
        if number is None:  # another replica posted it in this very moment
            return self._posted_elsewhere(message.key)
        self._link.many(q.MENTION, [{"user_id": user, "message": number} for user in mentions])
        self._note("message", message.room, message.thread, number)
        return replace(message, id=number)

    def _posted_elsewhere(self, key: str) -> BuiltinMessage:
        known = self.by_key(key)
        if known is None:
            raise LookupError(f"message {key!r} was neither stored nor found")
        return known

    def message(self, id: int) -> BuiltinMessage | None:
        return self.messages([id]).get(id)

    def messages(self, ids: Sequence[int]) -> dict[int, BuiltinMessage]:
        rows = self._link.all(q.MESSAGES, ids=list(ids)) if ids else []
        return {message.id: message for message in self._whole(rows)}

    def by_key(self, key: str) -> BuiltinMessage | None:
        found = self._whole(self._link.all(q.BY_KEY, key=bounded(key)))
        return found[0] if found else None

    def save(self, message: BuiltinMessage) -> None:
        self._link.run(
            q.SAVE,
            id_=message.id,
            body_=packed(dict(message.body)),
            title_=message.title,
            edited_at_=micros_or_none(message.edited_at),
            removed_at_=micros_or_none(message.removed_at),
        )
        self._note("message", message.room, message.thread, message.id)

    def timeline(
        self, room: str, thread: str, viewer: str, *, before: int = 0, limit: int = 50
    ) -> list[BuiltinMessage]:
        rows = self._link.all(q.TIMELINE, room=room, thread=thread, viewer=viewer, before=before or 2**62, limit=limit)
        return self._whole(rows[::-1])

    def topics(self, rooms: Sequence[str], limit: int = 200) -> list[BuiltinMessage]:
        return self._whole(self._link.all(q.TOPICS, rooms=list(rooms), limit=limit)) if rooms else []

    def react(self, message: int, user: str, emoji: str, on: bool, now: datetime) -> bool:
        if on:
            changed = self._link.count(q.REACT, message=message, emoji=emoji, user_id=user, at=micros(now))
        else:
            changed = self._link.count(q.UNREACT, message=message, emoji=emoji, user_id=user)
        if changed:
            where = self._link.one(q.WHERE, id=message)
            room, thread = where or ("", "")
            self._note("message", room, thread, message)
        return bool(changed)

    def _whole(self, rows: Sequence[Row]) -> list[BuiltinMessage]:
        """Messages with their files, reactions and replies: three queries, however many there are."""
        messages = [_message(row) for row in rows]
        if not messages:
            return []
        ids = [message.id for message in messages]
        files: dict[int, list[BuiltinFile]] = defaultdict(list)
        for row in self._link.all(q.FILES_OF, ids=ids):
            files[row[6]].append(_file(row))
        reactions: dict[int, dict[str, list[str]]] = defaultdict(dict)
        for number, emoji, user in self._link.all(q.REACTIONS_OF, ids=ids):
            reactions[number].setdefault(emoji, []).append(user)
        replies = {thread: (count, last) for thread, count, last in self._replies(messages)}
        return [
            replace(
                message,
                files=tuple(files[message.id]),
                reactions=tuple((emoji, tuple(users)) for emoji, users in reactions[message.id].items()),
                replies=replies.get(message.ref, (0, None))[0],
                last_reply_at=moment_or_none(replies.get(message.ref, (0, None))[1]),
            )
            for message in messages
        ]

    def _replies(self, messages: Sequence[BuiltinMessage]) -> list[Row]:
        roots = [message.ref for message in messages if not message.thread]
        return self._link.all(q.REPLIES, threads=roots) if roots else []

    # Files

    def add_file(self, file: NewFile) -> BuiltinFile:
        known = self.file(file.ref)
        if known is not None:
            return known
        self._link.run(
            q.ADD_FILE,
            ref=file.ref,
            name=file.name,
            media_type=file.media_type,
            size=len(file.data),
            data=file.data,
            owner=file.owner,
            at=micros(file.at),
            message=file.message,
        )
        return BuiltinFile(file.ref, file.name, file.media_type, len(file.data), file.owner, file.at, file.message)

    def file(self, ref: str) -> BuiltinFile | None:
        row = self._link.one(q.FILE, ref=ref)
        return _file(row) if row else None

    def content(self, ref: str) -> bytes | None:
        data = self._link.value(q.CONTENT, ref=ref)
        return None if data is None else bytes(data)

    def attach(self, refs: Sequence[str], owner: str, message: int) -> None:
        self._link.many(q.ATTACH, [{"ref_": ref, "owner_": owner, "message_": message} for ref in refs])

    # Users

    def home(self, user: str) -> Mapping[str, Any] | None:
        body = self._link.value(q.HOME, user_id=user)
        return None if body is None else dict(unpacked(body))

    def save_home(self, user: str, body: Mapping[str, Any], now: datetime) -> None:
        self._link.run(q.SAVE_HOME, user_id=user, body=packed(dict(body)), at=micros(now))
        self._note("home", user=user)

    def user(self, user: str) -> BuiltinUser:
        row = self._link.one(q.USER, user_id=user)
        if row is None:
            return BuiltinUser(user)
        blocked, locale, hints = row
        return BuiltinUser(user, bool(blocked), locale, frozenset(unpacked(hints)))

    def save_user(self, user: BuiltinUser) -> None:
        self._link.run(
            q.SAVE_USER,
            user_id=user.user,
            blocked=user.blocked,
            locale=user.locale,
            hints=packed(sorted(user.hints)),
        )
        self._note("user", user=user.user)

    def open_direct(self, direct: BuiltinDirect) -> None:
        self._link.many(q.OPEN_DIRECT, [{"room": direct.room, "user_id": user} for user in sorted(direct.members)])

    def direct(self, room: str) -> BuiltinDirect | None:
        members = frozenset(row[0] for row in self._link.all(q.MEMBERS, room=room))
        return BuiltinDirect(room, members) if members else None

    def directs(self, user: str) -> list[BuiltinDirect]:
        members: dict[str, set[str]] = defaultdict(set)
        for room, member in self._link.all(q.DIRECTS, user_id=user):
            members[room].add(member)
        return [BuiltinDirect(room, frozenset(users)) for room, users in members.items()]

    def mark_read(self, user: str, room: str, thread: str, upto: int) -> bool:
        marked = bool(self._link.count(q.MARK_READ, user_id=user, room=room, thread=thread, upto=upto))
        if marked:
            self._note("read", room, thread, user=user)
        return marked

    def unread(self, user: str, rooms: Sequence[str]) -> list[Unread]:
        if not rooms:
            return []
        newest = self._link.value(q.NEWEST_MESSAGE) or 0
        rows = self._link.all(q.UNREAD, user_id=user, rooms=list(rooms), floor=newest - UNREAD_REACH)
        return [Unread(room, thread, count, bool(mentioned)) for room, thread, count, mentioned in rows]

    # Deliveries and changes

    def owe(self, delivery: BuiltinDelivery) -> None:
        self._link.run(q.OWE, key=delivery.key, payload=delivery.payload, at=micros(delivery.at))

    def owed(self, before: datetime, limit: int = 100) -> list[BuiltinDelivery]:
        rows = self._link.all(q.OWED, before=micros(before), limit=limit)
        return [BuiltinDelivery(key, bytes(payload), moment(at)) for key, payload, at in rows]

    def settled(self, keys: Sequence[str]) -> None:
        if keys:
            self._link.run(q.SETTLED, keys=list(keys))

    def changes(self, after: int, limit: int = 200) -> list[BuiltinChange]:
        return [BuiltinChange(*row) for row in self._link.all(q.CHANGES, after=after, limit=limit)]

    def span(self) -> tuple[int, int]:
        return self._link.value(q.OLDEST_CHANGE) or 0, self._link.value(q.COUNTER, name=q.CHANGE) or 0

    def forget(self, before: datetime, limit: int = 1000) -> int:
        then = micros(before)
        return self._link.count(q.FORGET_CHANGES, before=then, limit=limit) + self._link.count(
            q.FORGET_UPLOADS, before=then, limit=limit
        )

    def _note(self, kind: str, room: str = "", thread: str = "", message: int = 0, user: str = "") -> None:
        number = self._link.value(q.COUNT_UP, name=q.CHANGE)
        self._link.run(
            q.NOTE,
            number=number,
            kind=kind,
            room=room,
            thread=thread,
            message=message,
            user_id=user,
            at=micros(self._link.now),
        )
        self._link.touched.add("builtin")


def _columns(message: BuiltinMessage) -> dict[str, Any]:
    return {
        "room": message.room,
        "thread": message.thread,
        "author": message.author,
        "at": micros(message.at),
        "body": packed(dict(message.body)),
        "title": message.title,
        "only_for": message.only_for,
        "reply_to": message.reply_to,
        "key": bounded(message.key) or None,
        "edited_at": micros_or_none(message.edited_at),
        "removed_at": micros_or_none(message.removed_at),
    }


def _message(row: Row) -> BuiltinMessage:
    id, room, thread, author, at, body, title, only_for, reply_to, key, edited_at, removed_at = row
    return BuiltinMessage(
        room=room,
        author=author,
        at=moment(at),
        body=unpacked(body),
        id=id,
        thread=thread,
        title=title,
        only_for=only_for,
        reply_to=reply_to,
        key=key or "",
        edited_at=moment_or_none(edited_at),
        removed_at=moment_or_none(removed_at),
    )


def _file(row: Row) -> BuiltinFile:
    ref, name, media_type, size, owner, at, message = row
    return BuiltinFile(ref, name, media_type, size, owner, moment(at), message)
