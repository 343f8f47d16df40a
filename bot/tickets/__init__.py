"""Tickets: opened from messages, worked in a team's thread, answered where the customer is."""
