"""The counter: scanning, the lines of the sale, who buys, and how it is paid."""
