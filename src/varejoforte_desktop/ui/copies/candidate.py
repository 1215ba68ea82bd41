"""What is in a copy that may be put back, what would be lost with it, and the name that has to be typed."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from varejoforte_desktop.application.backup_desk import CopyFacts
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.copies.facts import Loss
from varejoforte_desktop.ui.copies.words import breakable, size, when
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph, warning_box
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.setup.words import server_facts
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.field import Field


class CandidatePage(QWidget):
    """Facts on top, the loss in the middle, the confirming below."""

    def __init__(self, session: Session, facts: CopyFacts, at: datetime | None, loss: Loss | None) -> None:
        """`at` is the last instant the copy holds; `loss` None: today's books do not say what is lost."""
        super().__init__()
        self.setObjectName("restore_candidate")
        self._facts = facts
        self._at = at
        self._shop = session.shop_name
        self._now = session.services.clock()
        self.name = QLineEdit()
        self.name.setObjectName("restore_name")
        self.name.setMaxLength(200)
        self.name_field = Field(
            self.tr("Para confirmar, digite o nome da loja: {name}").format(name=self._shop), self.name
        )
        self.name.setAccessibleName(self.tr("Nome da loja, para confirmar"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        if not _same(facts.shop_name, self._shop):
            other = self.tr("Esta cópia é de outra loja: {name}.").format(name=facts.shop_name or "?")
            column.addWidget(Banner("restore_other_shop", other, Tone.BAD))
        column.addWidget(self._content())
        column.addWidget(self._lost(loss, served=server_facts(session.services.books) is not None))
        column.addWidget(self.name_field)
        column.addStretch(1)

    @property
    def confirmed(self) -> bool:
        """Whether the shop's name was typed."""
        return _same(self.name.text(), self._shop)

    def _content(self) -> QWidget:
        facts, now = self._facts, self._now
        made = QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.L)
        grid.setVerticalSpacing(Space.XS)
        last = self.tr("nenhuma venda") if facts.last_sale_at is None else when(facts.last_sale_at, now)
        sales = formats.counted(facts.sales, "venda", "vendas")
        lines = [
            ("file", self.tr("Arquivo"), f"{breakable(facts.path.name)} · {size(facts.bytes)}"),
            ("shop", self.tr("Loja"), facts.shop_name),
            ("at", self.tr("Como estava em"), self._when_words()),
            (
                "content",
                self.tr("Conteúdo"),
                f"{formats.counted(facts.products, 'produto', 'produtos')} · {sales}",
            ),
            ("last_sale", self.tr("Última venda"), last),
        ]
        if facts.older_release:
            lines.append(("release", self.tr("Versão"), self.tr("anterior a esta; será atualizada")))
        for row, (name, title, text) in enumerate(lines):
            label = QLabel(title)
            restyle(label, words="muted")
            value = paragraph(text, name=f"restore_{name}")
            value.setMinimumWidth(1)
            grid.addWidget(label, row, 0)
            grid.addWidget(value, row, 1)
        grid.setColumnStretch(1, 1)
        return made

    def _when_words(self) -> str:
        if self._at is None:
            return self.tr("não se sabe")
        return f"{when(self._at, self._now)} ({formats.age(self._at, self._now)})"

    def _lost(self, loss: Loss | None, *, served: bool) -> QWidget:
        told = [
            paragraph(self._loss_words(loss), "strong", name="restore_loss"),
            paragraph(
                self.tr(
                    "O banco de dados de hoje não é apagado: fica guardado ao lado do que entra, com "
                    "“antes da restauração” no nome."
                ),
                name="restore_kept_note",
            ),
        ]
        if served:
            told.append(
                paragraph(self.tr("Antes de abrir de novo, feche o programa em todas as estações da loja."))
            )
        if self._facts.problems:
            many = formats.counted(len(self._facts.problems), "problema", "problemas")
            words = self.tr("O banco já tinha {many} quando esta cópia foi feita; eles voltam com ela.")
            told.append(paragraph(words.format(many=many), name="restore_problems"))
        return warning_box("restore_lost", told)

    def _loss_words(self, loss: Loss | None) -> str:
        since = self.tr("depois desta cópia")
        if self._at is not None:
            since = self.tr("depois de {at}").format(at=when(self._at, self._now))
        what = self.tr("mudanças de estoque, caixa, produtos e pedidos")
        if loss is None:
            return self.tr("Some tudo o que foi feito {since}: vendas e {what}.").format(
                since=since, what=what
            )
        if not loss.sales:
            words = self.tr("Some tudo o que foi feito {since}: {what}. Nenhuma venda se perde.")
            return words.format(since=since, what=what)
        many = formats.counted(loss.sales, "venda", "vendas")
        if loss.more:
            many = self.tr("mais de {many}").format(many=many)
        words = self.tr("Some tudo o que foi feito {since}: {many} e {what}.")
        return words.format(since=since, many=many, what=what)


def _same(one: str, other: str) -> bool:
    """Whether two names are the same to a person."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold() != ""
