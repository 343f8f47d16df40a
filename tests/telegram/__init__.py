"""Baton on Telegram, whole: people on one side of the wire fake, the real library and Baton on the other."""
