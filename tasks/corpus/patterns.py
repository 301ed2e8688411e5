"""Which of the files below a folder are meant, by a pattern or without one."""

import re

OF_THE_SYSTEM = {"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "__macosx", "$recycle.bin", "@eadir"}
WILDCARD = re.compile(r"[*?\[]")

BRACES = re.compile(r"(?<!\$)\{[^{},]*,[^{}]*\}")


def has_wildcard(path: str) -> bool:
    """Whether the path stands for those that it matches, if nothing stands at it as it is written."""
    return bool(WILDCARD.search(path))


def on_braces(source: str, option: str) -> str:
    """What is to be added, after a semicolon, where nothing is found at a source with braces as shells expand them."""
    return f"; braces are not expanded: write each one out after {option}" if BRACES.search(source) else ""


def split_pattern(path: str) -> tuple[str, str]:
    """The folder above the first wildcard, and the pattern below it, which may be empty; `/` parts them."""
    parts = path.split("/")
    first = next((place for place, part in enumerate(parts) if has_wildcard(part)), len(parts))
    return "/".join(parts[:first]), "/".join(parts[first:])


def is_meant(name: str, pattern: str = "") -> bool:
    """Whether a file is not one that is hidden, or that a system leaves beside those of people.

    Args:
        name: relative, with `/` between folders.
        pattern: what it was found by; one that writes the dots out means hidden files too.
    """
    if any(part.startswith(".") for part in pattern.split("/")):
        return True
    return not any(part.startswith(".") or part.lower() in OF_THE_SYSTEM for part in name.split("/"))
