"""What stands in the tar that several files are fetched as."""

import tarfile


def members(path):
    """Their bytes by name, in order."""
    with tarfile.open(path) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}
