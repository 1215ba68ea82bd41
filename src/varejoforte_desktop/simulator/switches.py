"""The points nobody could settle about the real store, each one a switch, and the store's limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(kw_only=True)
class Switches:
    """How this store behaves where the documentation is silent. May be changed while the store runs."""

    code_single_use: bool = False
    refresh_requires_keys: bool = False
    old_access_dies_on_refresh: bool = True
    limit_over_50: Literal["clamp", "400"] = "clamp"
    stock_decrement_on: Literal["created", "paid"] = "created"
    stock_return_on_cancel: bool = True
    allow_negative_stock: bool = False
    product_stock_with_variants: Literal["sum", "independent"] = "sum"
    duplicate_sku_combo: Literal["400", "accept"] = "400"
    overlong_text: Literal["400", "truncate"] = "400"
    order_create_id_key: Literal["id", "order_id"] = "id"
    unwrapped_order_body: Literal["accept", "400"] = "accept"
    invoice_post_wrapper: Literal["both", "unwrapped"] = "both"
    duplicate_invoice: Literal["400", "accept"] = "400"
    rate_limit_headers: Literal["none", "Retry-After"] = "none"
    echo_webhooks: bool = True
    public_get_without_token: bool = True


@dataclass(kw_only=True)
class Limits:
    """How many requests the store takes; `disable_after` refusals in a day switch the app off (None: never)."""

    per_minute: int = 180
    per_day: int = 10_000
    disable_after: int | None = None
