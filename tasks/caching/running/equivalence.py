"""Results that answer a call although a parameter differs: those that say of it that it changes nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from tasks.caching.artifact import Artifact
from tasks.caching.keys.ingredients import changes, in_words, key_of
from tasks.caching.stage import Call
from tasks.caching.store.local import Store


def stored_key(call: Call, store: Store) -> str:
    """The key under which the result of the call is stored; its own if there is none."""
    if call.stage.asks_world or store.manifests.path(call.stage.name, call.key).exists():
        return call.key
    for manifest in store.manifests.newest(call.stage.name):
        own, given = (_without(made_of, manifest.indifferent) for made_of in (manifest.ingredients, call.ingredients))
        if manifest.indifferent and manifest.key and key_of(own) == key_of(given):
            return manifest.key
    return call.key


def made_by(call: Call, found: Artifact) -> str:
    """Which run made the artifact that answers the call, when, and what differs without changing anything."""
    manifest = found.manifest
    said = f"made by run {manifest.run} at {manifest.at[:16].replace('T', ' ')}"
    if manifest.key == call.key:
        return said
    return f"{said}; {in_words(changes(manifest.ingredients, call.ingredients))} changes nothing in it"


def _without(made_of: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    parameters = {name: value for name, value in made_of["parameters"].items() if name not in names}
    return {**made_of, "parameters": parameters}
