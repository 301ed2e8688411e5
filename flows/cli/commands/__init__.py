"""The sub-commands: each a function of the same name in a module of its own, imported when it is called."""

COMMANDS = {
    "compare": "Compare two runs: options, stages, measures, curves, samples of the same seed.",
    "export": "Write a finished model as SavedModel, ONNX or LiteRT, for use elsewhere.",
    "gc": "Say what can be removed from the store, and remove it with --yes.",
    "ratings": "Show the best-rated samples, and how far several raters agree.",
    "sample": "Draw from a finished model, or go on from what is typed.",
    "score": "Tell how surprised a finished model is by a text.",
    "status": "Show what the store holds: runs, results, what can be resumed, what is live.",
    "tensorboard": "Write the curves of finished runs for TensorBoard.",
    "verify": "Read every byte of the store, and say what is damaged.",
    "view": "Show what runs left in a browser, and sample from their models.",
    "why": "Tell in what two results of a stage differ, old and new.",
}
