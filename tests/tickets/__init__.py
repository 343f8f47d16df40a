"""Tickets worked from chat, through the wire."""
