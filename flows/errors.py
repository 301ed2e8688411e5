"""What is wrong with what was asked for."""


class UsageError(ValueError):
    """The command line, the config file or the form asks for what cannot be; the message says what to do."""


class UnreachableError(Exception):
    """The Prefect server that is configured does not answer."""
