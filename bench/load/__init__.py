"""A house under load: its people and their platforms in processes of their own, real replicas, real databases."""
