"""What stands in the place of the list while it shows no note, and how to come to one."""

from __future__ import annotations

from varejoforte_desktop.ui.widgets.empty_state import EmptyState


def say_empty(empty: EmptyState, text: str, *, may_enter: bool) -> None:
    """Say that no note has `text`, or (with "") that none entered yet; the button fits what this person may do."""
    if text:
        empty.set_message(
            "search",
            empty.tr("Nenhuma nota com “{text}”").format(text=text),
            empty.tr("Procure pelo número, pelo fornecedor, pelo CNPJ ou pela chave de acesso."),
            empty.tr("Ver todas"),
        )
    else:
        empty.set_message(
            "download",
            empty.tr("Nenhuma nota de compra entrou ainda"),
            empty.tr(
                "Arraste para cá o XML que o fornecedor mandou: estoque, custos e preços são conferidos antes."
            ),
            empty.tr("Escolher o arquivo XML") if may_enter else "",
        )
