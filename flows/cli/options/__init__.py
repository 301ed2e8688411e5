"""The options: what may be given on the command line, in the config file and in the form of the Prefect UI.

Those of training and sampling are made from their parameters; a value of None leaves a choice to the preset.
"""

from flows.cli.options.data import DataOptions
from flows.cli.options.group import optional
from flows.cli.options.run import Options
from flows.cli.options.sampling import DrawingOptions, SamplingOptions
from flows.cli.options.training import TrainingOptions
from flows.cli.options.values import Temperature

__all__ = [
    "DataOptions",
    "DrawingOptions",
    "Options",
    "SamplingOptions",
    "Temperature",
    "TrainingOptions",
    "optional",
]
