"""What the team knows: articles, how they are found, and when it is better to say nothing."""
