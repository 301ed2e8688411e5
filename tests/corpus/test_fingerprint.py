import hashlib

from tasks.corpus.fingerprint import fingerprint_of, recognises


def test_a_fingerprint_recognises_its_text_alone():
    assert recognises(fingerprint_of("hunter2"), "hunter2")
    assert not recognises(fingerprint_of("hunter2"), "hunter3")


def test_a_fingerprint_is_another_each_time_and_no_plain_digest():
    first, second = fingerprint_of("hunter2"), fingerprint_of("hunter2")

    assert set(first.split(":")).isdisjoint(second.split(":"))
    assert hashlib.sha256(b"hunter2").hexdigest() not in first


def test_what_is_no_fingerprint_recognises_nothing():
    for damaged in (None, "", ":", "zz:00", 7, [], f"{'00' * 16}:", fingerprint_of("hunter2")[:-1]):
        assert not recognises(damaged, "hunter2")
