"""The sub-commands: each a function of the same name in a module of its own, imported when it is called."""

COMMANDS = {
    "compare": "Compare two runs: options, stages, measures, curves, samples of the same seed.",
    "export": "Write a finished model as SavedModel or ONNX, for use elsewhere.",
    "ratings": "Show the best-rated samples, and how far several raters agree.",
    "tensorboard": "Write the curves of finished runs for TensorBoard.",
}
