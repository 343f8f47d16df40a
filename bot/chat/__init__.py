"""How a message travels: events in, views out, and the contract that every chat adapter keeps."""
