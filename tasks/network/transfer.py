"""Transfer: the weights of a trained network in one of another vocabulary, matched by character."""

from collections.abc import Sequence

import keras
import numpy as np


def transferred(
    earlier: keras.Model, earlier_characters: Sequence[str], network: keras.Model, characters: Sequence[str]
) -> list[np.ndarray]:
    """Weights for a network that begin as those of an earlier one, which was trained on other text.

    What belongs to a character, its embedding, and its column and bias of the logits, goes where the character is now.
    Characters that the earlier network does not know have what the network gives them; those that are gone are dropped.
    All other weights are the earlier ones.

    Args:
        earlier: as `build` made it.
        earlier_characters: what its ids stand for.
        network: as `build` made it, of the same shape but for the vocabulary.
        characters: what its ids stand for.

    Returns:
        in the order of `network.get_weights()`.

    Raises:
        ValueError: the networks differ in more than the vocabulary.
    """
    ids = {character: number for number, character in enumerate(earlier_characters)}
    known = np.array([number for number, character in enumerate(characters) if character in ids], np.intp)
    theirs = np.array([ids[characters[number]] for number in known], np.intp)
    weights, earlier_weights = network.get_weights(), earlier.get_weights()
    if len(weights) != len(earlier_weights):
        raise ValueError("the earlier network has another number of layers")
    embedding, *inner, kernel, bias = range(len(weights))
    for number in inner:
        if weights[number].shape != earlier_weights[number].shape:
            raise ValueError(f"the earlier network has another shape of {network.weights[number].path}")
        weights[number] = earlier_weights[number]
    weights[embedding][known] = earlier_weights[embedding][theirs]
    weights[kernel][:, known] = earlier_weights[kernel][:, theirs]
    weights[bias][known] = earlier_weights[bias][theirs]
    return weights
