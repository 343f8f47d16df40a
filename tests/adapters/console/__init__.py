"""The overview at `/`."""
