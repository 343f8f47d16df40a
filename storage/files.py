"""Attachments: announced by an event, fetched once, kept in the database or in a bucket, equal contents once."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, false, select, true, update

from bot.chat.contract import Content
from bot.chat.events import Attachment
from bot.chat.ports import StoredFile
from bot.errors import NotFound
from storage.claims import all_columns, among, insert
from storage.encoding import micros, possible
from storage.statements import Link, Row, Statement
from storage.tables.files import contents, files

_FILE = (
    files.c.id,
    files.c.platform,
    files.c.ref,
    files.c.name,
    files.c.media_type,
    files.c.size,
    files.c.state,
)
ADD = Statement(
    insert(files).values(all_columns(files, "id", "content")).on_conflict_do_nothing().returning(files.c.id)
)
BY_REF = Statement(
    select(*_FILE).where(files.c.platform == bindparam("platform"), files.c.ref_digest == bindparam("ref_digest"))
)
FILES = Statement(select(*_FILE).where(among(files.c.id, "ids")))
CONTENT = Statement(
    select(files.c.name, files.c.media_type, contents.c.data)
    .join(contents, contents.c.digest == files.c.content)
    .where(files.c.id == bindparam("id"), contents.c.outside.is_(false()))
)
OUTSIDE = Statement(
    select(contents.c.digest)
    .join(files, contents.c.digest == files.c.content)
    .where(files.c.id == bindparam("id"), contents.c.outside.is_(true()))
)
KEEP_CONTENT = Statement(insert(contents).values(all_columns(contents)).on_conflict_do_nothing())
KEEP = Statement(
    update(files)
    .where(files.c.id == bindparam("id_"))
    .values(
        state=bindparam("state"),
        content=bindparam("content"),
        media_type=bindparam("media_type"),
        size=bindparam("size"),
    )
)
# Bytes that have come stay, whatever a later attempt to fetch them says.
LOSE = Statement(
    update(files).where(files.c.id == bindparam("id_"), files.c.content.is_(None)).values(state=bindparam("state"))
)


class Files:
    """See `bot.chat.ports.FileStore`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, platform: str, attachment: Attachment, now: datetime) -> StoredFile:
        """Announce a file; the same reference of the same platform is given back as it is."""
        digest = hashlib.sha256(attachment.ref.encode("utf-8", "surrogatepass")).digest()
        id = self._link.value(
            ADD,
            platform=platform,
            ref=attachment.ref,
            ref_digest=digest,
            name=attachment.name,
            media_type=attachment.media_type,
            size=attachment.size,
            state="wanted",
            added_at=micros(now),
        )
        if id is not None:
            return StoredFile(id, platform, attachment, "wanted")
        row = self._link.one(BY_REF, platform=platform, ref_digest=digest)
        assert row is not None, "what was in the way is there"  # noqa: S101
        return _file(row)

    def get(self, id: int) -> StoredFile:
        """Raises `NotFound` (key `file.unknown`)."""
        found = self.many([id]) if possible(id) else []
        if not found:
            raise NotFound("file.unknown", id=id)
        return found[0]

    def many(self, ids: Sequence[int]) -> list[StoredFile]:
        """These files, in this order; unknown ones are left out."""
        if not ids:
            return []
        found = {row[0]: _file(row) for row in self._link.all(FILES, ids=list(ids))}
        return [found[id] for id in ids if id in found]

    def content(self, id: int) -> Content | None:
        """The bytes, once they are stored in the database. Equal contents are stored once."""
        row = self._link.one(CONTENT, id=id)
        return Content(row[0], row[1], bytes(row[2])) if row else None

    def outside(self, id: int) -> bytes:
        """The SHA-256 of the bytes, where they lie in a bucket; b"" where they don't."""
        row = self._link.one(OUTSIDE, id=id)
        return bytes(row[0]) if row else b""

    def keep(self, id: int, data: bytes, media_type: str, *, outside: bool = False) -> None:
        """The bytes have come; `outside`: they lie in a bucket already."""
        digest = hashlib.sha256(data).digest()
        self._link.run(KEEP_CONTENT, digest=digest, data=b"" if outside else data, outside=outside)
        self._link.run(KEEP, id_=id, state="stored", content=digest, media_type=media_type, size=len(data))

    def lose(self, id: int) -> None:
        """They can't be had."""
        self._link.run(LOSE, id_=id, state="lost")


def _file(row: Row) -> StoredFile:
    id, platform, ref, name, media_type, size, state = row
    return StoredFile(id, platform, Attachment(ref, name, media_type, size), state)
