"""Texts in many languages, and the character sets that each is met in."""

import random
import re
from pathlib import Path

# Sections `= Language: sets`, and a few sentences about the same old fisherman.
SECTIONS = Path(__file__).with_name("languages.txt").read_text(encoding="utf-8").split("= ")[1:]
LANGUAGES = {}
for section in SECTIONS:
    head, *lines = section.strip().split("\n")
    name, sets = head.split(": ")
    LANGUAGES[name] = (sets.split(), lines)


def long_text(language: str, characters: int, seed: int = 0) -> str:
    """At least so many characters of a language: its sentences, and others joined from halves of two."""
    drawn = random.Random(seed)
    sentences = [one for line in LANGUAGES[language][1] for one in re.findall(r"[^.?!。]+[.?!。]*[”」]?", line)]
    if len(sentences) < 2:  # No full stops, as in Thai.
        sentences = sentences[0].split()
    lines: list[str] = []
    count = 0
    while count < characters:
        first, second = (one.strip() for one in drawn.sample(sentences, 2))
        ahead, behind = first.split(" "), second.split(" ")
        joined = ahead[: drawn.randint(1, len(ahead))] + behind[drawn.randint(0, len(behind) - 1) :]
        lines.append(drawn.choice([first, second, " ".join(joined)]) + "\n")
        count += len(lines[-1])
    return "".join(lines)
