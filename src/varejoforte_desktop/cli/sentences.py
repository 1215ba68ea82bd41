"""Every trouble of a command as a sentence: the screens' own words, and those only a command needs."""

from __future__ import annotations

import re
from typing import Final

from varejoforte_desktop.application.books import BooksError
from varejoforte_desktop.application.outside import OutsideError
from varejoforte_desktop.cli.answers import CommandRefused
from varejoforte_desktop.domain import errors
from varejoforte_desktop.settings import WrongSettings
from varejoforte_desktop.tray.masking import mask
from varejoforte_desktop.ui.field_names import field_name
from varejoforte_desktop.ui.formats import count
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
_SHEETS: Final = {
    "not_found": ("O arquivo não foi encontrado.", "Confira o nome do arquivo."),
    "not_a_file": ("Isto não é um arquivo.", "Escolha uma planilha .csv ou .xlsx."),
    "no_access": ("O arquivo não pode ser lido.", "Feche-o no Excel e verifique as permissões."),
    "unknown_kind": ("Só planilhas .csv e .xlsx são aceitas.", "Salve a planilha em um desses formatos."),
    "empty": ("A planilha está vazia.", ""),
    "encrypted": ("A planilha tem senha.", "Tire a senha no Excel e salve de novo."),
    "old_excel": ("A planilha está no formato antigo do Excel (.xls).", "Salve como .xlsx."),
    "damaged": ("A planilha está danificada.", "Abra no Excel e salve de novo."),
    "not_text": ("O arquivo .csv não é texto.", "Salve como CSV UTF-8 ou .xlsx."),
    "encoding": ("As letras do arquivo .csv não podem ser lidas.", "Salve como CSV UTF-8."),
    "bomb": ("A planilha é grande demais depois de aberta.", "Divida a lista em partes."),
    "entities": ("A planilha contém declarações que não são aceitas.", "Abra no Excel e salve de novo."),
}
_UNWRITTEN: Final = {
    "locked": ("O arquivo está aberto em outro programa ou protegido.", "Feche-o e tente de novo."),
    "no_folder": ("A pasta não existe.", "Confira o caminho."),
    "disk_full": ("O disco está cheio.", "Libere espaço e tente de novo."),
}


def sentence_for(error: BaseException) -> Sentence:
    """The sentence for an error that a command may end with."""
    if isinstance(error, CommandRefused):
        return error.sentence
    if isinstance(error, WrongSettings):
        what = "não pode ser lido" if error.why == "unreadable" else f"tem um valor errado em {error.why}"
        return Sentence(f"O arquivo de configuração {error.path} {what}.", "Corrija ou apague o arquivo.")
    if isinstance(error, BooksError) and "why" in error.facts and type(error).__name__ == "CopyRefused":
        return _copy(error)
    if isinstance(error, errors.DomainError):
        known = sentence(error)
        return _domain(error) or known if known.bug else known
    return sentence(error)


def kind_of(error: BaseException) -> str:
    """The stable word for an error, for programs: "sign_in_refused", "no_line", "tampered"."""
    if isinstance(error, CommandRefused):
        return error.kind
    if isinstance(error, OutsideError):
        return error.code
    if isinstance(error, (BooksError, errors.UnreadableSheet)) and (why := _why(error)):
        return why
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(error).__name__).lower()


def _why(error: BaseException) -> str:
    return str(getattr(error, "why", ""))


def _copy(error: BooksError) -> Sentence:
    why = _why(error)
    if why == "tool_failed":
        first = mask(error.detail).partition("\n")[0]
        return Sentence(f"O pg_dump não terminou: {first}", "Corrija e tente de novo.")
    text, remedy = _COPIES.get(why, _COPIES["no_access"])
    return Sentence(text, remedy)


def _domain(error: errors.DomainError) -> Sentence | None:  # noqa: PLR0911 - one match, a sentence an error
    match error:
        case errors.UnreadableSheet(why="quotes", line=line):
            return Sentence(
                f"Há aspas sem par na linha {line} do arquivo.", "Corrija a linha e salve de novo."
            )
        case errors.UnreadableSheet(why=why):
            return Sentence(*_SHEETS.get(why, _SHEETS["damaged"]))
        case errors.FileTooLarge(megabytes=megabytes):
            return Sentence(f"O arquivo passa de {megabytes} MB.", "Divida a lista em partes.")
        case errors.TooManyRows(limit=limit):
            return Sentence(f"A planilha tem mais de {count(limit)} linhas.", "Divida a lista em partes.")
        case errors.TooManyColumns(limit=limit):
            return Sentence(f"A planilha tem mais de {limit} colunas.", "Apague as que sobram.")
        case errors.UnknownColumns(columns=columns):
            return Sentence(
                f"Colunas desconhecidas: {', '.join(columns)}.",
                "Veja as aceitas com: varejoforte-desktop products columns.",
            )
        case errors.MissingColumns(columns=columns):
            return Sentence(f"Falta a coluna {', '.join(columns)}.", "Ela precisa estar na primeira linha.")
        case errors.DuplicateColumn(column=column):
            return Sentence(f"A coluna {column} aparece duas vezes.", "Apague uma delas.")
        case errors.SheetNotWritten(why=why):
            return Sentence(
                *_UNWRITTEN.get(why, ("A planilha não pôde ser gravada.", "Tente em outra pasta."))
            )
    return _cell(error)


def _cell(error: errors.DomainError) -> Sentence | None:  # noqa: PLR0911 - one match, a sentence an error
    match error:
        case errors.CellWithoutColumn(text=text, place=place):
            return Sentence(
                f"“{text}” está na coluna {place}, que não tem título.", "Ponha o texto entre aspas."
            )
        case errors.BrokenFormula(text=text):
            return Sentence(
                f"A fórmula da célula não tem resultado {text}".rstrip() + ".", "Escreva o valor."
            )
        case errors.ForbiddenCharacter(field=field):
            return Sentence(f"{field_name(field).capitalize()} tem um caractere que não pode ser gravado.")
        case errors.WrongDate(text=text):
            return Sentence(f"“{text}” não é uma data.", "Use 31/12/2026.")
        case errors.NotYesOrNo(text=text):
            return Sentence(f"“{text}” não é sim nem não.")
        case errors.RoundedBarcode(text=text):
            return Sentence(
                f"O Excel encurtou o código de barras para {text}.",
                "Formate a coluna como texto e digite de novo.",
            )
        case errors.RepeatedInSheet(text=text, first_line=line):
            return Sentence(f"“{text}” já está na linha {line}.")
    return None
