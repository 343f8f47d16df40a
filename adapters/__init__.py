"""Where Baton meets the world: chat platforms, pages, programs."""
