"""A pretended tax authority: it authorises, refuses, cancels and voids invoices as the law's machines do."""
