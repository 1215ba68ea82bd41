"""The connection to the Tray in a shopkeeper's words: how it stands, how long it lasts, why it could not be made."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from varejoforte_desktop.application.outside import LoggedOut, OutsideError, TryLater
from varejoforte_desktop.application.questions import ConnectionRow
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.messages import Sentence, sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.store_causes import outside_sentence

#: From so many days before its end a person is told that the authorisation runs out.
WARN_DAYS: Final = 7

#: How a merchant gets what the form asks for.
STEPS: Final = (
    "No painel da Tray, abra Meus aplicativos › Instalar novos aplicativos e escolha o Varejo Forte.",
    "Confirme a autorização. A página seguinte mostra o endereço da loja e o código de autorização.",
    "Copie os dois e cole abaixo, com a chave e o segredo do aplicativo que você recebeu na contratação.",
)


class ConnectionWords(NamedTuple):
    """How the connection stands: a badge, and a sentence with its feeling when something is to be done."""

    badge: str
    tone: Tone
    icon: str
    warning: str


def connection_words(row: ConnectionRow, now: datetime) -> ConnectionWords:
    """The state of a connection, and what a person has to know about it."""
    if row.state == "reconnect":
        return ConnectionWords("Reconectar", Tone.BAD, "key", _cause(row))
    if row.state == "suspended":
        return ConnectionWords("Suspensa", Tone.BAD, "lock", _cause(row))
    left = row.refresh_expires_at - now
    if left <= timedelta(0):
        text = "A autorização venceu. Conecte de novo com um código da Tray."
        return ConnectionWords("Autorização vencida", Tone.BAD, "key", text)
    if left <= timedelta(days=WARN_DAYS):
        text = (
            f"A autorização vence em {formats.duration(left)}. "
            "Ligue a sincronização para renovar, ou conecte de novo."
        )
        return ConnectionWords("Conectada", Tone.WARN, "warning", text)
    return ConnectionWords("Conectada", Tone.GOOD, "check", "")


def cnpj(digits: str) -> str:
    """ "11222333000181" as "11.222.333/0001-81"; anything else as it is."""
    bare = "".join(each for each in digits if each.isalnum())
    if len(bare) != 14:
        return digits
    return f"{bare[:2]}.{bare[2:5]}.{bare[5:8]}/{bare[8:12]}-{bare[12:]}"


def why_not(error: BaseException) -> Sentence:
    """Why connecting did not work; the usual remedies speak of sending, which is not what is going on here."""
    said = sentence(error)
    if not isinstance(error, OutsideError):
        return said
    if error.code in _REMEDIES:
        return Sentence(said.text, _REMEDIES[error.code])
    if isinstance(error, LoggedOut) and error.code not in _STORE_CLOSED:
        return Sentence(said.text, "Gere outro código na Tray e tente de novo.")
    return Sentence(said.text, "Tente de novo em instantes.") if isinstance(error, TryLater) else said


_STORE_CLOSED: Final = frozenset({"store_blocked", "store_inactive", "store_cancelled", "forbidden"})
_REMEDIES: Final = {
    "no_line": "Confira o endereço e a internet deste computador e tente de novo.",
    "timeout_connecting": "Confira o endereço e tente de novo.",
    "bad_address": "Copie o endereço que a Tray mostra, como https://sualoja.commercesuite.com.br/web_api.",
    "redirected": "Copie o endereço que a Tray mostra na autorização.",
    "tls": "Verifique a data e a hora do computador.",
    "day_spent": "Tente de novo depois da meia-noite.",
    "code_refused": "Confira a chave, o segredo e o código; se preciso, gere outro código na Tray.",
    "store_blocked": "Fale com a Tray e depois conecte de novo.",
    "store_cancelled": "Conecte outra loja.",
}


def _cause(row: ConnectionRow) -> str:
    return " ".join(outside_sentence(row.cause or "reconnect")).replace(
        "Reconecte em Configurações › Tray.", "Conecte de novo abaixo."
    )
