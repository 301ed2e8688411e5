"""The stages, one module each in the order of the data, and a room for each concern behind them."""

import os
import sys

# TensorFlow asks once, as it is imported; left to itself it multiplies with oneDNN only on some processors.
if "tensorflow" not in sys.modules:
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
