"""The stages, one module each in the order of the data, and a room for each concern behind them."""
