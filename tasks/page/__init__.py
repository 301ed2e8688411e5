"""Page: the review page, one HTML file that opens from disk."""
