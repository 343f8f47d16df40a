"""Numbered changes of the schema, run by `storage.schema` on both databases."""
