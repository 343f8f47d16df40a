"""Addresses of gateways: opened, filled with whom they shall reach, and kept out of every log."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from bot.gateways import ADDRESS

_BASE = re.compile(r"(?<=[?&])base=([^&]*)(&|$)")
_MAIL = re.compile(r"[^@\s,;:<>()\"'%\\]+@[\w-]+(\.[\w-]+)*")
_PHONE = re.compile(r"\+?\d{5,15}", re.ASCII)
_SEPARATORS = re.compile(r"[ ().-]")
# Shorter words of an address are options (`yes`, `html`); masking them would only garble what is told.
_SECRET_LENGTH = 6
_HIDDEN = "…"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a gateway leads. `url` is Apprise's, with `{address}` where a person's belongs ("": it is not there).

    `base` takes the place of scheme and host in every request over HTTP: the services' hosts are fixed in Apprise, and
    a proxy or a private installation stands elsewhere. `variable` is the environment's name for it, if it has one.
    """

    url: str
    base: str = ""
    variable: str = ""

    def to(self, address: str) -> str:
        """The URL that reaches this person."""
        return self.url.replace(ADDRESS, quote(address, safe=""))


def opened(written: str, environ: Mapping[str, str]) -> Endpoint:
    """The endpoint that the team file names: written out, or as `$NAME` for what the environment holds."""
    variable = written[1:] if written.startswith("$") else ""
    url = environ.get(variable, "").strip() if variable else written
    base = _BASE.search(url)
    if base is None:
        return Endpoint(url, variable=variable)
    return Endpoint(_BASE.sub("", url).rstrip("?&"), unquote(base[1]).rstrip("/"), variable)


def mail_address(written: str) -> str:
    """The address if it is one, and one only; "" else: Apprise would write to several, or to the sender himself."""
    written = written.strip()
    return written if _MAIL.fullmatch(written) else ""


def phone_number(written: str) -> str:
    """The number without what people put between its digits; "" if it is none."""
    number = _SEPARATORS.sub("", written.strip())
    return number if _PHONE.fullmatch(number) else ""


def secrets_of(url: str, address: str = "") -> tuple[str, ...]:
    """What must not be read anywhere: everything in the URL that opens a door, and the person's address."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    said = [parts.username or "", *parts.path.split("/"), *(value for _, value in parse_qsl(parts.query))]
    said += [] if "." in host or host == "localhost" else [re.sub(r".*@|:\d*$", "", parts.netloc)]
    found = {word for word in said if len(word) >= _SECRET_LENGTH} | {parts.password or "", address}
    found |= {unquote(word) for word in found} | {quote(word, safe="") for word in found}
    return tuple(sorted(found - {""}, key=len, reverse=True))


def masked(words: str, secrets: tuple[str, ...]) -> str:
    """The words without any of the secrets, however they are written."""
    for secret in secrets:
        words = re.sub(re.escape(secret), _HIDDEN, words, flags=re.IGNORECASE)
    return words
