"""The fields a shop types into: money, quantities, barcodes."""
