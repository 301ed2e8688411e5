"""What a key is made of."""
