"""Every trouble as one Portuguese sentence and what to do about it; facts come from below, words only from here."""

from __future__ import annotations

from dataclasses import dataclass

from varejoforte_desktop.application import books, outside
from varejoforte_desktop.domain import errors
from varejoforte_desktop.ui.access_messages import access_words
from varejoforte_desktop.ui.field_names import field_name, permission_name
from varejoforte_desktop.ui.fiscal_messages import fiscal_words
from varejoforte_desktop.ui.formats import duration
from varejoforte_desktop.ui.sale_messages import sale_words
from varejoforte_desktop.ui.sheet_messages import refused_words, sheet_words
from varejoforte_desktop.ui.store_causes import outside_sentence


@dataclass(frozen=True, slots=True)
class Sentence:
    """What happened, and what the person can do. `bug` marks our own fault: a report can be copied."""

    text: str
    remedy: str = ""
    bug: bool = False

    @property
    def whole(self) -> str:
        """Both in one line."""
        return f"{self.text} {self.remedy}".strip()


def sentence(error: BaseException) -> Sentence:
    """The sentence for an error of any family; never its class name, its text or a traceback."""
    if isinstance(error, errors.DomainError):
        return (
            _domain(error)
            or _more_domain(error)
            or _access(error)
            or _sale(error)
            or _fiscal(error)
            or _sheet(error)
            or _BUG
        )
    if isinstance(error, outside.OutsideError):
        text, remedy = outside_sentence(error.code, error.detail, dict(error.facts))
        return Sentence(text, remedy)
    if isinstance(error, books.BooksError):
        return _books(error)
    return _BUG


_BUG = Sentence(
    "Algo deu errado no programa; nada do que já estava gravado se perdeu.",
    "Copie o relatório e mande ao suporte.",
    bug=True,
)


def _domain(error: errors.DomainError) -> Sentence | None:
    match error:
        case errors.Missing(field=field):
            return Sentence(f"Falta preencher: {field_name(field)}.")
        case errors.NotANumber(text=text):
            return Sentence(f"“{text}” não é um número.", "Use vírgula para os centavos, como em 1.234,56.")
        case errors.TooManyDecimals(places=places):
            return Sentence(f"Use no máximo {places} casas depois da vírgula.")
        case errors.TooLong(field=field, limit=limit):
            return Sentence(f"{field_name(field).capitalize()} aceita no máximo {limit} letras.")
        case errors.Negative(field=field):
            return Sentence(f"{field_name(field).capitalize()} não pode ser negativo.")
        case errors.WrongBarcode(expected=str() as digit):
            return Sentence(
                "O código de barras tem um dígito errado.", f"O último dígito deveria ser {digit}."
            )
        case errors.WrongBarcode():
            return Sentence(
                "O código de barras deve ter 8, 12, 13 ou 14 dígitos.", "Sem código, deixe vazio."
            )
        case errors.WrongNcm():
            return Sentence("O NCM deve ter 8 dígitos.", "Veja na nota de compra ou com o contador.")
        case errors.PromotionOutOfOrder(why=why):
            return Sentence(_PROMOTION[why])
        case errors.ReferenceTaken(reference=reference):
            return Sentence(
                f"Já existe um produto com a referência {reference}.", "Escolha outra referência."
            )
        case errors.BarcodeTaken(barcode=bars, reference=reference):
            return Sentence(f"O código {bars} já é do produto {reference}.")
        case errors.NotInteger():
            return Sentence("Este produto é vendido por unidade inteira.")
        case errors.InsufficientStock(reference=reference, on_hand=left):
            return Sentence(f"Só há {_number(left)} de {reference} em estoque.")
        case errors.LoginTaken(login=login):
            return Sentence(f"Já existe um operador com o nome de acesso {login}.")
    return None


_PROMOTION = {
    "dates_missing": "A promoção precisa de início e fim.",
    "ends_before_start": "O fim da promoção vem antes do início.",
    "not_cheaper": "O preço promocional deve ser menor que o preço de venda.",
}


def _more_domain(error: errors.DomainError) -> Sentence | None:
    match error:
        case errors.NoSuchRecord(what="queue_line"):
            return Sentence("Este item já saiu da fila.")
        case errors.NoSuchRecord(what="product"):
            return Sentence("Este produto não existe mais.", "Atualize a lista com F5.")
        case errors.NoSuchRecord(what="purchase"):
            return Sentence("Nenhuma nota com esta chave deu entrada.", "Confira a chave na lista de notas.")
        case errors.NoSuchRecord(what="basket"):
            return Sentence("Esta venda em espera já foi retomada ou cancelada.", "Veja a lista com F7.")
        case errors.NoSuchRecord():
            return Sentence("O registro não existe mais.", "Atualize a tela com F5.")
        case errors.ChangedMeanwhile(what="key"):
            return Sentence("A chave da loja ou as estações mudaram neste momento.", "Tente de novo.")
        case errors.ChangedMeanwhile():
            return Sentence(
                "Outra pessoa salvou este produto depois que você o abriu.",
                "Reabra o produto para ver a mudança.",
            )
        case errors.NotAllowed(permission=permission):
            return Sentence(
                f"Seu perfil não pode {permission_name(permission)}.", "Peça a um gerente ou administrador."
            )
        case errors.SignInRefused():
            return Sentence("Operador ou senha incorretos.")
        case errors.SignInLocked(seconds=seconds):
            return Sentence("Muitas senhas erradas.", f"Tente de novo em {duration(seconds)}.")
        case errors.WeakPassword(minimum=minimum):
            return Sentence(f"A senha precisa de pelo menos {minimum} caracteres.")
        case errors.ShopAlreadyFounded():
            return Sentence("Esta loja já foi criada.", "Entre com o seu operador e senha.")
        case errors.LinkTaken(remote_id=remote, reference=reference):
            return Sentence(f"O produto {remote} da Tray já está vinculado ao produto {reference}.")
        case errors.LeaseLost():
            return Sentence("Outra estação assumiu a sincronização.")
        case errors.KeyMissing():
            return Sentence(
                "A chave da loja não está nesta estação.", "Um administrador precisa entrar aqui uma vez."
            )
    return None


def _access(error: errors.DomainError) -> Sentence | None:
    words = access_words(error)
    return None if words is None else Sentence(*words)


def _sale(error: errors.DomainError) -> Sentence | None:
    words = sale_words(error)
    return None if words is None else Sentence(*words)


def _fiscal(error: errors.DomainError) -> Sentence | None:
    words = fiscal_words(error)
    return None if words is None else Sentence(*words)


def _sheet(error: errors.DomainError) -> Sentence | None:
    from varejoforte_desktop.application.product_import import ImportRefused  # heavy, and not for the door

    if isinstance(error, ImportRefused):
        return Sentence(*refused_words(len(error.errors)))
    words = sheet_words(error)
    return None if words is None else Sentence(*words)


def _books(error: books.BooksError) -> Sentence:
    match error:
        case books.BooksUnreachable():
            return Sentence(
                "O banco de dados não responde.",
                "Verifique a rede e o servidor; o programa tenta de novo sozinho.",
            )
        case books.BooksBusy():
            return Sentence("O banco de dados está ocupado.", "Tente de novo em alguns segundos.")
        case books.BooksFull():
            return Sentence(
                "O disco está cheio; nada foi gravado e nada se perdeu.", "Libere espaço e tente de novo."
            )
        case books.BooksDamaged():
            return Sentence(
                "O arquivo do banco de dados não pode ser lido.",
                "Restaure uma cópia de segurança ou chame o suporte; não apague o arquivo.",
            )
        case books.BooksNewer():
            return Sentence(
                "Este banco de dados é de uma versão mais nova do Varejo Forte.",
                "Atualize o programa nesta estação.",
            )
        case books.BooksOlder():
            return Sentence(
                "O banco de dados precisa ser atualizado para esta versão.",
                "Um administrador deve executar: varejoforte-desktop db upgrade.",
            )
        case books.BooksError(facts={"why": "in_use"}):
            return Sentence(
                "Uma cópia espera para entrar, mas o banco de dados está aberto em outra janela ou estação.",
                "Feche-a e tente de novo.",
            )
        case books.BooksMisplaced(facts={"why": "network_share"}):
            return Sentence(
                "O arquivo da loja está em uma pasta de rede, onde os dados se perdem.",
                "Para várias estações, use um banco PostgreSQL.",
            )
    return Sentence("Não é possível gravar na pasta dos dados.", "Verifique as permissões da pasta.")


def _number(text: str) -> str:
    plain = text.rstrip("0").rstrip(".") if "." in text else text
    return plain.replace(".", ",")
