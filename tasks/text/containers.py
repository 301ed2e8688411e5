"""Documents that are zip archives: told by what files they consist of."""

from collections.abc import Collection

from tasks.text.kinds import ARRAYS, AS_PLAIN_TEXT, BY_PANDOC, GIVE_TEXT, Kind

# Of a zip archive, by a file in it.
CONTAINERS = {
    "word/document.xml": Kind("a DOCX document", f"{AS_PLAIN_TEXT}, or {BY_PANDOC}"),
    "xl/workbook.xml": Kind("an XLSX workbook", "save it as CSV"),
    "xl/workbook.bin": Kind("an XLSB workbook", "save it as CSV"),
    "ppt/presentation.xml": Kind("a PPTX presentation", AS_PLAIN_TEXT),
    "META-INF/container.xml": Kind("an EPUB", f"{BY_PANDOC}, or convert it (ebook-convert)"),
    "AndroidManifest.xml": Kind("an Android package", GIVE_TEXT),
    "Index/Document.iwa": Kind("a document of Apple's Pages, Numbers or Keynote", f"export it: {AS_PLAIN_TEXT}"),
    "archive/data.pkl": Kind("a checkpoint of PyTorch", GIVE_TEXT),
}
MIMETYPES = {
    "application/epub": CONTAINERS["META-INF/container.xml"],
    "application/vnd.oasis.opendocument.text": Kind("an ODT document", f"{AS_PLAIN_TEXT}, or {BY_PANDOC}"),
    "application/vnd.oasis.opendocument.spreadsheet": Kind("an ODS spreadsheet", "save it as CSV"),
    "application/vnd.oasis.opendocument": Kind("a document of LibreOffice", AS_PLAIN_TEXT),
}


def kind_of_zip(names: Collection[str], mimetype: str) -> Kind | None:
    """What document a zip archive is; None if it is one of files.

    Args:
        names: of all its files.
        mimetype: what its file `mimetype` holds; nothing if it has none.
    """
    by_mimetype = next((kind for start, kind in MIMETYPES.items() if mimetype.startswith(start)), None)
    by_name = next((kind for name, kind in CONTAINERS.items() if name in names), None)
    if names and all(name.endswith(".npy") for name in names):
        return ARRAYS
    is_checkpoint = any(name.endswith("/data.pkl") for name in names) and any("/data/" in name for name in names)
    return by_mimetype or by_name or (CONTAINERS["archive/data.pkl"] if is_checkpoint else None)
