"""How the next character is chosen from logits, and when a sample ends."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Rules:
    """How a character is chosen and when a sample ends, beside the temperature; compiled into the loop.

    Attributes:
        greedy: whether the likeliest is taken.
        top_k: only the k likeliest (Fan et al. 2018), ties kept; 0: all.
        top_p: only the likeliest that together have this probability (Holtzman et al. 2020), ties kept; 1: all.
        min_p: only those with at least this share of the likeliest one's probability (Nguyen et al. 2024); 0: all.
        repetition_penalty: positive logits of recent characters are divided by it, negative ones multiplied
            (Keskar et al. 2019); 1: none.
        window: how many characters count as recent, those of the prompt included.
        stop: ids of the text that ends a sample; empty: none.
        minimum_length: characters before which `stop` ends nothing.
        never: ids that are not chosen whatever their probability; the others share it.
        reset_at: the id before which the state is reset, as documents end with it; None: no one.
    """

    greedy: bool = False
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0
    repetition_penalty: float = 1.0
    window: int = 0
    stop: tuple[int, ...] = ()
    minimum_length: int = 0
    never: tuple[int, ...] = ()
    reset_at: int | None = None

    @property
    def remembered(self) -> int:
        """How many of the last characters a sample must be remembered by."""
        return max(1, len(self.stop), self.window if self.repetition_penalty != 1 else 0)

    @property
    def ends_from(self) -> int:
        """How many characters a sample has at least when `stop` ends it."""
        return max(self.minimum_length, len(self.stop))
