"""Money is a whole number of kobo with a currency; only for people it is written in naira."""


def money(amount_kobo: int, currency: str) -> str:
    """Return an amount as people read it: NGN 45,000.00."""
    naira, kobo = divmod(amount_kobo, 100)
    return f"{currency} {naira:,}.{kobo:02}"
