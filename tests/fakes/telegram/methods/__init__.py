"""The Bot API methods that the fake answers, by subject. Importing this package registers them all."""

from tests.fakes.telegram.methods import account, chats, editing, media, receiving, sending, topics

__all__ = ["account", "chats", "editing", "media", "receiving", "sending", "topics"]
