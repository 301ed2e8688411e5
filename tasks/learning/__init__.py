"""Training: plan, optimizer, steps, checkpoints, resumption and evaluation."""
