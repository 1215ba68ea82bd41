"""All the desks of a store put together, and which of them answers at which address."""

from __future__ import annotations

from varejoforte_desktop.simulator.calls import Place, Routes
from varejoforte_desktop.simulator.categories import Brands, Categories
from varejoforte_desktop.simulator.checkout import Checkout
from varejoforte_desktop.simulator.customers import Customers
from varejoforte_desktop.simulator.gate import Gate
from varejoforte_desktop.simulator.images import Images
from varejoforte_desktop.simulator.order_intake import OrderIntake
from varejoforte_desktop.simulator.order_life import OrderLife
from varejoforte_desktop.simulator.order_panel import OrderPanel
from varejoforte_desktop.simulator.order_shapes import OrderShapes
from varejoforte_desktop.simulator.orders import Orders, Statuses
from varejoforte_desktop.simulator.papers import Card, Invoices, Payments
from varejoforte_desktop.simulator.product_shapes import ProductShapes
from varejoforte_desktop.simulator.products import Products
from varejoforte_desktop.simulator.shop import Shop
from varejoforte_desktop.simulator.stock import Stock
from varejoforte_desktop.simulator.variants import Variants

AUTH: Place = ("auth",)
#: What a visitor may read without a token, in reduced form.
PUBLIC: frozenset[Place] = frozenset(
    {
        ("info",),
        ("products",),
        ("products", "#"),
        ("categories",),
        ("categories", "#"),
        ("categories", "tree"),
    }
)


class Desks:
    """The people who serve, each with the part of the shop they know."""

    def __init__(self, shop: Shop, gate: Gate) -> None:
        stock, images = Stock(shop), Images(shop)
        self.shapes = ProductShapes(shop, stock, images)
        self.products = Products(shop, self.shapes, images)
        self.variants = Variants(shop)
        self.categories = Categories(shop)
        self.customers = Customers(shop)
        self.life = OrderLife(shop, stock)
        self.intake = OrderIntake(shop, stock, self.life, self.customers, self.shapes)
        self.checkout = Checkout(shop, self.intake, self.customers)
        self.order_panel = OrderPanel(shop, stock, self.life, self.intake)
        self.order_shapes = OrderShapes(shop, self.customers)
        self.routes: Routes = {AUTH: {"POST": gate.create, "GET": gate.refresh}}
        for desk in (
            self.products,
            self.variants,
            self.categories,
            Brands(shop),
            self.customers,
            Orders(shop, self.order_shapes, self.intake, self.life),
            Statuses(shop),
            Invoices(shop, self.life),
            Payments(shop, self.life),
            Card(shop, gate),
        ):
            self.routes.update(desk.routes())
