"""The sub-commands: each a function of the same name in a module of its own, imported when it is called."""

COMMANDS = {
    "export": "Write a finished model as SavedModel or ONNX, for use elsewhere.",
    "tensorboard": "Write the curves of finished runs for TensorBoard.",
}
