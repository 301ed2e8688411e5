"""Corpus: its source, fetched as bytes from the web, the cloud, files, standard input or what is built in."""
