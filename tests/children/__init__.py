"""A fabricated authority: its truth (world), the lists a council would send of it (lists), its measures counted one
by one
(truth). Nothing here knows the product; the product's tests know this."""
