"""Every trouble of a command as a sentence: the screens' own words, and those only a command needs."""

from __future__ import annotations

import re
from typing import Final

from varejoforte_desktop.application.books import BooksError
from varejoforte_desktop.application.outside import OutsideError
from varejoforte_desktop.cli.answers import CommandRefused
from varejoforte_desktop.domain.sheet_errors import UnreadableSheet
from varejoforte_desktop.settings import WrongSettings
from varejoforte_desktop.tray.masking import mask
from varejoforte_desktop.ui.messages import Sentence, sentence

_COPIES: Final = {
    "exists": ("Já existe um arquivo com este nome.", "Escolha outro nome para a cópia."),
    "no_access": ("Não é possível ler ou gravar nesta pasta.", "Verifique o caminho e as permissões."),
    "no_books": ("Não há banco de dados neste endereço.", "Confira --data-dir e --database-url."),
    "no_copy": ("O arquivo da cópia não foi encontrado.", "Confira o nome do arquivo."),
    "not_books": ("O arquivo não é uma cópia do Varejo Forte.", "Escolha outra cópia."),
    "damaged": ("O arquivo está danificado.", "Escolha outra cópia."),
    "tampered": (
        "A cópia foi alterada depois de feita: a impressão digital (.sha256) não confere.",
        "Escolha outra cópia.",
    ),
    "in_use": ("O banco de dados está aberto.", "Feche o programa neste computador e tente de novo."),
    "no_tool": ("O pg_dump não está instalado.", "Instale o cliente do PostgreSQL neste computador."),
}


def sentence_for(error: BaseException) -> Sentence:
    """The sentence for an error that a command may end with."""
    if isinstance(error, CommandRefused):
        return error.sentence
    if isinstance(error, WrongSettings):
        what = "não pode ser lido" if error.why == "unreadable" else f"tem um valor errado em {error.why}"
        return Sentence(f"O arquivo de configuração {error.path} {what}.", "Corrija ou apague o arquivo.")
    # Known by its name: its class lives with the database, which a command that fails early never opens.
    if isinstance(error, BooksError) and type(error).__name__ == "CopyRefused":
        return _copy(error)
    return sentence(error)


def kind_of(error: BaseException) -> str:
    """The stable word for an error, for programs: "sign_in_refused", "no_line", "tampered"."""
    if isinstance(error, CommandRefused):
        return error.kind
    if isinstance(error, OutsideError):
        return error.code
    if isinstance(error, (BooksError, UnreadableSheet)) and (why := _why(error)):
        return why
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__).lower()


def _why(error: BaseException) -> str:
    return str(getattr(error, "why", ""))


def _copy(error: BooksError) -> Sentence:
    why = _why(error)
    if why == "tool_failed":
        first = mask(error.detail).partition("\n")[0]
        return Sentence(f"O pg_dump não terminou: {first}", "Corrija e tente de novo.")
    text, remedy = _COPIES.get(why, _COPIES["no_access"])
    return Sentence(text, remedy)
