"""Each adapter against its platform, as the wire fakes play it."""
