"""Copies in the words of whoever owns the shop: what came of one, why one was not made, why one is not put back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PureWindowsPath
from typing import Final

from varejoforte_desktop.application.backup_desk import CopyFacts, CopyRefused
from varejoforte_desktop.application.books import BooksDamaged, BooksError, BooksFull, BooksNewer
from varejoforte_desktop.application.people_ports import BackupRun
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.messages import Sentence, sentence
from varejoforte_desktop.ui.palettes import Tone

_UNITS: Final = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB"))
_BREAKS: Final = "/\\-_. "
#: The causes of a run whose copy is there all the same.
SECOND_FOLDER: Final = "second_folder"
BOOKS_WRONG: Final = "books_wrong"

_WHY_MADE: Final = {
    "asked": "Pedida",
    "due": "Automática",
    "closing": "Fechamento",
    "upgrade": "Atualização",
}
_NOT_MADE: Final = {
    "full": Sentence("O disco está cheio.", "Libere espaço ou escolha outra pasta."),
    "busy": Sentence("O banco de dados estava ocupado.", "Tente de novo em alguns minutos."),
    "damaged": Sentence(
        "O banco de dados não pode ser lido por inteiro.",
        "Não apague nenhuma cópia antiga e chame o suporte.",
    ),
    "unreachable": Sentence("O servidor do banco de dados não responde.", "Verifique a rede e o servidor."),
    "no_access": Sentence(
        "Não foi possível gravar na pasta das cópias.",
        "Veja se o disco ou pen drive está ligado e aceita gravação.",
    ),
    "no_tool": Sentence(
        "Falta neste computador o pg_dump, o programa que copia um banco PostgreSQL.",
        "Instale o PostgreSQL da versão do servidor (basta a parte “cliente”) e abra o programa de novo.",
    ),
    "tool_failed": Sentence(
        "O pg_dump não terminou.",
        "Veja se ele é da mesma versão do servidor PostgreSQL; o histórico mostra a resposta dele.",
    ),
    "no_passphrase": Sentence("Falta escolher a frase secreta das cópias.", "Escolha-a no plano, abaixo."),
    "no_rights": Sentence(
        "O usuário do PostgreSQL não pode ler todo o banco.", "Peça a quem cuida do servidor."
    ),
    "no_books": Sentence("O arquivo do banco de dados não está no lugar.", "Chame o suporte."),
    "no_desk": Sentence("As cópias não estão ligadas neste computador."),
    "exists": Sentence("Já havia um arquivo com o mesmo nome.", "Tente de novo."),
}
_NOT_RESTORED: Final = {
    "no_copy": Sentence("Este arquivo não existe mais.", "Escolha outra cópia."),
    "no_access": Sentence(
        "Não foi possível ler este arquivo, ou gravar ao lado do banco de dados.",
        "Veja se o disco está ligado e se você pode usar a pasta.",
    ),
    "not_books": Sentence("Este arquivo não é uma cópia do Varejo Forte.", "Escolha outra cópia."),
    "damaged": Sentence("Esta cópia está danificada.", "Nada foi mudado. Escolha outra cópia."),
    "tampered": Sentence(
        "Esta cópia foi alterada depois de feita: a impressão digital não confere.",
        "Nada foi mudado. Escolha outra cópia.",
    ),
    "other_kind": Sentence(
        "Esta cópia é de outro tipo de banco de dados (arquivo ou PostgreSQL).",
        "Restaure-a onde a loja é do mesmo tipo.",
    ),
    "in_use": Sentence(
        "O banco de dados está sendo usado em outra janela ou estação.", "Feche as outras e tente de novo."
    ),
    "no_tool": Sentence(
        "Falta neste computador o pg_restore, que vem com o PostgreSQL.",
        "Instale o PostgreSQL da versão do servidor (basta a parte “cliente”) e abra o programa de novo.",
    ),
    "tool_failed": Sentence(
        "O PostgreSQL não conseguiu abrir esta cópia.",
        "Veja se o pg_restore deste computador é da mesma versão do servidor, ou de uma mais nova.",
    ),
    "no_rights": Sentence(
        "O usuário do PostgreSQL não pode criar nem renomear bancos de dados.",
        "Peça a quem cuida do servidor: ALTER ROLE usuario CREATEDB.",
    ),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a copy, in a word with its colour."""

    word: str
    tone: Tone


def outcome_of(run: BackupRun) -> Outcome:
    """What came of it."""
    if not run.bytes:
        return Outcome("Não foi feita", Tone.BAD)
    if run.cause == SECOND_FOLDER:
        return Outcome("Só na 1ª pasta", Tone.WARN)
    if run.cause == BOOKS_WRONG:
        return Outcome("Banco com problemas", Tone.WARN)
    return Outcome("Boa", Tone.GOOD) if not run.cause else Outcome("Com problema", Tone.WARN)


def why_made(run: BackupRun) -> str:
    """What it was made for: "Pedida", "Automática"."""
    return _WHY_MADE.get(run.why, "Outra")


def trouble_of(run: BackupRun) -> Sentence:
    """What is wrong with a run and what helps; an empty sentence when nothing is."""
    if run.cause == SECOND_FOLDER:
        cause = run.detail.partition(":")[0]
        inner = _NOT_MADE.get(cause, _NOT_MADE["no_access"])
        text = "O disco da segunda pasta está cheio." if cause == "full" else ""
        return Sentence(text or "A cópia não foi gravada na segunda pasta.", inner.remedy)
    if run.cause == BOOKS_WRONG:
        return Sentence(
            "O banco de dados tem problemas, e a cópia também.",
            "Guarde as cópias antigas e chame o suporte.",
        )
    return not_made(run.cause) if run.cause else Sentence("")


def not_made(cause: str) -> Sentence:
    """Why there is no copy, by its stable word."""
    return _NOT_MADE.get(cause, Sentence("A cópia não foi feita.", "Tente de novo ou chame o suporte."))


def making_refused(error: BaseException) -> Sentence:
    """What to say when somebody asked for a copy and there is none."""
    if isinstance(error, CopyRefused):
        return not_made(error.why)
    if isinstance(error, (BooksFull, BooksDamaged)):
        return not_made("full" if isinstance(error, BooksFull) else "damaged")
    return sentence(error)


def restoring_refused(error: BaseException) -> Sentence:
    """What to say when a copy does not open or is not put back."""
    if isinstance(error, CopyRefused):
        return _NOT_RESTORED.get(error.why, _NOT_RESTORED["damaged"])
    if isinstance(error, BooksNewer):
        return Sentence(
            "Esta cópia é de uma versão mais nova do Varejo Forte.", "Atualize o programa e tente de novo."
        )
    if isinstance(error, BooksDamaged):
        return _NOT_RESTORED["damaged"]
    if isinstance(error, BooksFull):
        return Sentence(
            "Não há espaço no disco para abrir esta cópia.", "Nada foi mudado. Libere espaço e tente de novo."
        )
    return sentence(error)


def technical(error_or_run: BooksError | BackupRun) -> str:
    """What a technician wants to read: the first line that a tool or the system answered, "" for none."""
    return error_or_run.detail.strip().partition("\n")[0][:240]


# -- sizes, names, times ----------------------------------------------------------------------------------


def size(amount: int) -> str:
    """How large a file is: "812 kB", "91 MB", "1,4 GB"."""
    for unit, name in _UNITS:
        if amount >= unit:
            tenths = amount * 10 // unit
            bare = f"{tenths // 10},{tenths % 10}" if tenths < 100 and tenths % 10 else str(tenths // 10)
            return f"{bare} {name}"
    return formats.counted(amount, "byte", "bytes")


def file_name(path: str) -> str:
    """The name alone, whichever system the station that wrote it runs on."""
    return PureWindowsPath(path).name if "\\" in path else Path(path).name


def breakable(path: str) -> str:
    """A path or name that a label may break after each of its parts; for reading, not for copying."""
    return "".join(f"{sign}\N{ZERO WIDTH SPACE}" if sign in _BREAKS else sign for sign in path)


def when(at: datetime, now: datetime) -> str:
    """Day and hour, with the year when it is another one: "23/11 14:32", "23/11/2024 14:32"."""
    same_year = at.astimezone(formats.SHOP_ZONE).year == now.astimezone(formats.SHOP_ZONE).year
    return formats.moment(at) if same_year else f"{formats.day(at)} {formats.hour(at)}"


def hours_words(hours: int) -> str:
    """How often: "A cada 4 horas", "Só quando alguém pede"."""
    return f"A cada {formats.counted(hours, 'hora', 'horas')}" if hours else "Só quando alguém pede"


def stands_at(facts: CopyFacts) -> datetime | None:
    """The last instant that a copy surely holds: a plain one does not say when it was made."""
    if facts.encrypted:
        return facts.made_at
    known = [at for at in (facts.made_at, facts.last_sale_at) if at is not None]
    return max(known, default=None)
