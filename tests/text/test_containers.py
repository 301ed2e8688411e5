import pytest

from tasks.text.containers import kind_of_zip


@pytest.mark.parametrize(
    ("names", "mimetype", "what"),
    [
        ({"mimetype", "OEBPS/a.xhtml"}, "application/epub+zip\n", "an EPUB"),
        ({"mimetype"}, "application/vnd.oasis.opendocument.text-template", "an ODT document"),
        ({"mimetype"}, "application/vnd.oasis.opendocument.spreadsheet", "an ODS spreadsheet"),
        ({"mimetype"}, "application/vnd.oasis.opendocument.presentation", "a document of LibreOffice"),
        ({"[Content_Types].xml", "ppt/presentation.xml"}, "", "a PPTX presentation"),
        ({"Index/Document.iwa"}, "", "a document of Apple's Pages, Numbers or Keynote"),
        ({"weights/data.pkl", "weights/data/0"}, "", "a checkpoint of PyTorch"),
    ],
)
def test_documents_in_zip_archives_are_told_by_their_names(names, mimetype, what):
    assert kind_of_zip(names, mimetype).what == what


@pytest.mark.parametrize("names", [set(), {"a.txt"}, {"mimetype"}, {"docs/word.xml", "data/a.npy", "data.pkl"}])
def test_a_zip_archive_of_texts_is_none(names):
    assert kind_of_zip(names, "text/plain") is None
