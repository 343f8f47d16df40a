"""The team file, `baton.toml`: read with line numbers, compared with the database, applied, written back."""
