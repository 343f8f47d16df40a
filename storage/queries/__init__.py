"""Read models: questions that are asked of several tables or of many rows at once."""
