"""The house rules that no linter knows, each a function from a source text to what it finds wrong."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_MODULE = 400
LONGEST_FUNCTION = 40
LONGEST_FIRST_LINE = 120
VAGUE_NAMES = frozenset({"utils", "helpers", "common", "misc", "manager", "base", "constants"})
FORBIDDEN_CALLS = {
    "exec": "nests the event loop: use open() and await finished",
    "exec_": "nests the event loop: use open() and await finished",
    "processEvents": "nests the event loop: await something instead",
}
FORBIDDEN_QASYNC = frozenset({"asyncSlot", "asyncClose"})

# Written in pieces, so that this file does not find itself.
MACHINE_PATH = re.compile(r"(?<![\w.\-/])/(?:" + "root|" + r"work)/")
PACKAGE_HOST = re.compile(
    r"https?://[^\s\"'<>/]*\b(?:pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|deb\.debian\.org|security\.debian\.org|"
    r"archive\.ubuntu\.com|proxy\.golang\.org|crates\.io|conda\.anaconda\.org)",
    re.IGNORECASE,
)
SECRETS = (
    re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE " + r"KEY-----\s+[A-Za-z0-9+/=]{20,}"),
    re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36,}\b"),
    re.compile(r"\bglpat-[\w-]{20,}"),
    re.compile(r"\bxox[abprs]-[\w-]{10,}"),
    re.compile(r"\bpypi-AgE[\w-]{50,}"),
    re.compile(r"\beyJ[\w-]{16,}\.eyJ[\w-]{16,}\.[\w-]{16,}"),
)


@dataclass(frozen=True)
class Source:
    """A module, as the rules see it."""

    name: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """The parsed module."""
        return ast.parse(self.text, self.name)


def docstring(source: Source) -> Iterator[str]:
    """A module opens by saying what it is, in one sentence of one line."""
    said = ast.get_docstring(source.tree)
    if not said:
        yield f"{source.name}: no module docstring"
        return
    first = said.splitlines()[0]
    if len(first) > LONGEST_FIRST_LINE:
        yield f"{source.name}: the first line of the docstring has {len(first)} characters"
    if not first.endswith("."):
        yield f"{source.name}: the first line of the docstring does not end with a full stop"


def module_length(source: Source) -> Iterator[str]:
    """Nobody scrolls for ever."""
    lines = len(source.text.splitlines())
    if lines > LONGEST_MODULE:
        yield f"{source.name}: {lines} lines (at most {LONGEST_MODULE})"


def function_length(source: Source) -> Iterator[str]:
    """From `def` to the last line, the docstring left out. A migration is a list, read once and never edited."""
    if "/migrations/versions/" in source.name:
        return
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if ast.get_docstring(node, clean=False) is not None:
            said = node.body[0]
            lines -= (said.end_lineno or said.lineno) - said.lineno + 1
        if lines > LONGEST_FUNCTION:
            yield f"{source.name}:{node.lineno}: {node.name} has {lines} lines (at most {LONGEST_FUNCTION})"


def nested_loops(source: Source) -> Iterator[str]:
    """One event loop, never one inside another."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in FORBIDDEN_CALLS:
            yield f"{source.name}:{node.lineno}: .{node.attr} {FORBIDDEN_CALLS[node.attr]}"
        elif isinstance(node, ast.Attribute) and node.attr in FORBIDDEN_QASYNC:
            yield f"{source.name}:{node.lineno}: qasync.{node.attr}"
        elif isinstance(node, ast.ImportFrom) and node.module == "qasync":
            for alias in node.names:
                if alias.name in FORBIDDEN_QASYNC:
                    yield f"{source.name}:{node.lineno}: qasync.{alias.name}"


def module_name(source: Source) -> Iterator[str]:
    """A module is called after what is in it."""
    for part in source.name.removesuffix(".py").split("/"):
        if part.strip("_") in VAGUE_NAMES:
            yield f"{source.name}: '{part}' says nothing about what is inside"


def silenced_types(source: Source) -> Iterator[str]:
    """Whoever silences the type checker says about what."""
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        if token.type == tokenize.COMMENT and re.search(r"#\s*type:\s*ignore(?!\[)", token.string):
            yield f"{source.name}:{token.start[0]}: type: ignore without a code"


def untranslatable(source: Source) -> Iterator[str]:
    """What lupdate extracts must be the whole sentence: format it afterwards."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called not in ("tr", "translate"):
            continue
        arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
        if any(isinstance(inner, ast.JoinedStr) for argument in arguments for inner in ast.walk(argument)):
            yield f"{source.name}:{node.lineno}: an f-string inside {called}()"


def private_matters(source: Source) -> Iterator[str]:
    """What belongs to one machine or to one person stays out of the repository."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if MACHINE_PATH.search(line):
            yield f"{source.name}:{number}: a path of one machine"
        if PACKAGE_HOST.search(line):
            yield f"{source.name}:{number}: the address of a package host"
    for pattern in SECRETS:
        for found in pattern.finditer(source.text):
            yield f"{source.name}:{source.text.count(chr(10), 0, found.start()) + 1}: looks like a secret"


OF_MODULES = (
    docstring,
    module_length,
    function_length,
    nested_loops,
    module_name,
    silenced_types,
    untranslatable,
)
