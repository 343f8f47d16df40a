"""Forms that are being asked field by field: kept here, so that a restart or another replica goes on with them."""

from datetime import datetime

from sqlalchemy import bindparam, delete, select

from bot.chat.events import Place
from bot.chat.ports import Dialog
from bot.chat.viewjson import attachments_from_json, attachments_to_json, form_from_json, form_to_json
from storage.claims import replacing
from storage.encoding import micros, micros_or_none, moment_or_none, packed, unpacked
from storage.statements import Link, Statement
from storage.tables.dialogs import dialogs

_here = (
    dialogs.c.platform == bindparam("platform"),
    dialogs.c.room == bindparam("room"),
    dialogs.c.thread == bindparam("thread"),
    dialogs.c.person == bindparam("person"),
)
AT = Statement(select(dialogs.c.data).where(*_here))
SAVE = Statement(replacing(dialogs, "platform", "room", "thread", "person"))
END = Statement(delete(dialogs).where(*_here))
FORGET = Statement(delete(dialogs).where(dialogs.c.saved_at < bindparam("before")))


class Dialogs:
    """See `bot.chat.ports.DialogStore`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def at(self, place: Place, person: int) -> Dialog | None:
        """The dialogue that this person has open here."""
        known = ("dialog", place, person)  # it may have come with his account
        memo = self._link.memo
        data = memo[known] if known in memo else self._link.value(AT, person=person, **_here_is(place))
        return _dialog(place, person, data) if data else None

    def save(self, dialog: Dialog, now: datetime) -> None:
        """Store or replace it."""
        self._link.memo.pop(("dialog", dialog.place, dialog.person), None)
        key = {"person": dialog.person, **_here_is(dialog.place)}
        self._link.run(SAVE, data=_data(dialog), saved_at=micros(now), **key)

    def end(self, place: Place, person: int) -> None:
        """Forget it."""
        self._link.memo.pop(("dialog", place, person), None)
        self._link.run(END, person=person, **_here_is(place))

    def forget(self, before: datetime) -> int:
        """Delete those that nobody has gone on with since then; how many went."""
        return self._link.count(FORGET, before=micros(before))


def _here_is(place: Place) -> dict[str, str]:
    return {"platform": place.platform, "room": place.room, "thread": place.thread}


def _data(dialog: Dialog) -> bytes:
    return packed(
        {
            "form": unpacked(form_to_json(dialog.form)),
            "files": unpacked(attachments_to_json(dialog.files)),
            "step": dialog.step,
            "answers": dict(dialog.answers),
            "message": dialog.message,
            "reply_to": dialog.reply_to,
            "asked_at": micros_or_none(dialog.asked_at),
            "album": dialog.album,
        }
    )


def _dialog(place: Place, person: int, data: bytes) -> Dialog:
    written = unpacked(data)
    return Dialog(
        place,
        person,
        form_from_json(packed(written["form"])),
        written["step"],
        written["answers"],
        written["message"],
        attachments_from_json(packed(written["files"])),
        written["reply_to"],
        moment_or_none(written["asked_at"]),
        written["album"],
    )
