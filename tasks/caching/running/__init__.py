"""Answering a call: from the store, by running it, or by a plan."""
