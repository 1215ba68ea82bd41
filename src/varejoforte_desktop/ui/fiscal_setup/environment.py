"""From rehearsal to the real thing and back: what changes is said first, and the word has to be typed."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from varejoforte_desktop.application.fiscal_setup import save_fiscal_settings
from varejoforte_desktop.domain.fiscal import FiscalEnvironment
from varejoforte_desktop.domain.texts import folded
from varejoforte_desktop.ui.dialogs.decision import DecisionDialog
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph, warning_box
from varejoforte_desktop.ui.fiscal_setup.facts import FiscalNow
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.field import Field

_WORD: Final = "PRODUÇÃO"
_WIDE: Final = 600


class EnvironmentDialog(DecisionDialog):
    """Two steps towards produção, one back. `wanted` is the part of the page that has to be filled in first, "" for
    none."""

    def __init__(self, session: Session, now: FiscalNow, parent: QWidget | None = None) -> None:
        self._real = now.settings.environment is FiscalEnvironment.HOMOLOGACAO
        title = self.tr("Emitir com valor fiscal") if self._real else self.tr("Voltar para homologação")
        verb = self.tr("Continuar") if self._real else self.tr("Voltar para homologação")
        super().__init__(session, "environment", title, verb, parent)
        self._now = now
        self._typing = False
        self.wanted = ""
        self.word = QLineEdit()
        self.word.setObjectName("environment_word")
        self.word.setMaxLength(20)
        self.word_field = Field(self.tr("Para confirmar, digite PRODUÇÃO"), self.word)
        self.word.textEdited.connect(lambda _text: self._may())
        self.word.returnPressed.connect(self.save)
        self._first, self._second = QWidget(), QWidget()
        self._build()
        self.size_to(_WIDE)

    def _build(self) -> None:
        column = QVBoxLayout(self._first)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        missing = self._missing() if self._real else ()
        if missing:
            column.addWidget(paragraph(self.tr("Antes de emitir com valor fiscal falta:")))
            column.addWidget(
                warning_box("environment_missing", [paragraph(f"• {said}") for _, said in missing])
            )
            self.wanted, self._blocked = missing[0][0], True
            self.set_verb(self.tr("Ir para o que falta"))
        else:
            self._blocked = False
            for said in self._changes():
                column.addWidget(paragraph(f"• {said}"))
        second = QVBoxLayout(self._second)
        second.setContentsMargins(0, 0, 0, 0)
        second.setSpacing(Space.M)
        told = self.tr("A partir da próxima venda, cada nota vale de verdade, em todas as estações.")
        second.addWidget(warning_box("environment_warning", [paragraph(told)]))
        second.addWidget(self.word_field)
        self._second.hide()
        self.body.addWidget(self._first)
        self.body.addWidget(self._second)
        self.body.addStretch(1)

    def _missing(self) -> Sequence[tuple[str, str]]:
        """What the books do not have yet: the part where it is filled in, and the sentence."""
        now, missing = self._now, list[tuple[str, str]]()
        if not now.settings.ready:
            missing.append(("company", self.tr("Os dados da empresa.")))
        if now.certificate is None or now.of_others:
            missing.append(("certificate", self.tr("O certificado digital da empresa.")))
        elif now.certificate.days_left(self.session.services.clock()) < 0:
            missing.append(("certificate", self.tr("Um certificado que não esteja vencido.")))
        if not now.taxes.signed:
            missing.append(("taxes", self.tr("A confirmação do contador na tabela de tributos.")))
        return missing

    def _changes(self) -> Sequence[str]:
        if not self._real:
            return (
                self.tr("As próximas notas são ensaio: o comprador não recebe nota que valha."),
                self.tr("As notas já emitidas em produção continuam valendo e podem ser canceladas depois."),
                self.tr("A numeração de produção para onde está e continua dali quando você voltar."),
            )
        return (
            self.tr(
                "Cada nota autorizada vale para a Receita e para o seu estado, e conta para os impostos."
            ),
            self.tr("Uma nota só deixa de valer se for cancelada dentro do prazo da SEFAZ."),
            self.tr(
                "A numeração é outra: defina em Séries o último número que a loja já usou em cada caixa."
            ),
            self.tr("O CSC de produção é outro, se o seu estado usa o QR Code versão 2."),
            self.tr("A empresa precisa estar credenciada na SEFAZ para emitir; o contador faz isso."),
        )

    # -- what is pressed --------------------------------------------------------------------------------

    def save(self) -> None:
        """F10: the next step."""
        if self._blocked:
            super().reject()
        elif self._real and not self._typing:
            self._typing = True
            self._first.hide()
            self._second.show()
            restyle(self.go, kind="danger")
            self.set_verb(self.tr("Emitir com valor fiscal"))
            self._may()
            self.size_to(_WIDE)
            self.word.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().save()

    def reject(self) -> None:
        """The way back: nothing is wished."""
        if not self.saving:
            self.wanted = ""
        super().reject()

    def _may(self) -> None:
        self.go.setEnabled(folded(self.word.text().strip()) == folded(_WORD))

    def show_saving(self, *, saving: bool) -> None:
        """The button waits; afterwards the word still has to be there."""
        super().show_saving(saving=saving)
        if not saving and self._typing:
            self._may()

    def work(self) -> Coroutine[Any, Any, str] | None:
        """Change it."""
        return self._change()

    async def _change(self) -> str:
        backend = self.session.services.backend
        after = FiscalEnvironment.PRODUCAO if self._real else FiscalEnvironment.HOMOLOGACAO
        kept = await backend.read(lambda reader: reader.fiscal.settings())
        await backend.run(
            save_fiscal_settings,
            replace(kept, environment=after),
            confirmed=self._real,
            by=self.session.actor,
        )
        if self._real:
            return self.tr("Produção: as notas passam a ter valor fiscal.")
        return self.tr("Homologação: as notas não têm mais valor fiscal.")
