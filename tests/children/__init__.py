"""A fabricated authority: its truth (`world`), the lists a council would send of it (`lists`), its measures (`truth`).

Nothing here knows the product; the product's tests know this.
"""
