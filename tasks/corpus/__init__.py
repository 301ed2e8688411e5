"""Corpus: its source, fetched as bytes from the web, a file, standard input or what is built in."""
