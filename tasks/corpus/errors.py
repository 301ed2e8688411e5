"""What can be wrong with a corpus."""


class CorpusError(ValueError):
    """A corpus cannot be had or cannot be used; the message says what, where and what to do."""
