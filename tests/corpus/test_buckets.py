import errno

import pytest

from tasks.corpus import buckets
from tasks.corpus.errors import CorpusError, TransientCorpusError
from tests.corpus.tarred import members

OBJECTS = {
    "poems/b.txt": b"two",
    "poems/a.txt": b"one",
    "poems/deep/c.txt": b"three",
    "poems/.hidden": b"x",
    "poems/empty": b"",
    "odd[1].txt": b"odd",
}


@pytest.fixture(scope="module")
def moto():
    pytest.importorskip("s3fs")
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def s3(moto, monkeypatch):
    """A client of a bucket with objects in it."""
    import boto3

    for name, value in {
        "AWS_ENDPOINT_URL": moto,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3")
    client.create_bucket(Bucket="corpora")
    for key, body in OBJECTS.items():
        client.put_object(Bucket="corpora", Key=key, Body=body)
    yield client
    client.close()


def test_an_object_is_fetched_as_it_is(s3, fetched, destination):
    for key in ("poems/a.txt", "odd[1].txt"):
        fetched(f"s3://corpora/{key}")
        assert destination.read_bytes() == OBJECTS[key]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("poems", ["a.txt", "b.txt", "deep/c.txt"]),
        ("poems/", ["a.txt", "b.txt", "deep/c.txt"]),
        ("", ["odd[1].txt", "poems/a.txt", "poems/b.txt", "poems/deep/c.txt"]),
        ("poems/*.txt", ["a.txt", "b.txt"]),
        ("poems/**/*.txt", ["a.txt", "b.txt", "deep/c.txt"]),
        ("*/a.txt", ["poems/a.txt"]),
    ],
)
def test_a_prefix_or_a_pattern_is_one_tar_of_its_objects(s3, fetched, destination, path, found):
    fetched(f"s3://corpora/{path}")

    assert list(members(destination)) == found
    assert set(members(destination).values()) <= set(OBJECTS.values())


def test_nothing_is_fetched_again_until_an_object_changes(s3, fetched, destination):
    known = fetched("s3://corpora/poems").remember

    assert fetched("s3://corpora/poems", known).unchanged == "nothing changed in 3 files"
    assert not destination.exists()

    s3.put_object(Bucket="corpora", Key="poems/a.txt", Body=b"ONE")
    assert fetched("s3://corpora/poems", known).unchanged is None
    assert members(destination)["a.txt"] == b"ONE"


@pytest.mark.parametrize("path", ["corpora/gone.txt", "corpora/gone/*.txt", "no-such-bucket/a.txt"])
def test_what_is_not_there_is_said_in_one_line(s3, fetched, path):
    with pytest.raises(CorpusError, match=r"there is nothing at s3://|leads to no file with text in it") as refused:
        fetched(f"s3://{path}")
    assert not isinstance(refused.value, TransientCorpusError)


def test_without_credentials_a_bucket_is_read_as_everybody_may(s3, fetched, destination, monkeypatch, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    s3.put_bucket_policy(
        Bucket="corpora",
        Policy='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}]}',
    )

    fetched("s3://corpora/poems/a.txt")

    assert destination.read_bytes() == b"one"


def test_a_storage_that_does_not_answer_may_answer_later(s3, fetched, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    with pytest.raises(TransientCorpusError, match=r"cannot fetch s3://corpora/a\.txt: "):
        fetched("s3://corpora/a.txt")


@pytest.mark.parametrize(("scheme", "extra"), [("s3", "s3"), ("gs", "gs"), ("az", "az"), ("abfs", "az")])
def test_without_its_library_the_extra_is_named(fetched, monkeypatch, scheme, extra):
    monkeypatch.setitem(buckets.LIBRARIES, scheme, ("no_such_library", extra))

    with pytest.raises(CorpusError, match=f"{scheme}:// needs the extra `{extra}`: pip install no_such_library"):
        fetched(f"{scheme}://bucket/a.txt")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_none_of_the_clouds_faults(number):
    with pytest.raises(OSError, match="full"), buckets.cloud_faults("s3://bucket/a"):
        raise OSError(number, "full")


def test_settings_of_a_cloud_that_cannot_be_are_not_tried_again():
    with pytest.raises(CorpusError, match="ValueError: no account; check") as refused, buckets.cloud_faults("az://a/b"):
        raise ValueError("no\naccount")
    assert not isinstance(refused.value, TransientCorpusError)
