"""Text: fetching a corpus, decoding and normalising it, its vocabulary."""
