"""Text: decoding and normalising a corpus, its vocabulary, prompts."""
