"""Data: token ids in Parquet, splits and shards, batches."""
