"""The same texts in tables of every kind."""

import io
import json

import pyarrow as pa
from pyarrow import parquet

TEXTS = ["To be,\nor not", 'he said "é"', "你好; a, b\tc", "x" * 3000]


def as_parquet(texts=TEXTS, kind=None):
    file = io.BytesIO()
    columns = {"id": list(range(len(texts))), "text": pa.array(texts, kind), "title": ["t"] * len(texts)}
    parquet.write_table(pa.table(columns), file, row_group_size=3)
    return file.getvalue()


def as_json_lines(texts=TEXTS):
    return "".join(
        json.dumps({"id": 1, "text": text, "title": "t"}, ensure_ascii=False) + "\n" for text in texts
    ).encode()


def as_csv(texts=TEXTS, delimiter=","):
    quoted = ['"{}"'.format(text.replace('"', '""')) for text in texts]
    header = '"id" "text" "title"' if delimiter == "\t" else "id text title"
    lines = [header.replace(" ", delimiter), *(f"1{delimiter}{text}{delimiter}t" for text in quoted)]
    return "\r\n".join(lines).encode()


KINDS = {"Parquet": as_parquet, "JSON Lines": as_json_lines, "CSV": as_csv}
