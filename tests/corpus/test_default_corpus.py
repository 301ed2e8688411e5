from tasks.corpus.default_corpus import default_corpus


def test_the_default_corpus_is_a_text_of_fair_size_and_always_the_same():
    text = default_corpus()

    assert 300_000 < len(text) < 1_000_000
    assert text.endswith("\n")
    assert text.count("\0") == text.count("\r") == 0
    assert default_corpus() == text


def test_each_topic_stands_under_its_name_in_order():
    text = default_corpus()

    assert text.startswith("assert\n======\n\n")
    assert text.index("\n\nbreak\n=====\n\n") < text.index("\n\nwhile\n=====\n\n")
