"""Machine code for loops that NumPy has no fast way for, made when it is needed, for the processor that is there."""
