"""What each channel takes: its length, its speed, and how a message is laid out for it.

Sources: the robots' own documentation (WeCom 20 messages a minute and 2048 bytes of text; DingTalk 20 a minute and
20,000 bytes; Feishu 100 a minute, 5 a second and 20 kB) and 3GPP TS 23.038 for SMS. Mail, SMS and webhooks have no
common limit; theirs is modest, so that a storm of alerts is not taken for one of spam.
"""

import json
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.chat.contract import Order, Pace
from bot.chat.text import shortened

# The basic character set of GSM 7-bit (3GPP TS 23.038, 6.2.1); the extension's characters count two.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENSION = frozenset("^{}\\[~]|€")
# A text message of several parts leaves room for 153 septets, or for 67 UCS-2 characters, in each.
_SMS_PARTS = 3
_GSM_PART, _UCS_PART = 153, 67

Layout = Literal["mail", "sms", "robot", "webhook"]


def _characters(words: str) -> float:
    return len(words)


def _utf8(words: str) -> float:
    return len(words.encode("utf-8", "replace"))


def _escaped(words: str) -> float:
    """Bytes in the JSON that Apprise writes, where a Chinese character takes six."""
    return len(json.dumps(words)) - 2


def sms_parts(words: str) -> float:
    """How many parts of a text message the words fill; a fraction for the last one."""
    if all(mark in _GSM or mark in _GSM_EXTENSION for mark in words):
        return sum(2 if mark in _GSM_EXTENSION else 1 for mark in words) / _GSM_PART
    return len(words.encode("utf-16-le", "replace")) / 2 / _UCS_PART


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel: `personal` ones lead to the address in the order's place, the others to the team's own endpoint.

    `limit` is in what `measure` counts. A pace is `per_second` on average, `burst` at once; it counts for each team's
    robot, and for all persons together. `patience` is for how many seconds a server may be silent.
    """

    name: str
    layout: Layout
    limit: int
    measure: Callable[[str], float]
    per_second: float
    burst: int
    patience: float = 5.0

    @property
    def personal(self) -> bool:
        """Whether it leads to one person, by his address."""
        return self.layout in ("mail", "sms")

    @property
    def characters(self) -> int:
        """How many characters of Chinese fit."""
        return int(self.limit / self.measure(chr(0x9000)) + 1e-6)

    def pace(self, order: Order) -> Pace:
        """The limit that an order counts against."""
        name = self.name if self.personal else f"{self.name}:{order.place.room}"
        return Pace(name, self.per_second, self.burst)

    def fitted(self, words: str) -> str:
        """As much of the words as the channel takes."""
        if self.measure(words) <= self.limit:
            return words
        # `shortened` grows with its limit, and so does what it measures.
        sizes = range(1, len(words))
        too_long = bisect_left(sizes, True, key=lambda size: self.measure(shortened(words, size)) > self.limit)
        return shortened(words, too_long)


CHANNELS: Mapping[str, Channel] = {
    channel.name: channel
    for channel in (
        Channel("mail", "mail", 100_000, _characters, per_second=2.0, burst=5, patience=8.0),
        Channel("sms", "sms", _SMS_PARTS, sms_parts, per_second=1.0, burst=3),
        Channel("wecom", "robot", 2048, _utf8, per_second=0.25, burst=5),
        Channel("dingtalk", "robot", 19_000, _escaped, per_second=0.25, burst=5),
        Channel("feishu", "robot", 19_000, _escaped, per_second=1.5, burst=3),
        Channel("webhook", "webhook", 30_000, _characters, per_second=5.0, burst=10),
    )
}
