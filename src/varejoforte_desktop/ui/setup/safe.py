"""Where this computer keeps its passwords: chosen once in plain words, opened with a phrase, never in clear."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QPushButton, QRadioButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.station_setup import (
    MINIMUM_PASSPHRASE,
    SafeKind,
    SafeNeed,
    SafeState,
    StationSetup,
)
from varejoforte_desktop.domain.access_errors import PassphraseWeak, SafeClosed
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.ui.dialogs.asked import answered, two_ways
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.preferences.connect_form import SecretEdit
from varejoforte_desktop.ui.setup.dialog import SetupDialog
from varejoforte_desktop.ui.setup.words import SAFES, shown_books
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.field import Field


async def open_safe(setup: StationSetup, parent: QWidget | None) -> bool:
    """Ask for whatever the books still need before they can be opened; False when somebody went back."""
    state = await setup.safe()
    while state.need is not SafeNeed.NOTHING:
        if not await _given(setup, state, parent):
            return False
        state = await setup.safe()
    return True


async def _given(setup: StationSetup, state: SafeState, parent: QWidget | None) -> bool:
    if state.need is SafeNeed.CHOICE:
        return await answered(SafeDialog(setup, state, parent))
    dialog = UnlockDialog(setup, state.need, parent)
    given = await answered(dialog)
    if dialog.forgotten:
        return await answered(SafeDialog(setup, state, parent, anew=True))
    return given


async def ask_password(setup: StationSetup, parent: QWidget | None) -> bool:
    """The database's password once more, where this computer keeps none; False when somebody went back."""
    state = await setup.safe()
    if state.kind is not SafeKind.ASK or not setup.now.configured or setup.now.in_a_file:
        return await open_safe(setup, parent)
    return await answered(UnlockDialog(setup, SafeNeed.PASSWORD, parent))


class SafeDialog(SetupDialog):
    """The safe ways there are at this computer; in clear is none of them."""

    def __init__(
        self, setup: StationSetup, state: SafeState, parent: QWidget | None = None, *, anew: bool = False
    ) -> None:
        """`anew`: the phrase of the file that is there was forgotten; a new file takes its place."""
        self._anew = anew
        title = "Este computador não tem um cofre de senhas"
        if anew or state.keyring:
            title = "Começar um cofre novo" if anew else "Onde este computador guarda as senhas"
        super().__init__("safe", title, parent, width=560)
        self._setup = setup
        self._state = state
        self.choices: dict[SafeKind, QRadioButton] = {}
        self.phrase = SecretEdit("safe_phrase")
        self.again = SecretEdit("safe_phrase_again")
        self.phrase_field = Field(
            self.tr("Frase secreta"),
            self.phrase,
            self.tr("Pelo menos {count} letras; quatro ou cinco palavras servem bem.").format(
                count=MINIMUM_PASSPHRASE
            ),
        )
        self.again_field = Field(self.tr("Repita a frase"), self.again)
        self.go = QPushButton(self.tr("Guardar assim"))
        self.go.setObjectName("safe_save")
        self.back = QPushButton(self.tr("Voltar (Esc)"))
        self.back.setObjectName("safe_back")
        self._group = QButtonGroup(self)
        self._phrases = QWidget()
        self._build()
        self._connect()
        self.choices[state.kind or self._first()].setChecked(True)
        self._chosen()

    def _connect(self) -> None:
        self.go.clicked.connect(self.save)
        self.back.clicked.connect(self.reject)
        self.phrase.returnPressed.connect(self.again.setFocus)
        self.again.returnPressed.connect(self.save)
        for edit in (self.phrase, self.again):
            edit.textEdited.connect(self._forget_errors)
        self._group.buttonToggled.connect(self._chosen)

    def _first(self) -> SafeKind:
        return SafeKind.KEYRING if self._state.keyring else SafeKind.ASK

    def _build(self) -> None:
        column = self.body
        column.addWidget(paragraph(self._why(), "muted"))
        column.addWidget(self.banner)
        if self._state.keyring:
            column.addWidget(
                self._choice(
                    SafeKind.KEYRING,
                    self.tr("O sistema as abre junto com o seu usuário do computador. Recomendado."),
                )
            )
        column.addWidget(
            self._choice(
                SafeKind.ASK,
                self.tr(
                    "Nada fica guardado. Quem abre o programa digita a senha do banco, e um administrador "
                    "entra uma vez para a loja falar com a Tray."
                ),
            )
        )
        column.addWidget(
            self._choice(
                SafeKind.FILE,
                self.tr("Quem abre o programa digita uma frase. Sem ela o arquivo não serve a ninguém."),
                self._phrase_fields(),
            )
        )
        column.addStretch(1)
        self._phrases.hide()
        self.frame(two_ways(self.back, self.go))

    def _why(self) -> str:
        if self._anew:
            return self.tr(
                "Uma frase esquecida ninguém recupera; o arquivo antigo é posto de lado. Depois entre de novo na "
                "loja com a senha do banco, e um administrador entra uma vez nesta estação."
            )
        return self.tr(
            "A senha do banco de dados e a chave da loja nunca ficam abertas no disco. "
            "Escolha onde elas ficam:"
        )

    def _choice(self, kind: SafeKind, explained: str, more: QWidget | None = None) -> QFrame:
        card = QFrame()
        restyle(card, card=True)
        column = QVBoxLayout(card)
        column.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        column.setSpacing(Space.XS)
        radio = QRadioButton(SAFES[kind])
        radio.setObjectName(f"safe_{kind.value}")
        radio.setAccessibleDescription(explained)
        self.choices[kind] = radio
        self._group.addButton(radio)
        told = paragraph(explained, "muted")
        told.setContentsMargins(Theme.current().px(32), 0, 0, 0)
        column.addWidget(radio)
        column.addWidget(told)
        if more is not None:
            column.addWidget(more)
        return card

    def _phrase_fields(self) -> QWidget:
        column = QVBoxLayout(self._phrases)
        column.setContentsMargins(Theme.current().px(32), Space.S, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(self.phrase_field)
        column.addWidget(self.again_field)
        column.addWidget(
            paragraph(self.tr("Ninguém recupera uma frase esquecida: anote-a fora do computador."), "small")
        )
        return self._phrases

    @property
    def kind(self) -> SafeKind:
        """What is chosen."""
        return next(kind for kind, radio in self.choices.items() if radio.isChecked())

    def _chosen(self, *_: object) -> None:
        self._phrases.setVisible(self.kind is SafeKind.FILE)
        around = self._phrases.parentWidget()
        if around is not None and (inside := around.layout()) is not None:
            inside.update()
            inside.activate()  # else the card is believed to be as high as it was
        self.fit()
        if self.kind is SafeKind.FILE and self.isVisible():
            self.phrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def save(self) -> None:
        """Keep secrets there from now on; the phrase is asked for twice."""
        if self.saving:
            return
        phrase = ""
        if self.kind is SafeKind.FILE:
            phrase = self.phrase.text()
            if len(phrase.strip()) < MINIMUM_PASSPHRASE:
                self._point(self.phrase_field, sentence(PassphraseWeak(MINIMUM_PASSPHRASE)).whole)
                return
            if phrase != self.again.text():
                self._point(self.again_field, self.tr("As duas frases são diferentes."))
                return
        self.banner.hide()
        self.begin(self._setup.choose_safe(self.kind, phrase, anew=self._anew))

    def _point(self, field: Field, said: str) -> None:
        field.set_error(said)
        self.fit()
        field.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def point_at(self, error: DomainError, said: str) -> bool:
        """A phrase that is too short."""
        if error.field != "passphrase" or self.kind is not SafeKind.FILE:
            return False
        self._point(self.phrase_field, said)
        return True

    def _forget_errors(self) -> None:
        self.phrase_field.set_error("")
        self.again_field.set_error("")

    def show_saving(self, *, saving: bool) -> None:
        """The choices wait while it is done."""
        self.go.setEnabled(not saving)
        self.go.setText(self.tr("Guardando…") if saving else self.tr("Guardar assim"))

    async def aclose(self) -> None:
        """End what runs; no phrase stays behind."""
        await super().aclose()
        self.phrase.wipe()
        self.again.wipe()


class UnlockDialog(SetupDialog):
    """One secret typed before the books are opened: the phrase of the file, or the database's password."""

    def __init__(self, setup: StationSetup, need: SafeNeed, parent: QWidget | None = None) -> None:
        asks_phrase = need is SafeNeed.PASSPHRASE
        title = "Abrir o cofre desta estação" if asks_phrase else "Senha do banco de dados"
        super().__init__("unlock", title, parent, width=440)
        self._setup = setup
        self._asks_phrase = asks_phrase
        #: Nobody remembers the phrase.
        self.forgotten = False
        self.forget = QPushButton(self.tr("Esqueci a frase"))
        self.forget.setObjectName("unlock_forgotten")
        self.forget.setAutoDefault(False)
        self.forget.setVisible(asks_phrase)
        restyle(self.forget, kind="quiet")
        self.forget.clicked.connect(self._forgot)
        self.secret = SecretEdit("unlock_secret")
        self.secret_field = Field(
            self.tr("Frase secreta") if asks_phrase else self.tr("Senha do banco"),
            self.secret,
            self.tr("Não é a sua senha de operador."),
        )
        self.go = QPushButton()
        self.go.setObjectName("unlock_save")
        self.back = QPushButton(self.tr("Voltar (Esc)"))
        self.back.setObjectName("unlock_back")
        self._build()
        self.show_saving(saving=False)
        self.go.clicked.connect(self.save)
        self.back.clicked.connect(self.reject)
        self.secret.returnPressed.connect(self.save)
        self.secret.textEdited.connect(lambda _text: self.secret_field.set_error(""))

    def _build(self) -> None:
        why = (
            self.tr("Digite a frase escolhida quando este computador foi preparado.")
            if self._asks_phrase
            else self.tr(
                "Este computador não guarda a senha de {books}. Ela é pedida a cada início; peça-a a quem "
                "cuida do servidor."
            ).format(books=shown_books(self._setup.now.books))
        )
        for widget in (paragraph(why, "muted"), self.banner, self.secret_field):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        foot = two_ways(self.back, self.go)
        foot.insertWidget(1, self.forget)
        self.frame(foot)

    def _forgot(self) -> None:
        self.forgotten = True
        self.reject()

    def save(self) -> None:
        """Try it."""
        secret = self.secret.text()
        if self.saving:
            return
        if not secret:
            self.secret_field.set_error(self.tr("Falta preencher."))
            return
        self.banner.hide()
        self.begin(self._setup.unlock(secret) if self._asks_phrase else self._setup.give_password(secret))

    def point_at(self, error: DomainError, said: str) -> bool:
        """Another phrase than the one that was chosen."""
        if not isinstance(error, SafeClosed) or error.why != "wrong_passphrase":
            return False
        self.secret_field.set_error(said)
        self.fit()
        self.secret.selectAll()
        self.secret.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def show_saving(self, *, saving: bool) -> None:
        """Opening takes a moment on purpose."""
        self.go.setEnabled(not saving)
        usual = self.tr("Abrir") if self._asks_phrase else self.tr("Continuar")
        self.go.setText(self.tr("Abrindo…") if saving else usual)

    def showEvent(self, event: QShowEvent) -> None:
        """The cursor waits."""
        super().showEvent(event)
        self.secret.setFocus(Qt.FocusReason.OtherFocusReason)

    async def aclose(self) -> None:
        """End what runs; nothing secret stays behind."""
        await super().aclose()
        self.secret.wipe()
