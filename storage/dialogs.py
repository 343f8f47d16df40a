"""Forms that are being asked field by field: kept here, so that a restart or another replica goes on with them."""

from datetime import datetime

from sqlalchemy import and_, bindparam, delete, select

from bot.chat.events import Place
from bot.chat.ports import Dialog
from bot.chat.viewjson import attachments_from_json, attachments_to_json, form_from_json, form_to_json
from storage.claims import replacing
from storage.encoding import micros, micros_or_none, moment_or_none, packed, unpacked
from storage.statements import Link, Statement
from storage.tables.dialogs import dialogs
from storage.tables.people import accounts

_here = (
    dialogs.c.platform == bindparam("platform"),
    dialogs.c.room == bindparam("room"),
    dialogs.c.thread == bindparam("thread"),
    dialogs.c.person == bindparam("person"),
)
AT = Statement(select(dialogs.c.data).where(*_here))
# By the account, as long as nobody knows whose it is: the person, and what he has open here, if anything.
AT_ACCOUNT = Statement(
    select(accounts.c.person, dialogs.c.data)
    .select_from(accounts.outerjoin(dialogs, and_(dialogs.c.person == accounts.c.person, *_here[:3])))
    .where(accounts.c.platform == bindparam("platform"), accounts.c.user_id == bindparam("user_id"))
)
SAVE = Statement(replacing(dialogs, "platform", "room", "thread", "person"))
END = Statement(delete(dialogs).where(*_here))


class Dialogs:
    """See `bot.chat.ports.DialogStore`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def foresee(self, place: Place, user: str) -> None:
        """`at` will be asked for whoever this account belongs to."""
        self._link.ahead(AT_ACCOUNT, user_id=user, **_here_is(place))

    def at(self, place: Place, person: int) -> Dialog | None:
        """The dialogue that this person has open here."""
        foreseen: dict[int, bytes | None] = dict(self._link.arrived(AT_ACCOUNT, **_here_is(place)))
        data = foreseen[person] if person in foreseen else self._link.value(AT, person=person, **_here_is(place))
        return _dialog(place, person, data) if data else None

    def save(self, dialog: Dialog, now: datetime) -> None:
        """Store or replace it."""
        key = {"person": dialog.person, **_here_is(dialog.place)}
        self._link.run(SAVE, data=_data(dialog), saved_at=micros(now), **key)

    def end(self, place: Place, person: int) -> None:
        """Forget it."""
        self._link.run(END, person=person, **_here_is(place))


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
