"""Control groups as Linux shows them, made up."""


def made(folder, membership, files):
    """The folder of groups that have these files, and the file that says which of them a process is in."""
    groups, member = folder / "groups", folder / "membership"
    member.write_text(membership)
    for name, content in files.items():
        path = groups / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return groups, member
