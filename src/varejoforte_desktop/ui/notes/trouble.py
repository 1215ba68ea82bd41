"""What is said when something asked of SEFAZ, or of a file of the archive, did not work."""

from __future__ import annotations

from varejoforte_desktop.application.outside import OutsideError
from varejoforte_desktop.domain.sheet_errors import SheetNotWritten
from varejoforte_desktop.ui.fiscal_messages import cause_words
from varejoforte_desktop.ui.messages import Sentence, sentence


def said_of(error: BaseException) -> Sentence:
    """The sentence; the world outside is SEFAZ here, and a file that is there already is never replaced."""
    if isinstance(error, OutsideError):
        return Sentence(*cause_words(error.code))
    if isinstance(error, SheetNotWritten) and error.why == "exists":
        return Sentence("Já existe um arquivo com este nome; ele não foi mudado.", "Escolha outro nome.")
    return sentence(error)
