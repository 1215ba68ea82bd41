"""What somebody decides about an order: it becomes a sale, is cancelled, left aside, or its sums are accepted."""
