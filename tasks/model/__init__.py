"""The model: presets, network, the fast LSTM, training, checkpoints, generation."""
