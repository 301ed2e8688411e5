from flows.runs.conclusion import beginning, conclusion
from tests.flows.runs.made import artifact, results_of


def test_a_run_ends_with_samples_and_the_verdict_in_two_lines(tmp_path):
    lines = conclusion(results_of(tmp_path / "made", "To be\n\nor \x1b[2Jnot"))

    sample = ["· ROMEO:", "  To be", "  or \\x1b[2Jnot"]
    assert lines[0].startswith("samples at temperature 0.8, the recommended one. By 2 samples no fault is clear")
    assert lines[1:-2] == [*sample, *sample]
    assert lines[-2].startswith("The model predicts held-out text better than every floor")
    assert lines[-1].startswith("On held-out text the model needs 2.10 bits per character")


def test_the_verdict_has_the_loss_at_the_end_and_the_warnings_of_the_page(tmp_path):
    results = results_of(tmp_path / "made")
    results.model.manifest.facts.update(test_characters=1234, test_bits_per_character=2.15)
    for n, one in enumerate((results.dataset, results.scores)):
        one.manifest.facts["findings"] = [f"{n} \x1b"]
    lines = conclusion(results)

    assert lines[-3:] == [
        "On 1,234 characters held out to the end, by which nothing was chosen, it needs 2.15.",
        "But 0 \\x1b.",
        "But 1 \\x1b.",
    ]


def test_of_bytes_it_speaks_of_bytes(tmp_path):
    results = results_of(tmp_path / "made")
    text = artifact(tmp_path / "of bytes", {"level": "byte"}, text__txt="To be")

    assert "2.10 bits per byte" in conclusion(results._replace(text=text))[-1]


def test_a_long_sample_is_wrapped_and_cut_after_a_few_lines():
    lines = beginning({"prompt": "", "text": "word " * 25 + "\n\n\ty\n" + "z\n" * 9})

    assert lines == [("word " * 20).strip(), ("word " * 5).strip(), "        y", "z …"]
