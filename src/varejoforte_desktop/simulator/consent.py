"""The page where a shopkeeper lets an app into the store, and from which the app takes the shop's code."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from varejoforte_desktop.simulator.answers import Answer, in_html
from varejoforte_desktop.simulator.gate import Gate
from varejoforte_desktop.simulator.pages import render
from varejoforte_desktop.simulator.shop import Shop

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Consent:
    """`/auth.php`: asks once, then sends the browser straight back to the app."""

    def __init__(self, shop: Shop, gate: Gate) -> None:
        self._shop = shop
        self._gate = gate

    def respond(self, method: str, query: Mapping[str, str]) -> Answer:
        """GET shows the question (or redirects, once consented); POST is the shopkeeper's yes."""
        problem = self._problem(query)
        if problem:
            return in_html(render("consent.html", problem=problem, shop=self._shop.name, action=""), 400)
        if method == "POST":
            self._gate.consented = True
        if not self._gate.consented:
            action = f"/auth.php?{urlencode(query)}"
            return in_html(render("consent.html", problem="", shop=self._shop.name, action=action))
        return self._back(query.get("callback", ""))

    def _problem(self, query: Mapping[str, str]) -> str:
        if query.get("response_type") != "code":
            return "O parâmetro response_type precisa ser code."
        if query.get("consumer_key") != self._gate.consumer_key:
            return "Aplicativo desconhecido."
        if "consumer_secret" in query:
            return "O segredo do aplicativo nunca passa pelo navegador."
        callback = query.get("callback", "")
        if callback and not _acceptable(callback):
            return "O endereço de retorno precisa ser https ou deste computador."
        return ""

    def _back(self, callback: str) -> Answer:
        told = {
            "code": self._gate.code,
            "api_address": self._shop.api_address,
            "store": self._shop.store_id,
            "store_host": self._shop.public_url,
            "adm_user": "lojista",
        }
        # A desktop program without a public address lets the person copy the code by hand.
        page = render("authorised.html", shop=self._shop.name, **told)
        if not callback:
            return in_html(page)
        joint = "&" if urlsplit(callback).query else "?"
        return in_html(page, 302, {"location": f"{callback}{joint}{urlencode(told)}"})


def _acceptable(callback: str) -> bool:
    if any(ord(letter) <= 32 for letter in callback):
        return False  # a line break would become a header
    parts = urlsplit(callback)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    )
