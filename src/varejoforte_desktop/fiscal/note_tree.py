"""The XML of a note as a plain tree, read by a parser that refuses whatever a note never needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from varejoforte_desktop.domain.fiscal_errors import WrongInvoiceFile

NAMESPACE: Final = "http://www.portalfiscal.inf.br/nfe"
#: The layout nests a dozen deep; 990 items with every field come to some 150 000 elements.
DEEPEST: Final = 40
MOST_NODES: Final = 250_000
_SEPARATOR: Final = "\n"  # cannot stand in an address nor in a name


@dataclass(slots=True, eq=False)
class Node:
    """An element: its name without the namespace, what it holds, and whether it is of the official layout.

    `first` and `last`: where its bytes begin and where its closing tag begins.
    """

    name: str
    official: bool
    attributes: dict[str, str]
    children: list[Node] = field(default_factory=list)
    content: str = ""
    first: int = 0
    last: int = 0

    def child(self, name: str) -> Node | None:
        """The first child with this name."""
        return next((each for each in self.children if each.name == name), None)

    def within(self, *names: str) -> Node | None:
        """The first one down this path."""
        node: Node | None = self
        for name in names:
            node = None if node is None else node.child(name)
        return node

    def needed(self, name: str) -> Node:
        """The first child with this name. Raises WrongInvoiceFile when there is none."""
        node = self.child(name)
        if node is None:
            raise WrongInvoiceFile("damaged", name)
        return node

    def text(self, name: str) -> str:
        """What the first child with this name says, trimmed, "" when there is none."""
        node = self.child(name)
        return "" if node is None else node.content.strip()


def read_tree(data: bytes) -> Node:
    """The tree of these bytes. Raises WrongInvoiceFile: not_xml, entities, damaged."""
    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
    builder = _Builder(parser)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = builder.doctype
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.words
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        # What is no XML at all is another mistake than a file that was cut off, or lies about its letters.
        raise WrongInvoiceFile(
            "not_xml" if builder.root is None else "damaged", expat.ErrorString(error.code) or ""
        ) from None
    except (LookupError, ValueError):  # a declared encoding that does not exist, or is none for texts
        raise WrongInvoiceFile("not_xml", "encoding") from None
    if builder.root is None:
        raise WrongInvoiceFile("not_xml")
    return builder.root


class _Builder:
    """Puts the tree together as the parser tells of it."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self._parser = parser
        self.root: Node | None = None
        self._open: list[Node] = []
        self._nodes = 0

    def doctype(self, *_: object) -> None:
        """No note declares entities."""
        raise WrongInvoiceFile("entities")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._nodes += 1
        if len(self._open) >= DEEPEST or self._nodes > MOST_NODES:
            raise WrongInvoiceFile("damaged", "depth" if len(self._open) >= DEEPEST else "size")
        namespace, _, name = tag.rpartition(_SEPARATOR)
        node = Node(name, namespace == NAMESPACE, attributes, first=self._parser.CurrentByteIndex)
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def end(self, _tag: str) -> None:
        self._open.pop().last = self._parser.CurrentByteIndex

    def words(self, text: str) -> None:
        if self._open and not self._open[-1].children:
            self._open[-1].content += text
