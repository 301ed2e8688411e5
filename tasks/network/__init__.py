"""The network: a stock Keras model, computed fast, its precision, parameters and files."""
