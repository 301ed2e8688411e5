"""A page as one HTML file: template filled, script and style sheets inside, and the policy that allows no others."""

import functools
import html
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tasks.page.embedding import content_security_policy

FOLDER = Path(__file__).parent
BASE = "base.html.jinja"
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
MARK = '<span class="mark">charflow</span>'


def document(
    template: str,
    *,
    script: str,
    styles: Sequence[str],
    workers: str | None = None,
    connects: bool = False,
    **values: Any,
) -> str:
    """The page that the template gives.

    Args:
        template: its file name; it extends `base`.
        script: all of the page's own script.
        styles: every style sheet that the page holds, the first of which is its own.
        workers: name of the policy by which the script makes workers, if it does.
        connects: whether the script may ask the server that the page came from.
        values: for the template. Texts are escaped, unless they are `markup`.
    """
    policy = content_security_policy([script], styles, workers, connects=connects)
    own = {"base": BASE, "policy": markup(policy), "script": markup(script), "style": markup(styles[0])}
    return fragment(template, **own, **values)


def with_links(page: str, links: Mapping[str, str]) -> str:
    """A page of any version with links at its head, for a server that has more than the page itself.

    Args:
        page: HTML; without a head it stays as it is.
        links: addresses, by their words.
    """
    before, found, after = page.partition(MARK)
    listed = "".join(f'<a href="{html.escape(to)}">{html.escape(words)}</a>' for words, to in links.items())
    return f'{before}{found}<nav aria-label="Server">{listed}</nav>{after}' if found else page


def fragment(template: str, **values: Any) -> str:
    """What the template gives, by itself."""
    return str(_environment().get_template(template).render(**values))


def markup(trusted: str) -> Any:
    """Text that a template takes as it is: ours, or made safe before."""
    from markupsafe import Markup

    return Markup(trusted)


def shown(value: Any) -> Any:
    """What a template prints for a value: texts with their control characters written out."""
    from tasks.text.characters import visible

    return visible(value) if type(value) is str else value


def lines(text: str) -> str:
    """A text with its line ends and tabs kept and its other control characters written out."""
    from tasks.text.characters import visible

    return "".join(c if c in "\n\t" else visible(c) for c in text)


def plain(value: Any) -> str:
    """A value of an option as one reads it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list | tuple):
        return ", ".join(map(plain, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def sentence(text: str) -> Any:
    """A sentence whose figures and options are broken nowhere."""
    whole = OPTION.sub(r'<code class="option">\g<0></code>', html.escape(shown(text)))
    return markup(whole.replace(" %", "&nbsp;%"))


@functools.cache
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["plain"] = plain
    environment.filters["count"] = lambda number: f"{number:,}"
    environment.filters["lines"] = lambda text: markup(html.escape(lines(text)))
    environment.filters["sentence"] = sentence
    return environment
