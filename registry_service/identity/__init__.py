"""Who the holder of an account is, as the national identity database says; the number itself is never kept."""
