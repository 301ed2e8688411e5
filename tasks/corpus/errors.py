"""What can be wrong with a corpus."""


class CorpusError(ValueError):
    """A corpus cannot be had or cannot be used; the message says what, where and what to do."""


class TransientCorpusError(CorpusError):
    """A corpus could not be had this time; the same request may succeed later.

    Attributes:
        wait: seconds after which the server asked to be tried again; None if it named none.
    """

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class MissingExtraError(RuntimeError):
    """What is asked for needs packages that are not installed."""
