"""Drawing texts: rules of choice, randomness, bulk generation and the finished model."""
