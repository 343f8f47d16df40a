"""Files on Telegram's servers: ids, names, sizes and the objects that describe them."""

import hashlib
import itertools
import mimetypes
import struct
from dataclasses import dataclass
from typing import Any

from tests.fakes.telegram.refusals import bad_request

JSON = dict[str, Any]

DOWNLOAD_LIMIT = 20 * 1024 * 1024
UPLOAD_LIMIT = 50 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
FOLDERS = {"photo": "photos", "voice": "voice", "audio": "music", "video": "videos"}
SUFFIXES = {"photo": ".jpg", "voice": ".oga"}
IMAGE_SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF")


@dataclass(frozen=True)
class StoredFile:
    """One file; `size` is what Telegram says it is, which a test may pretend."""

    file_id: str
    unique_id: str
    kind: str
    content: bytes
    name: str | None
    mime_type: str | None
    size: int
    path: str


class FileStore:
    """Every file that people or the bot sent."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._numbers = itertools.count()

    def add(
        self, kind: str, content: bytes, name: str | None = None, mime_type: str | None = None, size: int | None = None
    ) -> StoredFile:
        """Keeps `content` under a new id; the same content has the same unique id."""
        number = next(self._numbers)
        digest = hashlib.sha256(content + kind.encode()).hexdigest()
        suffix = f".{name.rsplit('.', 1)[-1]}" if name and "." in name else SUFFIXES.get(kind, "")
        stored = StoredFile(
            file_id=f"{kind[:3].upper()}QACAgUAAx0{number:04d}-{digest[:24]}",
            unique_id=f"AQAD{digest[:12]}",
            kind=kind,
            content=content,
            name=name,
            mime_type=mime_type or (mimetypes.guess_type(name)[0] if name else None),
            size=len(content) if size is None else size,
            path=f"{FOLDERS.get(kind, 'documents')}/file_{number}{suffix}",
        )
        self._by_id[stored.file_id] = stored
        if kind == "photo":
            self._by_id[f"{stored.file_id}s"] = stored  # the small size that Telegram makes of it
        return stored

    def get(self, file_id: str) -> StoredFile:
        """The file; raises `Refusal` (400) for an id that was never given out."""
        try:
            return self._by_id[file_id]
        except KeyError:
            raise bad_request("wrong file identifier/HTTP URL specified") from None

    def at_path(self, path: str) -> StoredFile | None:
        """The file that getFile pointed to, if there is one."""
        return next((stored for stored in self._by_id.values() if stored.path == path), None)


def is_image(content: bytes) -> bool:
    """Whether Telegram could process it as a photo, by its first bytes."""
    return content.startswith(IMAGE_SIGNATURES)


def _dimensions(content: bytes) -> tuple[int, int]:
    """Width and height: read from a PNG, plausible for anything else."""
    if content.startswith(IMAGE_SIGNATURES[0]) and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return max(width, 1), max(height, 1)
    return 1280, 960


def file_content(stored: StoredFile, **known: Any) -> JSON:
    """The message field that carries the file, for example `{"document": {...}}`; `known` adds what a caller knows."""
    described: JSON = {"file_id": stored.file_id, "file_unique_id": stored.unique_id, "file_size": stored.size}
    if stored.kind == "photo":
        width, height = _dimensions(stored.content)
        small = described | {"file_id": f"{stored.file_id}s", "file_unique_id": f"{stored.unique_id}s"}
        sizes = [small | {"width": 90, "height": 67, "file_size": min(stored.size, 1500)}]
        return {"photo": [*sizes, described | {"width": width, "height": height}]}
    extras: JSON
    if stored.kind == "document":
        extras = {"file_name": stored.name, "mime_type": stored.mime_type}
    elif stored.kind == "voice":
        extras = {"duration": 3, "mime_type": stored.mime_type or "audio/ogg"}
    elif stored.kind == "audio":
        extras = {"duration": 120, "file_name": stored.name, "mime_type": stored.mime_type or "audio/mpeg"}
    else:
        extras = {"width": 640, "height": 360, "duration": 5, "file_name": stored.name}
        extras["mime_type"] = stored.mime_type or "video/mp4"
    merged = described | extras | known
    return {stored.kind: {name: value for name, value in merged.items() if value is not None}}
