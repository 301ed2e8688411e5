from flows.cli.options import TrainingOptions


def test_options_of_a_training_take_the_place_of_the_presets():
    resolved = TrainingOptions(training_seed=7, seq_length=9, checkpoint_seconds=0, threads=3).resolved("quick")

    assert (resolved.training_seed, resolved.seq_length, resolved.checkpoint_seconds) == (7, 9, 0)
    assert resolved.units == 512
