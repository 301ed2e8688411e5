import gzip
import io
import random
import stat
import struct
import tarfile
import zipfile

import pytest
import zstandard
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.corpus import forward, limits, members
from tasks.corpus.errors import CorpusError
from tasks.corpus.selection import Selection
from tests.corpus.archives import ARCHIVES, CHECKED, COMPRESSIONS, TAR_FORMS, tar, zipped, zipped_by_zstandard, zstd
from tests.text.languages import long_text

TEXT = b"It was the best of times, it was the worst of times.\n" * 40
FRENCH = "Longtemps, je me suis couché de bonne heure.\n".encode() * 30
FILES = {"b.txt": TEXT, "a.txt": FRENCH, "d/été/c.txt": b"c" * 2000}

names = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12).filter(
    lambda name: not set(name) & set("/\\.$@:") and name == name.strip() and name.lower() != "mimetype"
)
trees = st.dictionaries(
    st.lists(names, min_size=1, max_size=3).map("/".join), st.binary(min_size=1, max_size=3000), min_size=1, max_size=5
)


@pytest.fixture
def corpus(tmp_path):
    def corpus(content):
        path = tmp_path / "corpus"
        path.write_bytes(content)
        return path

    return corpus


def read(path, **options):
    """The members' names and bytes, each read twice."""
    found = []
    for member in members.members(path, **options):
        with member.open() as stream:
            content = stream.read()
        with member.open() as stream:
            assert b"".join(iter(lambda stream=stream: stream.read(700), b"")) == content
        found.append((member.name, content))
    return found


def names_of(path, **options):
    return [member.name for member in members.members(path, **options)]


def refused(path, **options):
    with pytest.raises(CorpusError) as caught:
        read(path, **options)
    return str(caught.value)


def test_a_file_that_is_no_archive_is_the_one_member_without_a_name(corpus):
    assert read(corpus(TEXT)) == [("", TEXT)]


@pytest.mark.parametrize("packed", COMPRESSIONS.values(), ids=COMPRESSIONS)
def test_a_compressed_file_is_the_one_member_without_a_name(corpus, packed):
    assert read(corpus(packed(TEXT))) == [("", TEXT)]


@pytest.mark.parametrize("archived", ARCHIVES.values(), ids=ARCHIVES)
def test_an_archive_gives_its_files_in_its_order(corpus, archived):
    assert read(corpus(archived(FILES))) == list(FILES.items())


@settings(max_examples=40, deadline=None)
@given(files=trees)
@example(files={"a": b"PK\x07\x08PK\x03\x04"})
@example(files={"a": b"PK\x03\x04", "b": b"PK\x05\x06", "c": b"PK00PK\x03\x04"})
@example(files={"a": b"PK\x03\x04 begins every zip archive, and this is none.\n"})
@example(files={"a": b"\xfd7zXZ\0", "b": b"\x1f\x8b\x08", "c": b"BZh9"})
def test_any_archive_of_the_same_files_has_the_same_members(files, tmp_path_factory):
    path = tmp_path_factory.mktemp("corpus") / "corpus"
    for archived in (tar, zipped, ARCHIVES["gnu tar"], ARCHIVES["tar in gzip"], ARCHIVES["tar in zstd"]):
        path.write_bytes(archived(files))

        assert read(path) == list(files.items())


def test_a_zip_archive_by_zstandard_is_read(corpus):
    assert read(corpus(zipped_by_zstandard(TEXT))) == [("a.txt", TEXT)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (gzip.compress(gzip.compress(TEXT)), [("", TEXT)]),
        (tar({"a.gz": gzip.compress(TEXT), "b.txt": FRENCH}), [("a.gz", TEXT), ("b.txt", FRENCH)]),
        (gzip.compress(tar({"a.xz": COMPRESSIONS["xz"](TEXT)})), [("a.xz", TEXT)]),
        (zipped({"in.zip": zipped(FILES), "x": TEXT}), [*((f"in.zip/{n}", c) for n, c in FILES.items()), ("x", TEXT)]),
        (zipped({"in.tgz": gzip.compress(tar(FILES))}), [(f"in.tgz/{n}", c) for n, c in FILES.items()]),
        (tar({"in.zip": zipped(FILES)}), [(f"in.zip/{n}", c) for n, c in FILES.items()]),
        (tar({"in.tar": zstd(tar({"a.gz": gzip.compress(TEXT)}))}), [("in.tar/a.gz", TEXT)]),
    ],
    ids=["gz in gz", "gz in tar", "xz in tar.gz", "zip in zip", "tar.gz in zip", "zip in tar", "gz in tar.zst in tar"],
)
def test_archives_in_archives_are_unpacked(corpus, content, expected):
    assert read(corpus(content)) == expected


def test_what_is_packed_without_end_is_refused(corpus):
    content = TEXT
    for _ in range(5):
        content = gzip.compress(content)

    assert "it is packed more than 4 times; unpack it" in refused(corpus(content))


@pytest.mark.parametrize("archived", ARCHIVES.values(), ids=ARCHIVES)
def test_hidden_files_those_of_systems_and_empty_ones_are_passed_over(corpus, archived):
    left = [
        ".DS_Store",
        "d/._b.txt",
        "__MACOSX/._a.txt",
        ".git/HEAD",
        "d/Thumbs.db",
        "desktop.ini",
        "@eaDir/x",
        "Icon\r",
    ]
    files = dict.fromkeys(left, b"\0\1\2") | {"a.txt": TEXT, "empty.txt": b"", "README": FRENCH}

    assert read(corpus(archived(files))) == [("a.txt", TEXT), ("README", FRENCH)]


def test_a_hidden_file_is_taken_if_a_pattern_says_so(corpus):
    files = {".notes/a.txt": TEXT, "b.txt": FRENCH}

    assert names_of(corpus(tar(files)), chosen=[".notes/*"]) == [".notes/a.txt"]


def test_folders_links_and_devices_are_passed_over(corpus):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for kind in (tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(f"of type {kind.decode()}")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        info = tarfile.TarInfo("a.txt")
        info.size = len(TEXT)
        archive.addfile(info, io.BytesIO(TEXT))

    assert read(corpus(buffer.getvalue())) == [("a.txt", TEXT)]


def test_folders_and_links_of_a_zip_archive_are_passed_over(corpus):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.mkdir("d")
        link = zipfile.ZipInfo("d/link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("d/a.txt", TEXT)

    assert read(corpus(buffer.getvalue())) == [("d/a.txt", TEXT)]


@pytest.mark.parametrize("archived", [tar, zipped])
def test_names_that_would_escape_are_names_and_nothing_else(corpus, archived, tmp_path):
    files = {"../../escaped.txt": TEXT, "/etc/escaped": FRENCH, "./here.txt": b"here"}
    before = sorted(tmp_path.parent.rglob("*"))

    found = read(corpus(archived(files)))

    assert [content for _, content in found] == list(files.values())
    assert found[0][0] == "../../escaped.txt"
    assert found[2][0] == "here.txt"
    assert sorted(tmp_path.parent.rglob("*")) == sorted([*before, tmp_path / "corpus"])


@pytest.mark.parametrize("form", TAR_FORMS.values(), ids=TAR_FORMS)
def test_long_names_of_a_tar_archive_are_whole(corpus, form):
    long = "/".join(["folder"] * 18) + "/" + "n" * 90 + ".txt"

    assert read(corpus(tar({long: TEXT, "a.txt": FRENCH}, form))) == [(long, TEXT), ("a.txt", FRENCH)]


def test_names_that_are_not_in_utf_8_are_read_all_the_same(corpus):
    content = bytearray(tar({"caf_.txt": TEXT}, tarfile.GNU_FORMAT))
    content[3] = 0xE9
    struct.pack_into("8s", content, 148, b" " * 8)
    struct.pack_into("8s", content, 148, b"%06o\0 " % sum(content[:512]))

    assert read(corpus(bytes(content))) == [("café.txt", TEXT)]


def test_names_of_a_zip_archive_in_unmarked_utf_8_are_read_as_such(corpus):
    marked = zipped({"été.txt": TEXT})
    content = bytearray(marked)
    struct.pack_into("<H", content, 6, 0)
    struct.pack_into("<H", content, content.index(b"PK\x01\x02") + 8, 0)

    assert names_of(corpus(bytes(content))) == names_of(corpus(marked)) == ["été.txt"]


@pytest.mark.parametrize("archived", [tar, zipped, ARCHIVES["tar in gzip"]])
@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["*.txt"], ["a.txt", "d/b.txt"]),
        (["b.txt"], ["d/b.txt"]),
        (["d/*"], ["d/b.txt", "d/c.md"]),
        (["*.md", "a.txt"], ["a.txt", "d/c.md"]),
        (["[ab].txt"], ["a.txt", "d/b.txt"]),
    ],
)
def test_members_are_chosen_by_patterns(corpus, archived, patterns, expected):
    files = {"a.txt": TEXT, "d/b.txt": TEXT, "d/c.md": TEXT}

    assert names_of(corpus(archived(files)), chosen=patterns) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("in.zip", ["in.zip/a.txt", "in.zip/b.md"]), ("*.txt", ["in.zip/a.txt"]), ("in.zip/b.md", ["in.zip/b.md"])],
)
def test_members_of_archives_in_archives_are_chosen_by_either_name(corpus, pattern, expected):
    content = tar({"in.zip": zipped({"a.txt": TEXT, "b.md": TEXT}), "c.md": TEXT})

    if pattern == "*.txt":
        assert names_of(corpus(content), chosen=[pattern]) == expected
    assert names_of(corpus(content), chosen=[pattern]) == expected


def test_a_pattern_without_a_match_is_refused_with_what_there_is(corpus):
    files = {f"{number}.txt": TEXT for number in range(10)}

    message = refused(corpus(tar(files)), chosen=["1.txt", "z.txt"])

    assert message == (
        "no member of the corpus is called z.txt (--member); there are "
        "0.txt, 1.txt, 2.txt, 3.txt, 4.txt, 5.txt, 6.txt, 7.txt and 2 more"
    )
    braces = refused(corpus(tar({"a.txt": TEXT})), chosen=["{a,b}.txt"])
    assert braces.endswith("there are a.txt; braces are not expanded: write each one out after --member")


def test_a_member_of_what_is_no_archive_is_refused(corpus):
    assert "no member of the corpus is called a.txt (--member); it is no archive" in refused(
        corpus(TEXT), chosen=["a.txt"]
    )


def test_a_selection_of_several_files_is_checked_when_all_were_read(corpus):
    selection = Selection(["a.txt", "b.txt"])

    assert names_of(corpus(tar({"a.txt": TEXT})), chosen=selection) == ["a.txt"]
    assert names_of(corpus(TEXT), chosen=selection) == [""]
    with pytest.raises(CorpusError, match=r"called b\.txt \(--member\); there are a\.txt$"):
        selection.check()
    assert names_of(corpus(zipped({"b.txt": TEXT, "c.txt": TEXT})), chosen=selection) == ["b.txt"]
    selection.check()


def test_what_is_not_chosen_may_be_damaged_encrypted_or_a_document(corpus):
    encrypted = bytearray(zipped({"secret.txt": TEXT}))
    struct.pack_into("<H", encrypted, 6, 1)
    struct.pack_into("<H", encrypted, encrypted.index(b"PK\x01\x02") + 8, 1)
    epub = zipped({"mimetype": "application/epub+zip", "a.xhtml": "<html/>"})
    files = {"e.zip": bytes(encrypted), "b.epub": epub, "c.gz": gzip.compress(TEXT)[:11] + b"?" * 50, "a.txt": TEXT}

    assert read(corpus(tar(files)), chosen=["a.txt"]) == [("a.txt", TEXT)]
    assert "e.zip/secret.txt cannot be read: it is encrypted; unpack it with its password" in refused(
        corpus(tar(files))
    )


@pytest.mark.parametrize(
    "content",
    [zipped({}), tar({"empty": b""}), zipped({".DS_Store": b"x"}), gzip.compress(tar({"d/": b""}))],
    ids=["no file", "an empty file", "a system's file", "a folder"],
)
def test_an_archive_without_a_text_is_refused(corpus, content):
    assert "there is no text in it" in refused(corpus(content))


@pytest.mark.parametrize("kind", COMPRESSIONS)
@pytest.mark.parametrize("size", [20, 60, -30, -9, -1])
def test_a_compressed_file_that_was_cut_off_is_refused(corpus, kind, size):
    message = refused(corpus(COMPRESSIONS[kind](TEXT + FRENCH)[:size]))

    assert message.startswith("the corpus cannot be read: it is compressed and ")
    assert message.endswith("fetch it again")


@pytest.mark.parametrize("kind", ["zip stored", "zip lzma", "pax tar", "tar in gzip", "tar in zstd"])
def test_an_archive_that_was_cut_off_anywhere_is_refused(corpus, kind):
    content = ARCHIVES[kind](FILES)
    if kind == "pax tar":
        content = content.rstrip(b"\0")
    for size in range(600, len(content) - 1, max(1, len(content) // 40)):
        assert "fetch it again" in refused(corpus(content[:size]))


@pytest.mark.parametrize("packed", [bytes, gzip.compress])
@pytest.mark.parametrize("size", [1024, 1536])
def test_a_tar_archive_without_the_blocks_that_end_one_is_read_and_that_is_said(corpus, packed, size):
    content, notes = tar({"a.txt": b"a" * size, "b.txt": b"b" * 512}), []

    found = read(corpus(packed(content[: 512 + size])), note=lambda *note: notes.append(note))

    assert found == [("a.txt", b"a" * size)]
    assert notes == [("", "the tar archive lacks the blocks that end one: if files are missing, it was cut off")]


@pytest.mark.parametrize("packed", [bytes, gzip.compress])
@pytest.mark.parametrize("lacking", [1, 511, 512, 1023, 1535, 1537, 2000])
def test_a_tar_archive_that_was_cut_off_within_a_file_or_its_header_is_refused(corpus, packed, lacking):
    files = {"a.txt": b"a" * 1500, "b.txt": b"b" * 1500}
    whole = tar(files).rstrip(b"\0")

    assert "cut off" in refused(corpus(packed(whole[: len(whole) - lacking])))


def test_a_tar_archive_that_was_cut_off_after_a_long_name_is_refused(corpus):
    content = tar({"n" * 200: TEXT}, tarfile.GNU_FORMAT)

    assert "cut off" in refused(corpus(content[:1024]))


def test_a_tar_archive_that_was_cut_off_within_a_file_that_is_not_chosen_is_refused(corpus):
    content = tar({"a.txt": b"a" * 1500, "b.txt": b"b" * 15000})

    assert "cut off" in refused(corpus(content[:8192]), chosen=["a.txt"])


@pytest.mark.parametrize("kind", [*CHECKED, *(name for name in ARCHIVES if name.startswith("zip")), "tar in gzip"])
def test_a_flipped_byte_anywhere_never_changes_a_text_that_has_a_checksum(corpus, kind):
    content = (COMPRESSIONS.get(kind) or (lambda plain: ARCHIVES[kind]({"a.txt": plain})))(FRENCH)
    for place in range(0, len(content), 7):
        flipped = bytearray(content)
        flipped[place] ^= 0xFF
        try:
            found = read(corpus(bytes(flipped)))
        except CorpusError:
            continue
        assert all(text == FRENCH for _, text in found) or found == [("", bytes(flipped))]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("flags", 1, "a.txt cannot be read: it is encrypted; unpack it with its password and give the text"),
        ("flags", 32, "a.txt cannot be read: it is stored as a patch"),
        ("method", 9, "a.txt cannot be read: it is packed by method 9, not known here; unpack it"),
    ],
)
def test_a_zip_archive_that_cannot_be_unpacked_is_refused_in_words(corpus, field, value, said):
    content = bytearray(zipped({"a.txt": TEXT}))
    within = {"flags": (6, 8), "method": (8, 10)}[field]
    struct.pack_into("<H", content, within[0], value)
    struct.pack_into("<H", content, content.index(b"PK\x01\x02") + within[1], value)

    assert said in refused(corpus(bytes(content)))


def test_a_sparse_file_of_a_tar_archive_is_refused(corpus):
    content = bytearray(tar({"a.txt": TEXT}, tarfile.GNU_FORMAT))
    content[156:157] = b"S"
    content[148:156] = b" " * 8
    content[148:156] = b"%06o\0 " % sum(content[:512])

    assert "its a.txt is stored as a sparse file; pack it anew without --sparse" in refused(corpus(bytes(content)))


@pytest.mark.parametrize("rest", [b"\0" * 512, b""])
@pytest.mark.parametrize("kind", CHECKED)
def test_streams_after_each_other_are_one_text(corpus, kind, rest):
    packed = COMPRESSIONS[kind]

    assert read(corpus(packed(TEXT) + packed(FRENCH) + rest)) == [("", TEXT + FRENCH)]


@pytest.mark.parametrize("kind", ["xz", "zstd"])
def test_other_bytes_after_a_compressed_text_are_refused(corpus, kind):
    assert "damaged" in refused(corpus(COMPRESSIONS[kind](TEXT) + b"<html>an error</html>"))


@pytest.mark.parametrize(
    "rest", [b"<html>an error</html>", b"\0\0\0x", b"\x1f", b"\x1f\x8b\x08", b"x" * (1 << 18), b"BZh9"]
)
@pytest.mark.parametrize("kind", ["gzip", "bzip2"])
def test_other_bytes_after_a_text_by_gzip_or_bzip2_are_passed_over_and_said_once(corpus, kind, rest):
    packed, notes = COMPRESSIONS[kind], []

    found = read(corpus(packed(TEXT) + packed(FRENCH) + rest), note=lambda *note: notes.append(note))

    assert found == [("", TEXT + FRENCH)]
    count = len(rest.lstrip(b"\0"))
    bytes_are = (
        "1 byte after its compressed text is" if count == 1 else f"{count:,} bytes after its compressed text are"
    )
    assert notes == [("", f"{bytes_are} none of it, and passed over")]


def test_a_note_on_bytes_after_a_text_names_the_file(corpus):
    notes = []

    read(
        corpus(tar({"a.gz": gzip.compress(TEXT) + b"x", "b.gz": gzip.compress(TEXT) + b"x"})),
        note=lambda *n: notes.append(n),
    )

    assert [name for name, _ in notes] == ["a.gz", "b.gz"]


@pytest.mark.parametrize("archived", [*COMPRESSIONS.values(), zipped_by_zstandard, lambda zeros: zipped({"a": zeros})])
def test_zeros_unpack_only_to_a_thousand_times_their_size(corpus, archived, monkeypatch):
    monkeypatch.setattr(limits, "FREE_BYTES", 1 << 16)
    monkeypatch.setattr(limits, "MAXIMUM_RATIO", 20)
    path = corpus(archived(bytes(4 << 20)))
    most = max(20 * path.stat().st_size, 1 << 16)

    assert f"unpacks to more than {most:,} bytes, more than 20 times its size; if that is meant" in refused(path)


def test_the_limit_holds_for_what_is_packed_twice_and_for_all_members_together(corpus, monkeypatch):
    monkeypatch.setattr(limits, "FREE_BYTES", 1 << 16)
    monkeypatch.setattr(limits, "MAXIMUM_RATIO", 50)
    files = {f"{number}.txt": bytes(20_000) for number in range(4)}

    for content in (gzip.compress(gzip.compress(bytes(1 << 20))), zipped(files), zipped({"a.tar": tar(files)})):
        assert "bytes, more than 50 times its size" in refused(corpus(content))
    del files["3.txt"]
    assert read(corpus(zipped(files))) == list(files.items())


def test_the_limit_by_bytes_holds_whatever_the_ratio(corpus, monkeypatch):
    monkeypatch.setattr(limits, "MAXIMUM_BYTES", 3000)
    noise = random.Random(1).randbytes(3000)

    assert read(corpus(gzip.compress(bytes(3000)))) == [("", bytes(3000))]
    assert "it unpacks to more than 3,000 bytes; if that is meant" in refused(corpus(gzip.compress(bytes(3001))))
    assert read(corpus(tar({"a": noise, "b": noise}))) == [("a", noise), ("b", noise)]


def test_what_needs_more_memory_to_unpack_than_is_granted_is_refused(corpus):
    import lzma

    import zstandard

    wide = zstandard.ZstdCompressionParameters(window_log=28, hash_log=6, chain_log=6)
    packer = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    header = bytearray(lzma.compress(TEXT, lzma.FORMAT_ALONE, preset=0))
    struct.pack_into("<I", header, 1, 1 << 30)

    for content in (packer.compress(TEXT) + packer.flush(), bytes(header)):
        assert "more memory than is granted" in refused(corpus(content))


def test_members_of_a_compressed_tar_are_read_twice_with_two_passes_over_it(corpus, monkeypatch):
    monkeypatch.setattr(forward, "WINDOW_BYTES", 1 << 17)
    opened = []
    original = members.decompressed
    monkeypatch.setattr(
        members, "decompressed", lambda *given, **named: opened.append(given) or original(*given, **named)
    )
    noise = random.Random(1)
    files = {f"{number}.txt": noise.randbytes(300_000) for number in range(12)}

    assert read(corpus(gzip.compress(tar(files), 1))) == list(files.items())
    assert len(opened) <= 4  # to look at the beginning, and two or three to read


def test_members_can_be_opened_when_all_are_known_and_at_the_same_time(corpus):
    found = list(members.members(corpus(gzip.compress(tar(FILES)))))
    streams = [member.open() for member in found for _ in range(2)]
    contents = [stream.read() for stream in reversed(streams)]

    assert contents == [content for content in reversed(FILES.values()) for _ in range(2)]


def test_a_member_outlives_the_file_that_it_is_of(corpus):
    path = corpus(zipped(FILES))
    found = list(members.members(path))
    path.unlink()

    assert [member.open().read() for member in found] == list(FILES.values())


def test_a_stream_has_the_members_that_its_file_would_have():
    assert read(io.BytesIO(gzip.compress(tar(FILES)))) == list(FILES.items())


def test_damage_shows_while_a_member_is_read_and_names_it(corpus):
    content = gzip.compress(tar({"a.txt": TEXT, "b.txt": random.Random(2).randbytes(1 << 20)}))
    reading = members.members(corpus(content[:-1000]))

    with next(reading).open() as stream:
        assert stream.read() == TEXT
    with (
        next(reading).open() as stream,
        pytest.raises(CorpusError, match=r"^b\.txt cannot be read: it is compressed and"),
    ):
        stream.read()


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"mimetype": "application/epub+zip", "a.xhtml": "<html/>"}, "an EPUB"),
        ({"META-INF/container.xml": "<x/>", "a.xhtml": "<html/>"}, "an EPUB"),
        ({"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>"}, "a DOCX document"),
        ({"[Content_Types].xml": "<x/>", "xl/workbook.xml": "<x/>"}, "an XLSX workbook"),
        ({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}, "an ODT document"),
        ({"arr_0.npy": b"\x93NUMPY", "arr_1.npy": b"\x93NUMPY"}, "an array of NumPy"),
        ({"model/data.pkl": b"\x80\2", "model/data/0": b"\0"}, "a checkpoint of PyTorch"),
    ],
)
def test_a_document_in_the_guise_of_a_zip_archive_is_refused_as_what_it_is(corpus, files, said):
    document = zipped(files)

    assert refused(corpus(document)).startswith(f"the corpus is {said}, not text; ")
    within = refused(corpus(tar({"a.txt": TEXT, "d/b": document})))
    assert within.startswith(f"d/b is {said}, not text; ")
    assert within.endswith("or choose the corpus's texts with --member")


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(sorted(ARCHIVES)),
    changes=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=4)), min_size=1, max_size=4),
    cut=st.floats(0, 1),
)
def test_a_mutated_archive_is_read_or_refused_and_nothing_else(kind, changes, cut, tmp_path_factory):
    content = bytearray(ARCHIVES[kind]({"a.txt": TEXT[:300], "in.zip": zipped({"b": FRENCH[:300]})}))
    for place, change in changes:
        start = int(place * len(content))
        content[start : start + len(change)] = change
    path = tmp_path_factory.getbasetemp() / "mutated"
    path.write_bytes(bytes(content[: len(content) - int(cut**8 * len(content))]))
    try:
        read(path)
    except CorpusError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("charset", "language"), [("cp866", "Russian"), ("cp932", "Japanese"), ("gbk", "Simplified Chinese")]
)
def test_names_in_the_set_of_the_machine_that_packed_them_are_read(corpus, charset, language):
    found = dict.fromkeys(line[:12].strip() + ".txt" for line in long_text(language, 600).splitlines())
    written = {f"{number:02}".ljust(len(name.encode(charset)), "x"): name for number, name in enumerate(found)}
    archive = zipped(dict.fromkeys(written, TEXT))
    for ascii_name, name in written.items():
        archive = archive.replace(ascii_name.encode(), name.encode(charset))

    assert names_of(corpus(archive)) == list(found)


@pytest.mark.parametrize(("charset", "name"), [("gbk", "三国演义之第一回.txt"), ("shift_jis", "ソース表.txt")])
def test_a_name_that_is_marked_as_utf_8_and_is_not_is_named_with_what_to_do(corpus, charset, name):
    written = name.encode(charset)
    content = bytearray(zipped({"x" * len(written): TEXT}).replace(b"x" * len(written), written))
    struct.pack_into("<H", content, content.index(b"PK\x01\x02") + 8, 0x800)

    said = refused(corpus(bytes(content)))

    assert "the name of its member " in said
    assert "marked as UTF-8 and is in another character set; unpack it by other means (unar, 7z) and give" in said
    assert ".txt" in said
    assert "codec" not in said


@pytest.mark.parametrize("name", ["x" * 60_000, "é" * 30_000], ids=["of ASCII", "of UTF-8"])
def test_a_long_name_is_cut_in_what_is_said_of_its_file(corpus, name):
    marked = bytearray(zipped({"x" * 60_000: TEXT}).replace(b"x" * 60_000, b"\xff" * 60_000))
    struct.pack_into("<H", marked, marked.index(b"PK\x01\x02") + 8, 0x800)

    for said in (
        refused(corpus(zipped({"a.txt": TEXT, name: zstd(TEXT)[:20]}))),
        refused(corpus(zipped({name: TEXT})), chosen=["a.txt"]),
        refused(corpus(bytes(marked))),
    ):
        assert "…" in said
        assert len(said) < 500


def test_what_needs_a_dictionary_is_refused_as_that(corpus):
    dictionary = zstandard.train_dictionary(1024, [TEXT[at : at + 300] + b"%d" % at for at in range(1500)])

    assert "it is packed with a dictionary" in refused(
        corpus(zstandard.ZstdCompressor(dict_data=dictionary).compress(TEXT))
    )
