"""What inputs are made from: small ones of every kind that charflow reads, as they are in the field."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

TEXTS = {
    "ascii": "The quick brown fox jumps over the lazy dog.\n",
    "latin-1": "Il était une fois à l'été, où dînèrent des élèves.\r\n",
    "cp1252": "“Quotes” — dashes… and the œuvre of naïve fiancées.\n",
    "koi8-r": "В лесу родилась ёлочка, в лесу она росла.\n",
    "shift_jis": "吾輩は猫である。名前はまだ無い。\n",
    "iso2022_jp": "吾輩は猫である。\n",
    "gb18030": "白日依山尽，黄河入海流。\n",
    "euc_kr": "나의 살던 고향은 꽃피는 산골\n",
    "utf-8": "Zażółć gęślą jaźń — 😀 e\u0301 אבג نص\n",
    "utf-8-sig": "With a mark at its beginning.\n",
    "utf-16": "Sixteen bits each, é, 字.\n",
    "utf-16-le": "Without a mark.\n",
    "utf-32": "Thirty-two bits.\n",
    "utf-7": "Seven bits: é.\n",
}
GUTENBERG = (
    "Title\n*** START OF THE PROJECT GUTENBERG EBOOK X ***\n{}*** END OF THE PROJECT GUTENBERG EBOOK X ***\nend\n"
)
DOCUMENTS = [
    b"<!DOCTYPE html><html><head><title>x</title></head><body><p>Text</p></body></html>\n" * 20,
    b'<?xml version="1.0" encoding="latin-1"?><!-- x --><TEI><text>\xe9</text></TEI>\n' * 20,
    rb"{\rtf1\ansi\deff0 {\fonttbl {\f0 Courier;}} text\par}" * 30,
    b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\ntrailer\n%%EOF\n" * 20,
    b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
    b'{"error": {"code": 404, "message": "not found"}}\n',
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + b"text\n" * 300,
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(2000),
    b"\0" * 3000,
    b"",
]


def texts():
    """Texts that are long enough for a corpus, in the sets that they are met in."""
    plain = [(text * 60).encode(encoding) for encoding, text in TEXTS.items()]
    mixed = [(TEXTS["latin-1"] * 30).encode("latin-1") + (TEXTS["utf-8"] * 30).encode()]
    twice = [(TEXTS["latin-1"] * 60).encode().decode("latin-1").encode()]
    return [*plain, *mixed, *twice, GUTENBERG.format(TEXTS["ascii"] * 60).encode(), *DOCUMENTS]


def archives():
    """Archives and packed texts, nested ones and bombs among them."""
    plain = (TEXTS["utf-8"] * 60).encode()
    zipped = _zip({"a.txt": plain}), _zip({"a.txt": plain, "__MACOSX/._a.txt": b"x"}), _zip({"../a": plain, "b/": b""})
    tar = _tar({"a.txt": plain, "../../b.txt": plain})
    bombs = [gzip.compress(bytes(4 << 20)), _zip({"a": bytes(4 << 20)}), lzma.compress(b"a" * (4 << 20))]
    packed = [gzip.compress(plain), bz2.compress(plain), lzma.compress(plain), lzma.compress(plain, lzma.FORMAT_ALONE)]
    nested = [gzip.compress(tar), _zip({"a.gz": gzip.compress(plain)}), gzip.compress(gzip.compress(plain))]
    return [*zipped, tar, *packed, *nested, *bombs, gzip.compress(plain) * 2, *_of_zstandard(plain)]


def _zip(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def _tar(members):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, content in members.items():
            described = tarfile.TarInfo(name)
            described.size = len(content)
            archive.addfile(described, io.BytesIO(content))
    return file.getvalue()


def _of_zstandard(plain):
    try:
        import zstandard
    except ImportError:
        return []
    return [zstandard.compress(plain)]


BODY = b"text of a corpus\n" * 10
HEAD = b"HTTP/1.1 200 OK\r\n"
ANSWERS = [
    HEAD + b'Content-Length: 170\r\nContent-Type: text/plain; charset=latin-1\r\nETag: "1"\r\n\r\n' + BODY,
    HEAD + b"Transfer-Encoding: chunked\r\n\r\naa\r\n" + BODY + b"\r\n0\r\n\r\n",
    HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(BODY),
    HEAD + b"Connection: close\r\nLast-Modified: Thu, 01 Jan 2030 00:00:00 GMT\r\n\r\n" + BODY,
    b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 5-169/170\r\nContent-Length: 165\r\n\r\n" + BODY[5:],
    b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n',
    b"HTTP/1.1 301 Moved\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 302 Found\r\nLocation: http://[::1]:80/x\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 503 Busy\r\nRetry-After: Thu, 01 Jan 2030 00:00:00 GMT\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno",
    b"HTTP/1.0 200 OK\r\n\r\n" + BODY,
    b"HTTP/1.1 100 Continue\r\n\r\n" + HEAD + b"Content-Length: 170\r\n\r\n" + BODY,
    b"",
]

CONFIGS = [
    b"preset: best\ncorpus: [a.txt, 'https://example.org/x']\ntemperatures: [0.3, 1]\n",
    b"prompt: ['ROMEO:', \"\\n\"]\nstop: x\nminimum-length: 3\nencoding: latin-1\n",
    b"corpus-header: ['Authorization: Bearer ${TOKEN}']\nseed: 3\nunits: 64\n",
    b"a: &a [*a, *a]\nb: !!python/object/apply:os.system ['true']\n",
    b"{preset: quick, threads: 1e9, validation-fraction: .nan, top-p: 0x10}\n",
    b"",
]

LINES = [
    ["--corpus", "a.txt", "https://user:pass@host/x?y#z", "-"],
    ["--corpus-header", "Authorization: Bearer ${TOKEN}"],
    ["--temperatures", "0.5", "1"],
    ["--no-strip-gutenberg", "--refetch"],
    ["--encoding", "latin-1"],
    ["--units=9", "--epochs", "3"],
    ["--prompt", "--\\n", "--stop", "{}"],
    ["--prompt=é[1]"],
    ["--on-failure", "use-last", "--accept-change"],
    ["--validation-fraction", "0.2"],
    ["--preset", "best"],
    ["--run-name", "nightly 1", "--plan"],
    ["--config", "/nowhere.toml"],
]
