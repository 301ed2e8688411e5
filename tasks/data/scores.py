"""Scored samples, and the held-out windows that they are measured beside, in Parquet."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tasks.data.samples import SCHEMA
from tasks.quality.measuring import Measured
from tasks.quality.texts import Spans, Texts
from tasks.quality.whole_lines import BOUNDS

PLACES = [pa.field("start", pa.int32(), nullable=False), pa.field("end", pa.int32(), nullable=False)]
WINDOWS = pa.schema(
    [
        pa.field("offset", pa.int64(), nullable=False),
        *(SCHEMA.field(name) for name in ("text", "log_probability", "characters", "surprise")),
    ]
)
MEASURES = pa.schema(
    [
        pa.field("bits_per_character", pa.float64()),
        pa.field("copied_share", pa.float64()),
        pa.field("longest_copy", pa.int32(), nullable=False),
        pa.field("novel_share", pa.float64()),
        pa.field("looped_share", pa.float64()),
        pa.field("known_words", pa.float64()),
        pa.field("distinct_4", pa.float64()),
        pa.field("alphabet_divergence", pa.float64()),
    ]
)
SPANS = pa.schema(
    [
        pa.field(
            "copied", pa.list_(pa.struct([*PLACES, pa.field("offset", pa.int64(), nullable=False)])), nullable=False
        ),
        pa.field("loops", pa.list_(pa.struct(PLACES)), nullable=False),
        pa.field("unknown_words", pa.list_(pa.struct(PLACES)), nullable=False),
    ]
)
SCORED = pa.schema([*SCHEMA, *MEASURES, *SPANS])


def write_windows(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write held-out windows: offset (in the corpus), text, log_probability (nats), characters, surprise (packed)."""
    pq.write_table(pa.Table.from_pylist(list(rows), WINDOWS), path, compression="zstd", write_page_checksum=True)


def read_chunks(paths: Iterable[Path], characters: int) -> Iterator[pa.Table]:
    """The rows of several files of samples in order, in tables of about so many characters."""
    held: list[pa.RecordBatch] = []
    for path in paths:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            total = pc.sum(file.read(columns=["characters"])["characters"]).as_py() or 1
            for batch in file.iter_batches(batch_size=max(1, characters * file.metadata.num_rows // total)):
                held.append(batch)
                if sum(pc.sum(one["characters"]).as_py() for one in held) >= characters:
                    yield pa.Table.from_batches(held)
                    held = []
    if held:
        yield pa.Table.from_batches(held)


def read_measures(path: Path) -> dict[str, Any]:
    """`temperatures`, `prompts` (numbered), `characters` and `measures` (by name) of scored samples, as arrays.

    Of samples of bytes, their number is what stands under `characters`: the measures are of those.
    """
    units = "bytes" if "bytes" in pq.read_schema(path).names else "characters"
    table = pq.read_table(path, columns=["temperature", "prompt", units, *MEASURES.names])
    return {
        "temperatures": table["temperature"].to_numpy(),
        "prompts": table["prompt"].combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64),
        "characters": (table[units] if units == "characters" else pc.binary_length(table[units])).to_numpy(),
        "measures": {name: table[name].to_numpy() for name in MEASURES.names},
    }


def read_first(path: Path, characters: int) -> tuple[list[dict[str, Any]], int]:
    """The scored samples of the lowest indexes, about so many characters in all, and the number of all samples."""
    sizes = pq.read_table(path, columns=["index", "characters"])
    held = np.cumsum(np.bincount(sizes["index"].to_numpy(), weights=sizes["characters"].to_numpy()))
    filters = [("index", "<=", int(np.searchsorted(held, characters)))]
    rows = pq.read_table(path, filters=filters, page_checksum_verification=True).to_pylist()
    return rows, sizes.num_rows


def read_some(path: Path, temperature: float, count: int) -> list[dict[str, str]]:
    """Prompt and text of the first samples of a temperature that have more than blanks, in order of their indexes."""
    columns, is_of = ["index", "prompt", "text"], [("temperature", "=", temperature), ("index", "<", 2 * count)]
    rows = pq.read_table(path, columns=columns, filters=is_of, page_checksum_verification=True).to_pylist()
    seen = [row for row in sorted(rows, key=lambda row: row["index"]) if row["text"].strip()]
    return [{name: row[name] for name in ("prompt", "text")} for row in seen[:count]]


def read_texts(path: Path, temperature: float) -> list[str]:
    """All samples of a temperature, each after the last line of its prompt."""
    is_of = [("temperature", "=", temperature)]
    table = pq.read_table(path, columns=["prompt", "text"], filters=is_of, page_checksum_verification=True)
    begun = pc.replace_substring_regex(table["prompt"], f"(?s)^.*[{BOUNDS}]", "")
    return pc.binary_join_element_wise(begun, table["text"], "").to_pylist()


def scored(samples: pa.Table, measured: Measured) -> pa.Table:
    """The samples with the columns of what was measured of them."""
    columns = dict(zip(samples.column_names, samples.columns, strict=True))
    for name in MEASURES.names:
        values = measured.measures.get(name, np.full(len(samples), np.nan))
        columns[name] = pa.array(values, mask=np.isnan(values))
    for name in SPANS.names:
        columns[name] = _lists(getattr(measured, name), measured.texts)
    return pa.table(columns).cast(SCORED)


def _lists(spans: Spans, texts: Texts) -> pa.ListArray:
    """The stretches of each text as a list, their places counted within it."""
    owners = texts.owners[spans.starts]
    ends = np.cumsum(np.bincount(owners, minlength=len(texts.lengths)))
    places = {"start": spans.starts - texts.starts[owners], "end": spans.ends - texts.starts[owners]}
    if spans.offsets is not None:
        places["offset"] = spans.offsets
    structs = pa.StructArray.from_arrays([pa.array(values) for values in places.values()], list(places))
    return pa.ListArray.from_arrays(pa.array(np.concatenate([[0], ends]), pa.int32()), structs)
