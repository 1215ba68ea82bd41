"""What each field, permission and side of a product is called on screen: the same word everywhere."""

from __future__ import annotations

from typing import Final

_FIELDS: Final = {
    "reference": "referência",
    "name": "nome",
    "barcode": "código de barras",
    "ean": "código de barras",
    "ncm": "NCM",
    "unit": "unidade",
    "brand": "marca",
    "category": "categoria",
    "price": "preço de venda",
    "cost": "preço de custo",
    "promotional_price": "preço promocional",
    "promotion_start": "início da promoção",
    "promotion_end": "fim da promoção",
    "minimum_stock": "estoque mínimo",
    "safety_stock": "estoque de segurança",
    "counter_reserve": "reserva de balcão",
    "stock": "estoque",
    "weight": "peso",
    "length": "comprimento",
    "width": "largura",
    "height": "altura",
    "model": "modelo",
    "warranty": "garantia",
    "short_description": "descrição curta",
    "description": "descrição",
    "available": "disponível na loja",
    "quantity": "quantidade",
    "reason": "motivo",
    "tracking_code": "código de rastreio",
    "tracking_url": "link de rastreio",
    "document": "documento",
    "customer_name": "nome do cliente",
    "company": "razão social",
    "email": "e-mail",
    "phone": "telefone",
    "state_registration": "inscrição estadual",
    "amount": "valor",
    "opening_float": "fundo de troco",
    "cash": "dinheiro contado",
    "methods": "formas de pagamento",
    "denomination": "quantidade de cédulas e moedas",
    "note": "observação",
    "payment": "pagamento",
    "discount": "desconto",
    "prefix": "prefixo",
    "login": "operador",
    "password": "senha",
    "current_password": "senha atual",
    "passphrase": "frase secreta",
    "every_hours": "horas entre cópias",
    "keep_daily": "cópias diárias",
    "keep_weekly": "cópias semanais",
    "keep_monthly": "cópias mensais",
    "operator_name": "nome da pessoa",
    "shop_name": "nome da loja",
    "api_address": "endereço da loja",
    "consumer_key": "chave do aplicativo",
    "consumer_secret": "segredo do aplicativo",
    "code": "código de autorização",
    "access_key": "chave de acesso",
    "certificate": "certificado",
    "series": "série",
    "last_number": "último número",
    "legal_name": "razão social",
    "trade_name": "nome fantasia",
    "ie": "inscrição estadual",
    "emitter_cnpj": "CNPJ da loja",
    "intermediary_cnpj": "CNPJ do intermediador",
    "responsible_cnpj": "CNPJ do responsável técnico",
    "street": "rua",
    "district": "bairro",
    "city": "cidade",
    "state": "estado",
    "postcode": "CEP",
    "city_code": "código IBGE da cidade",
    "signer": "nome de quem assina",
    "origin": "origem da mercadoria",
    "cest": "CEST",
}
_PERMISSIONS: Final = {
    "catalogue.see": "ver o cadastro de produtos",
    "catalogue.edit": "alterar o cadastro de produtos",
    "catalogue.import": "importar planilhas de produtos",
    "stock.move": "movimentar o estoque",
    "stock.adjust": "ajustar o estoque",
    "sync.run": "sincronizar com a Tray",
    "queue.manage": "mexer na fila de processamento",
    "settings.change": "mudar as configurações da loja",
    "store.connect": "conectar a loja à Tray",
    "people.manage": "cadastrar operadores",
    "orders.import": "importar pedidos",
    "orders.register": "registrar pedidos como vendas",
    "orders.resolve": "aceitar divergências de pedidos ou deixá-los de lado",
    "orders.cancel": "cancelar pedidos",
    "sale.register": "vender",
    "sale.cancel_item": "cancelar itens da venda",
    "sale.cancel": "cancelar vendas",
    "till.operate": "operar o caixa",
    "till.supervise": "supervisionar o caixa",
    "backup.make": "fazer cópias de segurança",
    "audit.see": "ver a trilha de auditoria",
    "stations.manage": "incluir e retirar estações",
    "fiscal.issue": "emitir, consultar e imprimir notas fiscais",
    "fiscal.manage": "corrigir, inutilizar e abandonar notas fiscais",
    "purchases.enter": "dar entrada em notas de compra",
}
_ASPECTS: Final = {
    "stock": "Estoque",
    "price": "Preço e custo",
    "content": "Cadastro",
    "status": "Situação do pedido",
    "invoice": "Nota do pedido",
    "image": "Imagens",
}


def field_name(field: str | None) -> str:
    """The field's name in lower case; an unknown one as it is."""
    return _FIELDS.get(field or "", field or "este campo")


def permission_name(permission: str) -> str:
    """What a permission allows, as a verb: "ajustar o estoque"."""
    return _PERMISSIONS.get(permission, "fazer isto")


def aspect_name(aspect: str) -> str:
    """What of a subject is sent: "Preço e custo"."""
    return _ASPECTS.get(aspect, aspect)
