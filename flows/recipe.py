"""The recipe: a corpus in, reviewed samples out, one call a stage."""

from collections.abc import Callable
from typing import NamedTuple

from flows.cli.options import Options
from tasks.caching import Artifact
from tasks.download import download
from tasks.encode import encode
from tasks.model.numerics import numerics
from tasks.normalise import normalise
from tasks.reference import reference
from tasks.review import review
from tasks.sample import sample
from tasks.score import score
from tasks.shard import shard
from tasks.train import train


class Results(NamedTuple):
    """What the stages of a run left."""

    text: Artifact
    dataset: Artifact
    model: Artifact
    samples: list[Artifact]
    scores: Artifact
    page: Artifact


def charflow(options: Options, check: Callable[[Artifact], None] = lambda text: None) -> Results:
    """Call the stages in the order of the data; the active session runs, reuses or plans each.

    Args:
        options: the corpus, and what to change in a preset.
        check: is shown the normal text before anything is made of it, and raises what ends the run there.
    """
    data, sampling, preset = options.data, options.sampling, options.preset
    downloads = [download(source=source, **data.fetching()) for source in data.corpus]
    text = normalise(downloads, **data.reading())
    check(text)
    encoded = encode(text.only("text.txt", "documents.parquet"), **data.folding(options.end_mark))
    training = options.training.resolved(preset, data.reset_at)
    how = training.precision, options.end_mark, training.reset_at
    parameters = sampling.resolved(preset, _prompts(options, encoded), *how)
    dataset = shard(encoded, text.only("documents.parquet"), **data.splitting())
    computing = numerics(options.training.threads)
    model = train(dataset, training=training, computing=computing)
    temperatures = sampling.each_temperature(preset)
    samples = [sample(model, temperature=t, sampling=parameters, computing=computing) for t in temperatures]
    context = max(map(len, parameters.prompts))
    windows = {"length": parameters.sample_length, "context": context, "reset_at": training.reset_at}
    beside = reference(dataset, model, **windows, computing=computing)
    record = model.only("training.json", "metrics.jsonl")
    scores = score(dataset, record, beside, samples)
    page = review(text, encoded, dataset, record, scores)
    return Results(text, dataset, model, samples, scores, page)


def _prompts(options: Options, encoded: Artifact) -> list[str]:
    """The prompts, checked against the vocabulary before anything long begins."""
    if encoded.is_pending:
        return options.sampling.given_prompts() or [options.end_mark or "\n"]
    from tasks.text.vocabulary import Vocabulary

    vocabulary = Vocabulary.from_json(encoded.path("vocabulary.json").read_text(encoding="ascii"))
    return options.sampling.fitted(vocabulary, options.end_mark)
