"""What is wrong with a spreadsheet, and what to do in Excel about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from varejoforte_desktop.domain import errors, sheet_errors
from varejoforte_desktop.ui.field_names import field_name
from varejoforte_desktop.ui.formats import count, counted

Words = tuple[str, str]

_UNREADABLE: Final[dict[str, Words]] = {
    "not_found": ("O arquivo não foi encontrado.", "Confira o nome e a pasta."),
    "not_a_file": ("Isto não é um arquivo.", "Escolha uma planilha .csv ou .xlsx."),
    "no_access": ("O arquivo não pode ser lido.", "Feche-o no Excel e verifique as permissões."),
    "unknown_kind": ("Só planilhas .csv e .xlsx são aceitas.", "Salve a planilha em um desses formatos."),
    "empty": ("A planilha está vazia.", "Escolha outra planilha."),
    "encrypted": ("A planilha tem senha.", "Tire a senha no Excel e salve de novo."),
    "old_excel": ("A planilha está no formato antigo do Excel (.xls).", "Salve como .xlsx."),
    "damaged": ("A planilha está danificada.", "Abra no Excel e salve de novo."),
    "not_text": ("O arquivo .csv não é texto.", "Salve como CSV UTF-8 ou como .xlsx."),
    "encoding": ("As letras do arquivo .csv não podem ser lidas.", "Salve como CSV UTF-8."),
    "bomb": ("A planilha é grande demais depois de aberta.", "Divida a lista em partes."),
    "entities": ("A planilha contém declarações que não são aceitas.", "Abra no Excel e salve de novo."),
}
_UNWRITTEN: Final[dict[str, Words]] = {
    "exists": ("Já existe um arquivo com este nome; ele não foi mudado.", "Escolha outro nome."),
    "locked": ("O arquivo está aberto em outro programa ou protegido.", "Feche-o e tente de novo."),
    "no_folder": ("A pasta não existe.", "Escolha outra pasta."),
    "disk_full": ("O disco está cheio.", "Libere espaço e tente de novo."),
}
_NOT_READ: Final[Words] = ("A planilha não pode ser lida.", "Abra no Excel e salve de novo.")
_NOT_WRITTEN: Final[Words] = ("O arquivo não pôde ser gravado.", "Tente em outra pasta.")


def sheet_words(error: errors.DomainError) -> Words | None:
    """What happened and what to do, for an error of a whole spreadsheet or of one of its cells; None for others."""
    if isinstance(error, sheet_errors.SpreadsheetError):
        return _whole_sheet(error)
    return _cell(error)


def _whole_sheet(error: sheet_errors.SpreadsheetError) -> Words:
    match error:
        case sheet_errors.UnreadableSheet(why="quotes", line=line):
            return f"A linha {line} tem aspas que não fecham.", "Corrija a linha e salve de novo."
        case sheet_errors.UnreadableSheet(why=why):
            return _UNREADABLE.get(why, _NOT_READ)
        case sheet_errors.SheetNotWritten(why=why):
            return _UNWRITTEN.get(why, _NOT_WRITTEN)
        case sheet_errors.UnknownColumns(columns=columns):
            return (
                f"Colunas que o programa não conhece: {_listed(columns)}.",
                "Apague-as ou corrija os títulos.",
            )
        case sheet_errors.MissingColumns(columns=columns):
            return f"Faltam colunas na planilha: {_listed(columns)}.", "A primeira linha deve ter os títulos."
        case sheet_errors.DuplicateColumn(column=column):
            return f"A coluna {column} aparece duas vezes.", "Deixe só uma."
        case sheet_errors.FileTooLarge(megabytes=size):
            return f"A planilha passa de {size} MB.", "Divida a lista em partes."
        case sheet_errors.TooManyRows(limit=limit):
            return f"A planilha passa de {count(limit)} linhas.", "Divida a lista em partes."
        case sheet_errors.TooManyColumns(limit=limit):
            return f"A planilha passa de {limit} colunas.", "Apague as que não são usadas."
    return _NOT_READ


def _cell(error: errors.DomainError) -> Words | None:
    match error:
        case sheet_errors.CellWithoutColumn(text=text, place=place):
            return f"“{text}” está na coluna {place}, que não tem título.", "Falta um par de aspas na linha?"
        case sheet_errors.BrokenFormula(text=""):
            return "A fórmula nunca foi calculada.", "Abra no Excel e salve de novo."
        case sheet_errors.BrokenFormula(text=text):
            return f"A fórmula deu {text}.", "Corrija-a ou escreva o valor."
        case sheet_errors.ForbiddenCharacter(field=field):
            return (
                f"{field_name(field).capitalize()} tem um caractere que não pode ser guardado.",
                "Apague-o.",
            )
        case sheet_errors.WrongDate(text=text):
            return f"“{text}” não é uma data.", "Escreva como 31/12/2026."
        case sheet_errors.NotYesOrNo(text=text):
            return f"“{text}” não diz sim nem não.", "Escreva sim ou não."
        case sheet_errors.RoundedBarcode(text=text):
            return (
                f"O Excel arredondou o código de barras para {text}.",
                "Formate a coluna como texto e digite de novo.",
            )
        case sheet_errors.RepeatedInSheet(field=field, text=text, first_line=line):
            return (
                f"{field_name(field).capitalize()} {text} já está na linha {line}.",
                "Deixe só uma das linhas.",
            )
    return None


def refused_words(lines: int) -> Words:
    """Nothing was imported because of so many wrong cells."""
    return (
        f"Nada foi importado: {counted(lines, 'erro', 'erros')} na planilha.",
        "Corrija as linhas indicadas e importe de novo.",
    )


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(columns)
