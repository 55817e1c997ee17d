"""The same settings, with what would only make tests slow turned down."""

from config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# What tests upload is gone with them.
STORAGES["documents"] = {"BACKEND": "django.core.files.storage.InMemoryStorage"}  # noqa: F405
DOCUMENTS_SCANNER = "fake"
# No collected static files are needed: WhiteNoise looks for one when it is asked for.
WHITENOISE_AUTOREFRESH = True
# Every answer is held to what its operation declares.
MIDDLEWARE = [*MIDDLEWARE, "common.testing.AnswersAsDeclared"]  # noqa: F405
