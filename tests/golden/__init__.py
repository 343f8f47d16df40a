"""Every example view as each adapter renders it, for people to look at in a change."""
