"""The product list, its panel and its form: everything a screen needs to keep the catalogue."""
