"""What changed so much between two texts from one address that somebody should look at it."""

from tasks.text.profile import Profile

LEAST_SIZE, MOST_SIZE = 0.5, 4.0  # Of the last one's.
CUT_SIZE = 0.9  # Below it, what has no new line is taken for a part of the last one.
CUT_NEW = 0.02  # The line that the cut goes through is one that the last text lacked.
MOST_STRANGE = 0.01  # Of the characters: what a wrong character set leaves is more.
MOST_NEW = 0.9
MOST_GONE = 0.75  # Of the last one's lines: a text that is kept up keeps some, one that repeats a part of itself few.


def changes(before: Profile, after: Profile, earlier: Profile | None = None) -> list[str]:
    """Each change that is beyond what a text goes through as it is kept up, in words; none for one that is as usual.

    Args:
        before: of the last text.
        after: of this one.
        earlier: of the one before the last. Where the last one had replaced it whole, this one may replace the last.
    """
    new = after.share_new_to(before)
    found = [_size(before, after, new), _strange(before, after), _gone(before, after)]
    turned_over = earlier is not None and _is_replaced(earlier, before) and _is_replaced(before, after)
    return [one for one in (*found, None if turned_over else _lines(before, after, new)) if one]


def _is_replaced(before: Profile, after: Profile) -> bool:
    new, gone = after.share_new_to(before) or 0, before.share_new_to(after) or 0
    return new > MOST_NEW or min(new, gone) > MOST_GONE


def _lines(before: Profile, after: Profile, new: float | None) -> str | None:
    if new is not None and new > MOST_NEW:
        return f"{_percent(new)} of its lines are new"
    gone = before.share_new_to(after) or 0
    return f"{_percent(gone)} of the last one's lines are gone" if gone > MOST_GONE else None


def _size(before: Profile, after: Profile, new: float | None) -> str | None:
    share = after.characters / max(1, before.characters)
    said = f"it has {after.characters:,} characters, {_percent(share)} of the {before.characters:,} of the last one"
    if not LEAST_SIZE <= share <= MOST_SIZE:
        return said
    return f"{said}, and next to nothing new" if share < CUT_SIZE and new is not None and new < CUT_NEW else None


def _strange(before: Profile, after: Profile) -> str | None:
    share = after.share_beyond(before.alphabet.keys())
    return f"{_percent(share)} of its characters are ones that the last one lacked" if share > MOST_STRANGE else None


def _gone(before: Profile, after: Profile) -> str | None:
    share = before.share_beyond(after.alphabet.keys())
    return f"{_percent(share)} of the last one's characters are ones that it lacks" if share > MOST_STRANGE else None


def _percent(share: float) -> str:
    """As few digits as tell it from none and from all."""
    percent = 100 * share
    return f"{percent:,.0f} %" if 10 <= percent <= 99 or percent >= 100 or percent == 0 else f"{percent:.1f} %"
