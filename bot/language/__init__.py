"""Every sentence that a person reads, in each of Baton's languages."""
