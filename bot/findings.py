"""What an auditor finds: a state of things that should not be, put so that somebody can be told of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be.

    `key` names its sentence (`audit.<key>`) with `values`; `about` tells several of a kind apart. It is told once when
    it begins and once when it is over. `mended` says that whoever found it has put it right: told, and over at once.
    """

    key: str
    values: tuple[tuple[str, str | int], ...] = ()
    about: str = ""
    mended: bool = False

    @property
    def name(self) -> str:
        """What it is known by from round to round."""
        return f"{self.key}/{self.about}" if self.about else self.key
