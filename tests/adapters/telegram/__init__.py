"""The Telegram adapter: pure parts on payloads and properties, the rest through the SDK on the wire fake."""
