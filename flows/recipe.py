"""The recipe: a corpus in, reviewed samples out, one call a stage."""

from collections.abc import Callable
from typing import NamedTuple

from flows.cli.options import Options
from flows.runs.start import SCRATCH, Start, named_start, newest_start
from tasks.caching import Artifact
from tasks.download import download
from tasks.encode import encode
from tasks.network.numerics import numerics
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
    start: Start = SCRATCH


def charflow(
    options: Options,
    check: Callable[[Artifact], None] = lambda text: None,
    tell: Callable[[Start], None] = lambda start: None,
) -> Results:
    """Call the stages in the order of the data; the active session runs, reuses or plans each.

    Args:
        options: the corpus, and what to change in a preset.
        check: is shown the normal text before anything is made of it, and raises what ends the run there.
        tell: is told what training starts from, where it was asked to start from a model.

    Raises:
        UsageError: there is no such model, or it is of another shape.
    """
    start = named_start(options)
    data, sampling, preset = options.data, options.sampling, options.preset
    computing = numerics(options.training.threads, options.training.device)
    downloads = [download(source=source, **data.fetching()) for source in data.corpus]
    text = normalise(downloads, **data.reading())
    check(text)
    encoded = encode(text.only("text.txt", "documents.parquet"), **data.folding(options.end_mark))
    start = start or newest_start(options, encoded, downloads)
    if options.training.init_from:
        tell(start)
    training = options.training.resolved(preset, data.reset_at, computing.device, warm=start.model is not None)
    how = training.precision, options.end_mark, training.reset_at
    given = _given_prompts(options, encoded)
    parameters = sampling.resolved(preset, given or [options.end_mark or "\n"], *how)
    dataset = shard(encoded, text.only("documents.parquet"), **data.splitting())
    prompts = parameters.prompts
    if not (given or options.end_mark or dataset.is_pending):
        prompts = _default_prompts(dataset, parameters.sample_length, training.start_string)
        parameters = parameters.shared_by(prompts)
    model = train(dataset, training=training, computing=computing, initial_model=start.model)
    temperatures = sampling.each_temperature(preset)
    samples = [sample(model, temperature=t, sampling=parameters, computing=computing) for t in temperatures]
    context = max(map(len, prompts))
    windows = {"length": parameters.sample_length, "context": context, "reset_at": training.reset_at}
    beside = reference(dataset, model, **windows, computing=computing)
    record, real = model.only("training.json", "metrics.jsonl"), beside.only("continuations.parquet")
    scores = score(dataset, record, beside.only("reference.parquet"), samples)
    ends = {"stop": parameters.stop, "minimum_length": parameters.minimum_length}
    page = review(text, encoded, dataset, record, real, scores, **ends)
    return Results(text, dataset, model, samples, scores, page, start)


def _given_prompts(options: Options, encoded: Artifact) -> list[str]:
    """The prompts that are given, checked against the vocabulary before anything long begins."""
    if encoded.is_pending:
        return options.sampling.given_prompts()
    from tasks.text.vocabulary import Vocabulary

    return options.sampling.fitted(Vocabulary.from_json(encoded.path("vocabulary.json").read_text(encoding="ascii")))


def _default_prompts(dataset: Artifact, length: int, start_string: str | None) -> tuple[str, ...]:
    """What samples of a length can go on from where no prompt is given."""
    from tasks.data.passages import default_prompts, fitting, read_passages
    from tasks.text.vocabulary import Vocabulary

    vocabulary = Vocabulary.from_json(dataset.path("vocabulary.json").read_text(encoding="ascii"))
    passages = read_passages(dataset.path("passages.json"))
    fitted = fitting(passages, dataset.facts["characters"]["validation"], length)
    return tuple(default_prompts(fitted, vocabulary, start_string))
