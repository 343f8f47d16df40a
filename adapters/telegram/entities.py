"""Telegram's entities as spans. Offsets and lengths are UTF-16 code units and may overlap and nest."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from telegram import MessageEntity

from adapters.telegram.limits import well_formed
from bot.chat.text import BLOCK, BOLD, CODE, ITALIC, QUOTE, STRIKE, Span, Text, cleaned

_STYLES = {
    MessageEntity.BOLD: BOLD,
    MessageEntity.ITALIC: ITALIC,
    MessageEntity.STRIKETHROUGH: STRIKE,
    MessageEntity.CODE: CODE,
    MessageEntity.PRE: BLOCK,
    MessageEntity.BLOCKQUOTE: QUOTE,
    MessageEntity.EXPANDABLE_BLOCKQUOTE: QUOTE,
}


@dataclass(frozen=True, slots=True)
class Addressee:
    """The bot as people mention it. An unknown username ("") is never mentioned."""

    id: int = 0
    username: str = ""

    def named(self, name: str) -> bool:
        """Whether `name` (with or without @) is the bot's; case does not matter on Telegram."""
        return bool(self.username) and name.removeprefix("@").casefold() == self.username.casefold()


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message's text without mentions of the bot, and whether there was one."""

    text: Text
    addressed: bool


def spoken(words: str, entities: Sequence[MessageEntity], bot: Addressee) -> Spoken:
    """The text as typed spans. Mentions of the bot are cut, with the spaces after them."""
    encoded = words.encode("utf-16-le", "surrogatepass")
    mentions = [entity for entity in entities if _mentions(entity, _slice(encoded, *_ends(entity)), bot)]
    spans: list[Span] = []
    cut = False
    for start, end in _runs(len(encoded) // 2, entities):
        covering = [entity for entity in entities if _covers(entity, start, end)]
        if any(mention in covering for mention in mentions):
            cut = True
            continue
        text = _slice(encoded, start, end)
        spans.append(_span(text.lstrip(" ") if cut else text, covering))
        cut = False
    return Spoken(cleaned(spans), bool(mentions))


def _runs(length: int, entities: Sequence[MessageEntity]) -> list[tuple[int, int]]:
    """The stretches between all places where a look begins or ends."""
    places = {min(max(place, 0), length) for entity in entities for place in _ends(entity)}
    edges = sorted({0, length} | places)
    return list(pairwise(edges))


def _ends(entity: MessageEntity) -> tuple[int, int]:
    return entity.offset, entity.offset + entity.length


def _covers(entity: MessageEntity, start: int, end: int) -> bool:
    return entity.offset <= start and end <= entity.offset + entity.length


def _slice(encoded: bytes, start: int, end: int) -> str:
    return encoded[2 * start : 2 * end].decode("utf-16-le", "replace")


def _mentions(entity: MessageEntity, words: str, bot: Addressee) -> bool:
    if entity.type == MessageEntity.MENTION:
        return bot.named(words)
    return entity.type == MessageEntity.TEXT_MENTION and entity.user is not None and entity.user.id == bot.id


def _span(words: str, entities: Sequence[MessageEntity]) -> Span:
    link = account = ""
    for entity in entities:
        if entity.type == MessageEntity.TEXT_LINK:
            link = well_formed(entity.url or "")
        elif entity.type == MessageEntity.TEXT_MENTION and entity.user is not None:
            account = str(entity.user.id)
    style = frozenset(_STYLES[entity.type] for entity in entities if entity.type in _STYLES)
    return Span(words, style, link, account)
