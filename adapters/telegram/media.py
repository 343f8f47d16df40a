"""What a message carries besides words: files as attachments, everything else as words that anyone can read."""

from telegram import Message, PhotoSize

from adapters.telegram.limits import well_formed
from bot.chat.events import Attachment
from bot.chat.text import Text, clean, file_name, link, text

_MAP = "https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=17/{latitude}/{longitude}"

# Telegram names neither photos nor voices; their formats are fixed by the platform.
_FIXED = {
    "voice": ("voice.ogg", "audio/ogg"),
    "video_note": ("video.mp4", "video/mp4"),
    "animation": ("animation.mp4", "video/mp4"),
    "video": ("video.mp4", "video/mp4"),
    "audio": ("audio.mp3", "audio/mpeg"),
    "document": ("file", "application/octet-stream"),
}


def attachments(message: Message) -> tuple[Attachment, ...]:
    """The files of a message; an animation arrives as a document as well and is counted once."""
    if message.photo:
        largest = max(message.photo, key=_area)
        return (Attachment(largest.file_id, "photo.jpg", "image/jpeg", largest.file_size or 0),)
    for kind, (name, media_type) in _FIXED.items():
        file = getattr(message, kind)
        if file is not None and not (kind == "document" and message.animation):
            given = file_name(well_formed(getattr(file, "file_name", None) or ""), name)
            announced = getattr(file, "mime_type", None)
            return (Attachment(file.file_id, given, announced or media_type, file.file_size or 0),)
    return _sticker(message)


def words(message: Message) -> Text:
    """A contact, a place, a poll, a sticker or a die in words; empty for everything else."""
    if message.contact:
        contact = message.contact
        name = " ".join(part for part in (contact.first_name, contact.last_name) if part)
        return _said(f"☎ {name}: {contact.phone_number}")
    if message.venue:
        return (*_said(f"{message.venue.title}, {message.venue.address} "), *_position(message))
    if message.location:
        return _position(message)
    if message.poll:
        options = "".join(f"\n• {option.text}" for option in message.poll.options)
        return _said(f"📊 {message.poll.question}{options}")
    if message.dice:
        return _said(f"{message.dice.emoji} {message.dice.value}")
    return _said(message.sticker.emoji) if message.sticker and message.sticker.emoji else ()


def _area(photo: PhotoSize) -> int:
    return photo.width * photo.height


def _sticker(message: Message) -> tuple[Attachment, ...]:
    """A sticker says its emoji; one that has none is carried as the picture that it is."""
    sticker = message.sticker
    if sticker is None or sticker.emoji:
        return ()
    name, media_type = "sticker.webp", "image/webp"
    if sticker.is_video:
        name, media_type = "sticker.webm", "video/webm"
    elif sticker.is_animated:
        name, media_type = "sticker.tgs", "application/gzip"
    return (Attachment(sticker.file_id, name, media_type, sticker.file_size or 0),)


def _position(message: Message) -> Text:
    location = message.venue.location if message.venue else message.location
    if location is None:
        return ()
    latitude, longitude = f"{location.latitude:.6f}", f"{location.longitude:.6f}"
    shown = f"📍 {latitude}, {longitude}"
    return text(link(shown, _MAP.format(latitude=latitude, longitude=longitude)))


def _said(words: str) -> Text:
    return text(clean(well_formed(words)))
