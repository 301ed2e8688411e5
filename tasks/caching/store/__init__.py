"""How results are stored: content, manifests, locks, scratch."""
