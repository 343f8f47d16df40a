"""What is particular to one database, or to none: locks, threads, connections, schema, backups."""
