"""Boards: the columns in which tickets stand."""
