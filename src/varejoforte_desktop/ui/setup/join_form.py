"""The fields that say where an existing shop is: server, database, user, this station's name, and whom to trust."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.station_setup import LONGEST_STATION_NAME, USUAL_PORT, ShopAddress
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.preferences.connect_form import SecretEdit
from varejoforte_desktop.ui.theme import Space, Theme
from varejoforte_desktop.ui.widgets.field import Field

#: Beside which field each refusal belongs.
PLACES: Final = {
    "unknown_server": "server",
    "unreachable": "server",
    "no_line": "server",
    "wrong_password": "password",
    "no_database": "database",
    "not_a_shop": "database",
    "untrusted": "authority",
    "no_authority": "authority",
    "other_server": "server",
    "name_taken": "station",
}


class JoinForm(QWidget):
    """Reads itself into a ShopAddress; what is missing says so in its place."""

    #: Something was typed: what was found before holds no longer.
    edited = Signal()
    #: Enter was pressed in a field.
    entered = Signal()

    def __init__(self, station: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("join_form")
        self.server = _edit("join_server", 200, "servidor ou 192.168.0.10")
        self.port = _edit("join_port", 5)
        self.port.setText(str(USUAL_PORT))
        self.database = _edit("join_database", 63, "varejoforte")
        self.user = _edit("join_user", 63, "loja")
        self.password = SecretEdit("join_password")
        self.station = _edit("join_station", LONGEST_STATION_NAME)
        self.station.setText(station)
        self.authority = _edit("join_authority", 1000, self.tr("Nenhum: bastam as deste computador"))
        self.choose = QPushButton(self.tr("Escolher…"))
        self.choose.setObjectName("join_authority_choose")
        self.choose.setAccessibleName(self.tr("Escolher o certificado da autoridade"))
        self.choose.setAutoDefault(False)
        self.choose.clicked.connect(self._choose)
        self.fields = {
            "server": Field(self.tr("Servidor"), self.server),
            "port": Field(self.tr("Porta"), self.port),
            "database": Field(self.tr("Banco de dados"), self.database),
            "user": Field(self.tr("Usuário do banco"), self.user),
            "password": Field(self.tr("Senha do banco"), self.password),
            "station": Field(
                self.tr("Nome desta estação"), self.station, self.tr("Como ela aparece para os colegas.")
            ),
            "authority": Field(
                self.tr("Certificado da autoridade"),
                self.authority,
                self.tr("Só quando o servidor usa um certificado próprio (.crt ou .pem)."),
            ),
        }
        for field in self.fields.values():
            editor = field.editor
            if isinstance(editor, QLineEdit):
                editor.textEdited.connect(lambda _text, field=field: self._typed(field))
                editor.returnPressed.connect(self.entered)
        self._build()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        self.port.setFixedWidth(Theme.current().px(96))
        column.addLayout(_row((self.fields["server"], 1), (self.fields["port"], 0)))
        column.addLayout(_row((self.fields["database"], 1), (self.fields["user"], 1)))
        column.addLayout(_row((self.fields["password"], 1), (self.fields["station"], 1)))
        line = QHBoxLayout()
        line.setSpacing(Space.S)
        line.addWidget(self.fields["authority"], 1)
        beside = QVBoxLayout()
        beside.setSpacing(Space.XS)
        beside.addWidget(paragraph(" ", "label"))
        beside.addWidget(self.choose)
        beside.addStretch(1)
        line.addLayout(beside)
        column.addLayout(line)
        column.addWidget(
            paragraph(
                self.tr(
                    "A ligação é sempre cifrada e o servidor prova quem é, exceto neste próprio computador."
                ),
                "small",
                name="join_security",
            )
        )

    @property
    def name(self) -> str:
        """This station's name."""
        return self.station.text().strip()

    def read(self) -> ShopAddress | None:
        """The address; None when something is missing or no port, and then it is said."""
        for field in self.fields.values():
            field.set_error("")
        wrong = [name for name in self.fields if name != "authority" and not self._text(name)]
        for name in wrong:
            self.fields[name].set_error(self.tr("Falta preencher."))
        port = self.port.text().strip()
        if port and not (port.isdecimal() and port.isascii() and 0 < int(port) < 65536):
            self.fields["port"].set_error(self.tr("De 1 a 65535."))
            wrong.append("port")
        if wrong:
            self.fields[wrong[0]].editor.setFocus(Qt.FocusReason.OtherFocusReason)
            return None
        authority = self.authority.text().strip()
        return ShopAddress(
            server=self.server.text().strip(),
            port=int(port),
            database=self.database.text().strip(),
            user=self.user.text().strip(),
            password=self.password.text(),
            authority=Path(authority) if authority else None,
        )

    def point_at(self, why: str) -> None:
        """Mark the field a refusal is about and bring the keyboard; the sentence stands at the foot."""
        name = PLACES.get(why, "")
        if name:
            self.fields[name].set_error(self.tr("Confira este campo."))
            self.fields[name].editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_enabled(self, *, enabled: bool) -> None:
        """Nothing is typed while it is being tried."""
        for field in self.fields.values():
            field.editor.setEnabled(enabled)
        self.choose.setEnabled(enabled)

    def wipe(self) -> None:
        """Forget the password."""
        self.password.wipe()

    def _text(self, name: str) -> str:
        editor = self.fields[name].editor
        if not isinstance(editor, QLineEdit):
            raise TypeError(name)
        # A password may begin or end with a space.
        return editor.text() if name == "password" else editor.text().strip()

    def _typed(self, field: Field) -> None:
        field.set_error("")
        self.edited.emit()

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.tr("Certificado da autoridade"))
        dialog.setObjectName("join_authority_dialog")
        dialog.setNameFilters([self.tr("Certificados (*.crt *.pem *.cer)"), self.tr("Todos (*)")])
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.set_authority)
        dialog.open()

    def set_authority(self, path: str) -> None:
        """The file of whoever signed the server's certificate."""
        self.authority.setText(path)
        self._typed(self.fields["authority"])


def _edit(name: str, limit: int, example: str = "") -> QLineEdit:
    edit = QLineEdit()
    edit.setObjectName(name)
    edit.setMaxLength(limit)
    edit.setPlaceholderText(example)
    return edit


def _row(*parts: tuple[QWidget, int]) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(Space.M)
    for widget, stretch in parts:
        line.addWidget(widget, stretch)
    return line
