"""What stands above the product list: the search, the count, and the buttons that bring products in and out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.field_names import permission_name
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.empty_state import EmptyState
from varejoforte_desktop.ui.widgets.search_box import SearchBox


class ProductToolbar(QWidget):
    """In a narrow window the less used buttons keep only their drawing."""

    #: "Novo produto".
    new_requested = Signal()
    #: "Importar planilha".
    import_requested = Signal()
    #: "Exportar".
    export_requested = Signal()

    def __init__(self, actor: Actor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = SearchBox("product_search", self.tr("Buscar por nome, código de barras ou referência"))
        self.search.setToolTip(self.tr("Buscar (F2)"))
        self._count = QLabel()
        self._count.setObjectName("product_count")
        restyle(self._count, words="small")
        self._import = self._button("product_import", self.tr("Importar planilha"), "download")
        self._export = self._button("product_export", self.tr("Exportar"), "upload")
        self._new = self._button("product_new", self.tr("Novo produto (Ins)"), "plus", primary=True)
        self._import.clicked.connect(self.import_requested)
        self._export.clicked.connect(self.export_requested)
        self._new.clicked.connect(self.new_requested)
        allow(self._new, actor, Permission.EDIT_CATALOGUE)
        allow(self._import, actor, Permission.IMPORT_CATALOGUE)
        line = QHBoxLayout()
        line.setSpacing(Space.S)
        line.addWidget(self.search, 1)
        for button in (self._import, self._export, self._new):
            line.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(line)
        column.addWidget(self._count)
        # A button with its words would keep a narrow window from becoming narrow.
        self.narrow(0)

    def _button(self, name: str, text: str, icon: str, *, primary: bool = False) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAccessibleName(text)
        restyle(button, kind="primary" if primary else "secondary")
        bind_icon(button, icon, Role.ACCENT_TEXT if primary else Role.TEXT)
        return button

    def show_count(self, shown: int, total: int, *, searching: bool) -> None:
        """Say how many products there are, and how many of them match."""
        if searching:
            text = self.tr("{shown} de {total}").format(
                shown=formats.count(shown), total=formats.count(total)
            )
        else:
            text = formats.counted(total, self.tr("produto"), self.tr("produtos"))
        self._count.setText(text)

    def narrow(self, width: int) -> None:
        """Fit a window of this width."""
        short, tiny = width < Theme.current().px(820), width < Theme.current().px(560)
        self._new.setText(self.tr("Novo (Ins)") if tiny else self._new.accessibleName())
        for button in (self._import, self._export):
            button.setText("" if short else button.accessibleName())
            if button.isEnabled():
                button.setToolTip(button.accessibleName() if short else "")


def allow(button: QPushButton, actor: Actor, permission: Permission) -> None:
    """Switch a button off for whom it is not, and say why."""
    if not actor.may(permission):
        button.setEnabled(False)
        bind_icon(button, "lock", Role.TEXT_MUTED)
        button.setToolTip(
            button.tr("Seu perfil não pode {action}.").format(action=permission_name(permission.value))
        )


class NoProducts(EmptyState):
    """The list without products: how to begin; or without a match: how to see all again."""

    #: "Novo produto".
    new_requested = Signal()
    #: "Importar planilha".
    import_requested = Signal()
    #: "Limpar a busca".
    all_requested = Signal()

    def __init__(self, actor: Actor, parent: QWidget | None = None) -> None:
        super().__init__("no_products", "products", "", parent=parent)
        self._may_edit = actor.may(Permission.EDIT_CATALOGUE)
        self._searching = False
        self._import = QPushButton(self.tr("Importar planilha"))
        self._import.setObjectName("no_products_import")
        self._import.clicked.connect(self.import_requested)
        column = self.layout()
        if isinstance(column, QVBoxLayout):
            line = QHBoxLayout()
            line.addStretch(1)
            line.addWidget(self._import)
            line.addStretch(1)
            column.insertLayout(column.count() - 1, line)
        self.acted.connect(self._act)
        self.show_search("")

    def show_search(self, text: str) -> None:
        """Nothing matches this text; "" when there is nothing at all."""
        self._searching = bool(text)
        self._import.setVisible(self._may_edit and not text)
        if text:
            shown = text if len(text) <= 40 else text[:39] + "…"
            self.set_message(
                "search",
                self.tr("Nenhum produto com “{text}”").format(text=shown),
                self.tr("Confira a grafia ou busque por parte do nome."),
                self.tr("Limpar a busca"),
            )
        elif self._may_edit:
            self.set_message(
                "products",
                self.tr("Nenhum produto ainda"),
                self.tr("Cadastre o primeiro ou traga todos de uma planilha."),
                self.tr("Novo produto"),
            )
        else:
            self.set_message(
                "products", self.tr("Nenhum produto ainda"), self.tr("Um gerente precisa cadastrá-los.")
            )

    def _act(self) -> None:
        (self.all_requested if self._searching else self.new_requested).emit()
