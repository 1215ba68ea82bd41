"""Why SEFAZ said no, in a shopkeeper's words, and what to do about each of its codes."""

from __future__ import annotations

from typing import Final, NamedTuple

from varejoforte_desktop.domain.fiscal_answers import Verdict, verdict_of_new


class Rejection(NamedTuple):
    """What SEFAZ found and what helps. `ours`: the shop cannot put it right, only whoever supports the program."""

    cause: str
    remedy: str
    ours: bool = False


_RESEND: Final = "Depois use “Corrigir e reenviar”; o número é o mesmo."
_SUPPORT: Final = "Mande o código e a chave ao suporte; a venda está guardada."
_RETURN: Final = "Faça a devolução com uma nota de entrada; fale com o contador."


def _fix(cause: str, remedy: str) -> Rejection:
    return Rejection(cause, f"{remedy} {_RESEND}")


def _bug(cause: str) -> Rejection:
    return Rejection(cause, _SUPPORT, ours=True)


_CERTIFICATE: Final = {
    "213": Rejection("O certificado é de outra empresa.", "Instale em Configurações › Notas fiscais o certificado deste CNPJ."),
    "280": Rejection("A SEFAZ não aceita o certificado da loja.", "Confira se ele é um A1 da ICP-Brasil e instale-o de novo."),
    "281": Rejection("O certificado está fora do prazo de validade.", "Instale o certificado renovado."),
    "282": Rejection("O certificado não traz o CNPJ da loja.", "Instale um certificado de pessoa jurídica (e-CNPJ)."),
    "283": Rejection("A SEFAZ não reconhece quem emitiu o certificado.", "Confira com a certificadora e instale-o de novo."),
    "284": Rejection("O certificado foi revogado.", "Compre outro e instale-o em Configurações › Notas fiscais."),
    "285": Rejection("O certificado não é da ICP-Brasil.", "Instale um certificado A1 da ICP-Brasil."),
    "286": Rejection("A SEFAZ não conseguiu conferir o certificado agora.", "Espere alguns minutos e tente de novo."),
    "290": Rejection("O certificado que assina a nota não é aceito.", "Instale o certificado de novo."),
    "291": Rejection("O certificado que assina a nota está fora do prazo.", "Instale o certificado renovado."),
    "292": Rejection("O certificado que assina a nota não traz o CNPJ.", "Instale um certificado de pessoa jurídica."),
    "293": Rejection("A SEFAZ não reconhece quem emitiu o certificado.", "Confira com a certificadora."),
}  # fmt: skip

_SET_UP: Final = {
    "203": Rejection("A empresa não está habilitada a emitir esta nota.", "Peça o credenciamento na SEFAZ do seu estado ou fale com o contador."),
    "207": _fix("O CNPJ da loja não é válido para a SEFAZ.", "Confira o CNPJ em Configurações › Notas fiscais."),
    "209": _fix("A inscrição estadual da loja não é válida.", "Confira a inscrição em Configurações › Notas fiscais."),
    "226": _fix("A nota foi para a SEFAZ de outro estado.", "Confira a UF da loja em Configurações › Notas fiscais."),
    "230": _fix("A SEFAZ não conhece a inscrição estadual da loja.", "Confira a inscrição em Configurações › Notas fiscais."),
    "231": _fix("A inscrição estadual não é deste CNPJ.", "Confira os dois em Configurações › Notas fiscais."),
    "245": _fix("O CNPJ da loja não está cadastrado na SEFAZ.", "Peça o credenciamento ou fale com o contador."),
    "250": _fix("A UF da nota não é a da SEFAZ que a recebeu.", "Confira a UF da loja em Configurações › Notas fiscais."),
    "252": _fix("A nota é de um ambiente e foi para o outro.", "Confira homologação ou produção em Configurações › Notas fiscais."),
    "301": Rejection("A empresa está irregular na SEFAZ.", "Fale com o contador antes de emitir."),
    "302": Rejection("O comprador está irregular na SEFAZ.", "Venda para outro CPF ou CNPJ, ou fale com o contador."),
    "303": Rejection("O comprador não está habilitado no estado dele.", "Confira a inscrição estadual do comprador."),
    "781": Rejection("A empresa está irregular na SEFAZ, ou não habilitada.", "Fale com o contador antes de emitir."),
    "450": _fix("Esta SEFAZ não recebe este modelo de nota.", "Confira a UF da loja em Configurações › Notas fiscais."),
    "775": _fix("Esta SEFAZ não recebe este modelo de nota.", "Confira a UF da loja em Configurações › Notas fiscais."),
    "394": _bug("A nota foi sem o QR Code."),
    "395": _bug("O endereço do QR Code não é o deste estado."),
    "396": _bug("O QR Code não traz a chave."),
    "397": _bug("O QR Code não combina com a nota."),
    "398": _fix("A versão do QR Code não é aceita neste estado.", "Troque a versão do QR Code em Configurações › Notas fiscais."),
    "462": _fix("A SEFAZ não conhece o identificador do CSC.", "Confira o CSC e o seu número em Configurações › Notas fiscais."),
    "463": _fix("O CSC foi cancelado na SEFAZ.", "Gere outro CSC no site da SEFAZ e informe-o em Configurações › Notas fiscais."),
    "464": _fix("O CSC não é o que a SEFAZ tem.", "Confira o CSC e o seu número em Configurações › Notas fiscais."),
    "474": _bug("O QR Code foi sem assinatura."),
    "496": _bug("A assinatura do QR Code não confere."),
    "878": _bug("O endereço de consulta não é o deste estado."),
    "712": Rejection("Este estado não aceita NFC-e em contingência.", "Desligue a contingência em Configurações › Notas fiscais."),
}  # fmt: skip

_GOODS: Final = {
    "373": _bug("Na homologação o primeiro produto precisa de um texto próprio, e foi sem ele."),
    "598": _bug("Na homologação o nome do comprador precisa de um texto próprio, e foi sem ele."),
    "611": _fix("Um código de barras não é válido.", "Corrija-o no cadastro do produto, ou deixe-o vazio."),
    "612": _fix("Um código de barras não é válido.", "Corrija-o no cadastro do produto, ou deixe-o vazio."),
    "883": _fix("Falta o código de barras de um produto.", "Preencha-o no cadastro do produto, ou deixe-o vazio."),
    "777": _fix("O NCM de um produto está incompleto.", "Preencha os 8 dígitos no cadastro do produto."),
    "778": _fix("O NCM de um produto não existe.", "Corrija-o no cadastro do produto; veja na nota de compra."),
    "806": _fix("Um produto com substituição tributária está sem o CEST.", "Preencha o CEST no cadastro do produto."),
    "725": _fix("O CFOP não serve para NFC-e.", "Peça ao contador que corrija a tabela de impostos."),
    "732": _fix("O CFOP é de venda para outro estado e a nota não é.", "Peça ao contador que corrija a tabela de impostos."),
    "733": _fix("O CFOP é de venda dentro do estado e a nota não é.", "Peça ao contador que corrija a tabela de impostos."),
    "590": _fix("O código de imposto não serve para o regime da loja.", "Peça ao contador que corrija a tabela de impostos."),
    "591": _fix("O código de imposto não serve para o regime da loja.", "Peça ao contador que corrija a tabela de impostos."),
    "600": _fix("O código de imposto não combina com o comprador.", "Peça ao contador que corrija a tabela de impostos."),
    "694": _fix("Falta o ICMS do estado do comprador.", "Peça ao contador que preencha a partilha na tabela de impostos."),
    "1115": _fix("Faltam IBS e CBS de um produto.", "Peça ao contador que preencha IBS e CBS na tabela de impostos."),
    "1026": _fix("A alíquota do IBS não é a que vale hoje.", "Peça ao contador que corrija a tabela de impostos."),
    "1036": _fix("A alíquota do IBS do município não é a que vale hoje.", "Peça ao contador que corrija a tabela de impostos."),
    "1037": _fix("A alíquota da CBS não é a que vale hoje.", "Peça ao contador que corrija a tabela de impostos."),
}  # fmt: skip

_BUYER: Final = {
    "208": _fix("O CNPJ do comprador não é válido.", "Corrija-o no cadastro do cliente."),
    "210": _fix("A inscrição estadual do comprador não é válida.", "Corrija-a no cadastro do cliente, ou deixe-a vazia."),
    "232": _fix("O comprador tem inscrição estadual e a nota não a traz.", "Preencha a inscrição no cadastro do cliente."),
    "233": _fix("A SEFAZ não conhece a inscrição estadual do comprador.", "Confira-a com o comprador."),
    "234": _fix("A inscrição estadual não é deste CNPJ.", "Confira os dois no cadastro do cliente."),
    "237": _fix("O CPF do comprador não é válido.", "Corrija-o no cadastro do cliente."),
    "246": _fix("O CNPJ do comprador não está cadastrado na SEFAZ.", "Confira-o com o comprador."),
    "272": _fix("A cidade da loja não existe na tabela do IBGE.", "Corrija-a em Configurações › Notas fiscais."),
    "273": _fix("A cidade da loja não é deste estado.", "Corrija-a em Configurações › Notas fiscais."),
    "274": _fix("A cidade do comprador não existe na tabela do IBGE.", "Corrija o endereço no cadastro do cliente."),
    "275": _fix("A cidade do comprador não é deste estado.", "Corrija o endereço no cadastro do cliente."),
    "719": _fix("Falta dizer quem é o comprador.", "Preencha o CPF ou o CNPJ no cadastro do cliente."),
    "724": _fix("Falta o nome do comprador.", "Preencha-o no cadastro do cliente."),
    "726": _fix("Falta o endereço do comprador.", "Preencha-o no cadastro do cliente."),
    "772": _fix("A nota é para outro estado e o comprador é deste.", "Confira o endereço do comprador."),
    "773": _fix("A nota é para este estado e o comprador é de outro.", "Confira o endereço do comprador."),
    "787": _fix("Entrega em domicílio precisa do CPF ou CNPJ.", "Preencha-o na venda."),
    "788": _fix("Entrega em domicílio precisa do endereço.", "Preencha-o no cadastro do cliente."),
    "789": Rejection("Quem paga ICMS não compra com NFC-e.", "Desista desta e emita uma NF-e."),
}  # fmt: skip

_NUMBERS: Final = {
    "204": Rejection("A SEFAZ já tem esta nota.", "O programa consulta a chave e guarda o protocolo sozinho."),
    "217": Rejection("A SEFAZ não tem esta nota.", "O programa manda a mesma nota de novo sozinho."),
    "539": Rejection("Outra nota já usou este número.", "Emita de novo em “Vendas sem nota”: a venda recebe o próximo número. Se acontecer outra vez, confira em Configurações › Notas fiscais o último número da série."),
    "562": Rejection("A SEFAZ tem este número com outra chave.", "Emita de novo em “Vendas sem nota” e mande a chave ao suporte."),
    "206": Rejection("Este número já foi inutilizado.", "Emita de novo em “Vendas sem nota”: a venda recebe o próximo número."),
    "228": Rejection("A data da nota é antiga demais.", "Confira o relógio do computador. Depois reenvie."),
    "703": Rejection("A hora da nota está no futuro.", "Acerte o relógio do computador. Depois reenvie."),
    "704": Rejection("A NFC-e chegou tarde à SEFAZ.", "Confira o relógio do computador. Depois reenvie."),
    "635": Rejection("A SEFAZ ainda trabalha nesta nota.", "O programa pergunta de novo sozinho."),
    "656": Rejection("A SEFAZ foi consultada vezes demais.", "Ela pede uma hora de silêncio; o programa volta sozinho."),
    "108": Rejection("A SEFAZ está parada por pouco tempo.", "O programa tenta de novo sozinho."),
    "109": Rejection("A SEFAZ está parada sem previsão de volta.", "O programa tenta de novo sozinho."),
    "711": _bug("Esta nota não pode ser emitida em contingência."),
    "783": _bug("A NFC-e não é autorizada em outro servidor."),
    "999": Rejection("A SEFAZ teve um erro interno.", "O programa pergunta de novo sozinho."),
}  # fmt: skip

_EVENTS: Final = {
    "501": Rejection("O prazo para cancelar já passou.", _RETURN),
    "220": Rejection("O prazo para cancelar já passou.", _RETURN),
    "221": Rejection("O comprador já confirmou o recebimento.", _RETURN),
    "222": Rejection("O protocolo guardado não é o da SEFAZ.", "Consulte a nota e tente de novo."),
    "218": Rejection("A nota já está cancelada na SEFAZ.", "O programa confere e guarda isso sozinho."),
    "420": Rejection("A nota já está cancelada na SEFAZ.", "O programa confere e guarda isso sozinho."),
    "494": Rejection("A SEFAZ não tem esta nota.", "Consulte a nota antes."),
    "573": Rejection("A SEFAZ já tem este pedido.", "O programa confere e guarda isso sozinho."),
    "578": Rejection("A hora do pedido está no futuro.", "Acerte o relógio do computador e tente de novo."),
    "580": Rejection("A SEFAZ só aceita isto de uma nota autorizada.", "Consulte a nota antes."),
    "594": Rejection("Esta nota já teve correções demais.", "A SEFAZ aceita 20; cancele-a, se ainda houver prazo."),
    "784": Rejection("NFC-e não aceita carta de correção.", "Cancele-a, se ainda houver prazo."),
    "241": Rejection("Um dos números já foi usado.", "Confira na lista qual nota o tem; o programa pergunta à SEFAZ."),
    "256": Rejection("Um dos números já foi inutilizado.", "Inutilize só os outros."),
    "563": Rejection("Estes números já foram inutilizados.", "Nada mais é preciso."),
    "201": Rejection("São números demais de uma vez.", "Inutilize em partes menores."),
    "224": Rejection("O primeiro número é maior que o último.", "Troque os dois."),
}  # fmt: skip

_BAD_FILE: Final = (
    "215", "225", "236", "243", "297", "298", "402", "404", "452", "502", "561", "588", "613", "897",
)  # fmt: skip
_BAD_SUMS: Final = (
    "528", "531", "532", "533", "534", "535", "536", "537", "538", "564", "601", "602", "603", "604", "610", "629",
    "685", "767", "795", "798", "799", "800", "865",
)  # fmt: skip
_MISTAKES: Final[dict[str, Rejection]] = {
    **dict.fromkeys(_BAD_FILE, _bug("O arquivo da nota não está como a SEFAZ espera.")),
    **dict.fromkeys(_BAD_SUMS, _bug("Os valores da nota não fecham entre si.")),
    "391": _bug("Faltam os dados do cartão no pagamento."),
    "441": _bug("Falta a descrição de uma forma de pagamento."),
    "434": _bug("Falta dizer se houve intermediador na venda."),
    "705": _bug("NFC-e não leva data de saída."),
    "753": _bug("NFC-e não leva frete."),
    "754": _bug("NFC-e não leva transportadora."),
}

REJECTIONS: Final[dict[str, Rejection]] = {
    **_CERTIFICATE,
    **_SET_UP,
    **_GOODS,
    **_BUYER,
    **_NUMBERS,
    **_EVENTS,
    **_MISTAKES,
}
_BY_VERDICT: Final = {
    Verdict.CERTIFICATE: Rejection("A SEFAZ não aceita o certificado da loja.", "Confira-o em Configurações › Notas fiscais."),
    Verdict.CLOCK: Rejection("A hora da nota não é aceita.", "Acerte o relógio do computador. Depois reenvie."),
    Verdict.OURS: _bug("O arquivo da nota não está como a SEFAZ espera."),
}  # fmt: skip
_USUAL: Final = "Corrija o que a SEFAZ aponta, ou mostre ao contador. " + _RESEND


def rejection(stat: str, reason: str = "") -> Rejection:
    """What a code of SEFAZ means; one that nobody listed in SEFAZ's own words (`reason`)."""
    known = REJECTIONS.get(stat) or _BY_VERDICT.get(verdict_of_new(stat))
    if known is not None:
        return known
    return Rejection(f"A SEFAZ recusou: {own_words(reason)}" if reason else "A SEFAZ recusou a nota.", _USUAL)


def own_words(reason: str) -> str:
    """SEFAZ's sentence without its heading, ending like a sentence."""
    bare = " ".join(reason.split())
    for heading in ("Rejeição:", "Rejeicao:", "REJEICAO:", "Denegação:"):
        bare = bare.removeprefix(heading).strip()
    return bare if not bare or bare.endswith((".", "!", "?", "]", ")")) else f"{bare}."
