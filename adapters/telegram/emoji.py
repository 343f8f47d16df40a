"""Reactions by their short names, as the rest of Baton (and Slack) calls them.

Telegram lets people react with a fixed set of emoji; those with a well-known short name have it here, the others keep
the name that Unicode gives them.
"""

import unicodedata

_KNOWN = {
    "👍": "+1",
    "👎": "-1",
    "❤": "heart",
    "🔥": "fire",
    "👏": "clap",
    "🤔": "thinking_face",
    "😢": "cry",
    "🎉": "tada",
    "🙏": "pray",
    "👌": "ok_hand",
    "💯": "100",
    "⚡": "zap",
    "🏆": "trophy",
    "💔": "broken_heart",
    "👀": "eyes",
    "🤝": "handshake",
    "✍": "writing_hand",
    "🫡": "saluting_face",
    "😡": "rage",
    "😭": "sob",
    "🆒": "cool",
    "🎫": "ticket",
}
_VARIATION = "\ufe0f"


def short_name(emoji: str) -> str:
    """The short name of an emoji, without colons: "+1", "eyes", "hot_dog"."""
    bare = emoji.replace(_VARIATION, "")
    if bare in _KNOWN:
        return _KNOWN[bare]
    return unicodedata.name(bare[:1], "unknown").lower().replace(" ", "_").replace("-", "_")
