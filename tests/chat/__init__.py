"""The way of a message inside `bot/chat`."""
