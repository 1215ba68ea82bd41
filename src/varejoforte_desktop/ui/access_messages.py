"""What is said when a person, a password, a computer, a clock or a restored copy stands in the way."""

from __future__ import annotations

from typing import Final

from varejoforte_desktop.application.station_setup import JoinRefused, SettingsNotKept
from varejoforte_desktop.domain import access_errors as access
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.setup.words import refused_words

Words = tuple[str, str]

_SAFE: Final[dict[str, Words]] = {
    "none": (
        "Este computador não tem um cofre de senhas.",
        "Escolha em Configurações › Segurança como guardar as senhas.",
    ),
    "locked": ("O cofre de senhas deste computador está trancado.", "Destranque-o e tente de novo."),
    "damaged": (
        "O arquivo de senhas desta estação está danificado.",
        "Apague segredos.vf e peça a um administrador para entrar aqui.",
    ),
    "wrong_passphrase": ("A frase secreta não abre o cofre desta estação.", "Digite de novo."),
}


def access_words(error: DomainError) -> Words | None:
    """What happened and what to do; None when it is about something else."""
    match error:
        case access.SessionEnded():
            return "Seu acesso foi encerrado por um administrador.", "Entre de novo ou fale com ele."
        case access.OnlyAdministrators():
            return "Só um administrador pode fazer isto.", "Peça a um administrador."
        case access.LastAdministrator():
            return "A loja ficaria sem administrador.", "Torne outra pessoa administradora antes."
        case access.WrongPassword():
            return "A senha atual não confere.", "Digite de novo."
        case access.SamePassword():
            return "A senha nova é igual à atual.", "Escolha outra."
        case access.StationRemoved(station=name):
            return (
                f"A estação {name} foi retirada da loja.",
                "Um administrador pode entrar nela e trazê-la de volta.",
            )
        case access.StationUnknown(station=name):
            return (
                f"A estação {name} ainda não faz parte da loja.",
                "Um administrador precisa entrar nela primeiro.",
            )
        case access.StationInUse(station=name):
            return f"A estação {name} é a que você está usando.", "Retire-a a partir de outra."
        case access.PassphraseWrong():
            return (
                "A frase secreta não abre esta cópia.",
                "Digite a frase escolhida quando a cópia foi feita.",
            )
        case access.PassphraseWeak(minimum=minimum):
            return f"A frase secreta precisa de pelo menos {minimum} letras.", "Junte mais palavras."
    return _setup_words(error) or _books_words(error)


def _setup_words(error: DomainError) -> Words | None:
    match error:
        case access.SafeClosed(why=why):
            return _SAFE.get(why, _SAFE["locked"])
        case access.AddressInClear(server=server):
            return (
                f"A ligação com {server} não seria cifrada.",
                "Tire sslmode do endereço, ou use verify-full.",
            )
        case access.PasswordInClear(path=path):
            return (
                f"O arquivo {path} mostra a senha do banco de dados.",
                "Escolha um cofre de senhas, ou apague a senha do endereço.",
            )
        case JoinRefused(why=why, facts=facts):
            return refused_words(why, facts)
        case SettingsNotKept(path=path):
            return f"Não foi possível gravar as configurações em {path}.", "Verifique as permissões da pasta."
    return None


def _books_words(error: DomainError) -> Words | None:
    match error:
        case access.RecheckPending():
            return (
                "A loja foi restaurada de uma cópia e ainda não foi conferida.",
                "Um administrador confere em Configurações › Cópias.",
            )
        case access.ClockBehind(shown=shown, seen=seen):
            return (
                f"O relógio deste computador marca {formats.moment(shown)}, mas já se trabalhou aqui em "
                f"{formats.moment(seen)}.",
                "Acerte a data e a hora do computador.",
            )
        case access.AlreadyOpen():
            return (
                "O Varejo Forte já está aberto neste computador.",
                "Use a janela que já está aberta, ou feche-a e tente de novo.",
            )
        case access.RoomShort(free=free):
            return (
                f"Restam só {free // 1_000_000} MB no disco; uma venda poderia não caber.",
                "Libere espaço e tente de novo.",
            )
    return None
