"""How results are stored: blobs, manifests, leases, scratch, collecting."""
