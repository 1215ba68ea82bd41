"""The keys of the program: bound and listed from one place, so that F1 never lies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

#: The context of keys that work everywhere.
EVERYWHERE: Final = "Em qualquer tela"

_WORDS: Final = {"Space": "Espaço", "Return": "Enter", "Backspace": "Apagar", "Up": "↑", "Down": "↓"}


class DuplicateShortcut(Exception):
    """Two actions of one context ask for the same key: a mistake of ours."""


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A key, what it does in a few Portuguese words, and the place where it works."""

    key: str
    title: str
    context: str = EVERYWHERE

    @property
    def words(self) -> str:
        """The key as written on the screen: "F10", "Ctrl+Espaço"."""
        portable = QKeySequence(self.key).toString(QKeySequence.SequenceFormat.PortableText)
        if portable.endswith("++"):
            return portable
        return "+".join(_WORDS.get(part, part) for part in portable.split("+")) if portable != "+" else "+"


@dataclass(frozen=True, slots=True)
class _Binding:
    shortcut: Shortcut
    owner: QWidget
    action: Callable[[], object]
    keys: QShortcut


class ShortcutRegistry:
    """Binds keys to actions and remembers them for the F1 list and the legends.

    The same key may mean one thing everywhere and another inside a screen: the narrower place wins.
    """

    def __init__(self) -> None:
        self._bindings: list[_Binding] = []

    def bind(
        self, owner: QWidget, shortcut: Shortcut, action: Callable[[], object], *, repeats: bool = False
    ) -> QShortcut:
        """Make a key work inside `owner` (in its whole window if it is one), until `owner` is destroyed.

        `repeats`: holding it down does it again and again, as for turning pages; else one press does it once.
        Raises DuplicateShortcut if the context already uses the key.
        """
        sequence = QKeySequence(shortcut.key)
        # A word that names no key still makes a sequence, of an unknown key without a text.
        if not sequence.toString(QKeySequence.SequenceFormat.PortableText):
            raise ValueError(f"not a key: {shortcut.key!r}")
        for other in self._bindings:
            if other.shortcut.context == shortcut.context and other.keys.key() == sequence:
                raise DuplicateShortcut(
                    f"{shortcut.key} in {shortcut.context!r}: {other.shortcut.title}, {shortcut.title}"
                )
        whole_window = owner.isWindow()
        context = (
            Qt.ShortcutContext.WindowShortcut
            if whole_window
            else Qt.ShortcutContext.WidgetWithChildrenShortcut
        )
        keys = QShortcut(sequence, owner)
        keys.setContext(context)
        keys.setAutoRepeat(repeats)
        binding = _Binding(shortcut, owner, action, keys)
        keys.activated.connect(action)
        keys.activatedAmbiguously.connect(lambda: self._fire_narrowest(sequence))
        self._bindings.append(binding)
        owner.destroyed.connect(lambda: self._forget(binding))
        return keys

    def by_context(self) -> dict[str, tuple[Shortcut, ...]]:
        """Every key, grouped by the place where it works, places and keys in the order they were bound."""
        grouped: dict[str, list[Shortcut]] = {}
        for binding in self._bindings:
            grouped.setdefault(binding.shortcut.context, []).append(binding.shortcut)
        return {context: tuple(shortcuts) for context, shortcuts in grouped.items()}

    def legend(self, context: str) -> str:
        """The keys of a place on one line: "F5 atualizar · Ins novo"."""
        return " · ".join(f"{s.words} {s.title.lower()}" for s in self.by_context().get(context, ()))

    def _fire_narrowest(self, sequence: QKeySequence) -> None:
        focus = QApplication.focusWidget()
        live = [
            b
            for b in self._bindings
            if b.keys.key() == sequence and b.keys.isEnabled() and _holds(b.owner, focus)
        ]
        if live:
            max(live, key=lambda b: _depth(b.owner)).action()

    def _forget(self, binding: _Binding) -> None:
        self._bindings.remove(binding)


def _holds(owner: QWidget, focus: QWidget | None) -> bool:
    return focus is not None and (owner is focus or owner.isAncestorOf(focus))


def _depth(widget: QObject) -> int:
    parent = widget.parent()
    return 0 if parent is None else 1 + _depth(parent)
