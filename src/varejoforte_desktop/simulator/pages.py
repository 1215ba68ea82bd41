"""The look of the store's pages: templates filled in so that nothing a person typed can act as markup."""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

UNSEEN = frozenset({"script", "style", "template", "iframe", "object"})
BLOCKS = frozenset({"p", "br", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "tr", "table"})


def templates_folder() -> Path:
    """Where the templates are: inside the installed package, or beside `src` in the source tree."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "resources" / "simulator"
    return installed if installed.is_dir() else package.parents[1] / "resources" / "simulator"


def render(template: str, **values: object) -> str:
    """A page from a template. Every value is escaped."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(templates_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


class _TextOnly(HTMLParser):
    """Collects the words of a piece of HTML and drops the rest."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in UNSEEN
        if tag in BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN and self._unseen:
            self._unseen -= 1
        if tag in BLOCKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.words.append(data)


def plain_text(markup: str) -> str:
    """The text of a description that came as HTML, one paragraph a line."""
    parser = _TextOnly()
    parser.feed(markup)
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.words).splitlines())
    return "\n".join(line for line in lines if line)
