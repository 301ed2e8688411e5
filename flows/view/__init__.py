"""The server for what runs left, on this machine alone: pages, files, and samples from finished models."""
