"""Files on their way: fetched from Telegram by `file_id`, sent as photo, voice or document."""

from dataclasses import dataclass

from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError

from adapters.telegram import limits
from adapters.telegram.client import BotApi, describe, says
from bot.chat.contract import Content, FetchFailed
from bot.chat.events import Attachment


@dataclass(frozen=True, slots=True)
class Upload:
    """How a file is sent: the method and the field that carries it."""

    method: str
    field: str


DOCUMENT = Upload("sendDocument", "document")
_PHOTO = Upload("sendPhoto", "photo")
_VOICE = Upload("sendVoice", "voice")
_PHOTOS = ("image/jpeg", "image/png", "image/webp")


def upload(content: Content) -> Upload:
    """Pictures are shown and voices played where Telegram can; everything else is a document."""
    if content.media_type in _PHOTOS and len(content.data) <= limits.PHOTO_UPLOAD:
        return _PHOTO
    return _VOICE if content.media_type == "audio/ogg" else DOCUMENT


async def fetch(api: BotApi, attachment: Attachment) -> bytes:
    """The bytes of a file that somebody sent. Raises `FetchFailed`; final where Telegram won't give it at all."""
    if attachment.size > limits.DOWNLOAD:
        raise FetchFailed(f"{attachment.size} bytes; bots may download {limits.DOWNLOAD}", final=True)
    try:
        file = await api.call("getFile", file_id=attachment.ref)
        path = file.get("file_path")
        if not path:
            raise FetchFailed("Telegram gave no address for the file", final=False)
        return await api.download(path)
    except TelegramError as error:
        raise FetchFailed(describe(error), final=_final(error)) from error


def _final(error: TelegramError) -> bool:
    if isinstance(error, RetryAfter) or says(error, "temporarily unavailable"):
        return False
    return isinstance(error, BadRequest | Forbidden | InvalidToken)
