"""Relations between words and between things in the world, and the sentences in which people state them."""
