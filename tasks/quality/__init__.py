"""Quality: what a number or a sample is worth."""
