"""Machine code for the two loops of an LSTM, made when it is needed, for the processor that is there."""
