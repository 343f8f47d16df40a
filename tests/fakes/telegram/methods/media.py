"""Sending files: uploads by multipart, files already on the server by id, albums."""

import itertools
from typing import Any

from tests.fakes.telegram import payloads
from tests.fakes.telegram.call import Call, Upload
from tests.fakes.telegram.files import PHOTO_LIMIT, UPLOAD_LIMIT, StoredFile, file_content, is_image
from tests.fakes.telegram.methods.sending import caption_content, deliver
from tests.fakes.telegram.refusals import Refusal, bad_request
from tests.fakes.telegram.registry import answers
from tests.fakes.telegram.world import World

JSON = dict[str, Any]

KINDS = {
    "sendDocument": "document",
    "sendPhoto": "photo",
    "sendVoice": "voice",
    "sendAudio": "audio",
    "sendVideo": "video",
}
RIGHTS = {
    "document": "can_send_documents", "photo": "can_send_photos", "voice": "can_send_voice_notes",
    "audio": "can_send_audios", "video": "can_send_videos",
}  # fmt: skip
KNOWN_FIELDS = ("duration", "width", "height", "performer", "title")
ALBUM_NUMBERS = itertools.count(13_000_000_000_000_001)


@answers(*KINDS)
def send_file(world: World, call: Call) -> JSON:
    """Sends one file with its caption."""
    kind = KINDS[call.method]
    stored = _stored(world, call, kind, call.parameters.get(kind), kind)
    chat = world.writable_chat(call, right=RIGHTS[kind])
    content = _content(stored, call.parameters) | caption_content(world, call.parameters)
    return payloads.message_json(deliver(world, call, chat, [content])[0])


@answers("sendMediaGroup")
def send_media_group(world: World, call: Call) -> list[JSON]:
    """Sends an album; documents and audio keep to their own kind."""
    items = call.structure("media")
    kinds = {item["type"] for item in items}
    if len(kinds) > 1 and kinds & {"document", "audio"}:
        raise bad_request("Can't use the media of the specified type in the album")
    contents = []
    for item in items:
        stored = _stored(world, call, item["type"], item.get("media"), item.get("media", ""))
        contents.append(_content(stored, item) | caption_content(world, item))
    chat = world.writable_chat(call, messages=len(items))
    album = {"media_group_id": str(next(ALBUM_NUMBERS))}
    return [payloads.message_json(message) for message in deliver(world, call, chat, contents, album)]


def _content(stored: StoredFile, fields: JSON) -> JSON:
    if stored.kind in {"photo", "document"}:
        return file_content(stored)
    known = {name: fields[name] for name in KNOWN_FIELDS if name in fields}
    numbers = {name: int(value) for name, value in known.items() if name not in {"performer", "title"}}
    return file_content(stored, **(known | numbers))


def _stored(world: World, call: Call, kind: str, reference: Any, name: str) -> StoredFile:
    """The file of a parameter: attached to the call, or known to the server by its id."""
    part = reference.removeprefix("attach://") if isinstance(reference, str) else name
    upload = call.files.get(part)
    if upload is not None:
        _check_upload(kind, upload)
        return world.files.add(kind, upload.content, upload.name, upload.content_type)
    if not reference:
        raise bad_request(f"there is no {kind} in the request")
    if str(reference).startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")  # the fake fetches nothing
    stored = world.files.get(str(reference))
    if stored.kind != kind:
        raise bad_request(f"can't use file of type {stored.kind.title()} as {kind.title()}")
    return stored


def _check_upload(kind: str, upload: Upload) -> None:
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > UPLOAD_LIMIT:
        raise Refusal(413, "Request Entity Too Large")
    if kind == "photo" and len(upload.content) > PHOTO_LIMIT:
        raise bad_request(f"file of size {len(upload.content)} bytes is too big for a photo")
    if kind == "photo" and not is_image(upload.content):
        raise bad_request("IMAGE_PROCESS_FAILED")
