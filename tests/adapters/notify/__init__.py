"""Gateways to people outside chat, each sent for real to a receiver on loopback."""
