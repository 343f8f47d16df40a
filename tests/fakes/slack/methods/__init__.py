"""The Web API methods, one module per family. Importing this package registers them all."""

from tests.fakes.slack.methods import chat, conversations, files, people, reactions, views

__all__ = ["chat", "conversations", "files", "people", "reactions", "views"]
