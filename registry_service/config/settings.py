"""Everything this process reads from its environment, in one place. `.env.example` explains each variable."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url

from common.logs import logging_config
from config.env import env_bool, env_choice, env_int, env_list, env_secret, env_str

BASE_DIR = Path(__file__).resolve().parent.parent

# --- What kind of run this is -------------------------------------------------------------------

PHB_ENV = env_choice("PHB_ENV", ("production", "local", "test"), default="production")
DEBUG = False
SECRET_KEY = env_secret("DJANGO_SECRET_KEY")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS")
PUBLIC_URL = env_str("PUBLIC_URL").rstrip("/")
FRONTEND_URL = env_str("FRONTEND_URL", PUBLIC_URL).rstrip("/")
WSGI_APPLICATION = "config.wsgi.application"
ROOT_URLCONF = "config.urls"

# --- What it is made of -------------------------------------------------------------------------

PROJECT_APPS = [
    "common",
    "reference",
    "notifications",
    "accounts",
    "audit",
    "documents",
    "events",
    "changes",
    "fees",
    "identity",
    "practitioners",
    "licenses",
    "duplicates",
    "applications",
    "importing",
    "sampling",
    "verification",
    "search",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "axes",
    "corsheaders",
    "django_filters",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    *PROJECT_APPS,
    # After accounts, whose templates change some of its own.
    "config.apps.OperatorPagesConfig",
]
MIDDLEWARE = [
    "common.request_id.RequestIdMiddleware",
    "common.request_log.RequestLogMiddleware",
    "common.metrics.MetricsMiddleware",
    "common.text.StorableTextMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
# A path without its last slash is answered with a 404 that says so; a redirect would turn POST into GET.
APPEND_SLASH = False

# --- The database: two roles --------------------------------------------------------------------

# The service connects as a role that owns nothing. The owner's connection exists only where
# DATABASE_OWNER_URL is set, which is where migrations run: `manage.py migrate --database owner`.
_connection = {
    "CONN_MAX_AGE": env_int("DB_CONN_MAX_AGE_SECONDS", 600),
    "OPTIONS": {
        "application_name": "registry",
        "options": (
            f"-c statement_timeout={env_int('DB_STATEMENT_TIMEOUT_MS', 0)}"
            # What we prepare (licenses.queries) is planned once: its best plan never depends on the value.
            " -c plan_cache_mode=force_generic_plan"
        ),
    },
}
DATABASES: dict[str, Any] = {"default": {**dj_database_url.parse(env_secret("DATABASE_URL")), **_connection}}
if _owner_url := env_secret("DATABASE_OWNER_URL", ""):
    DATABASES["owner"] = dj_database_url.parse(_owner_url)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Who may sign in ----------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "accounts.backends.RoleBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "full_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Lock-out counts per account and address: a stranger who guesses cannot lock the owner out elsewhere.
AXES_FAILURE_LIMIT = env_int("LOGIN_FAILURE_LIMIT", 5)
AXES_COOLOFF_TIME = timedelta(minutes=env_int("LOGIN_LOCKOUT_MINUTES", 15))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "email"
AXES_USERNAME_CALLABLE = "accounts.lockout.attempted_email"
AXES_LOCKOUT_CALLABLE = "accounts.lockout.lockout_response"
# The lock ends when it was said to end, whoever knocks meanwhile.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_SENSITIVE_PARAMETERS = [
    *("username", "email", "password", "code"),
    *("current_password", "old_password", "new_password1", "new_password2"),
]
AXES_VERBOSE = False
# Only the last entry of X-Forwarded-For can be believed (common.client_address).
AXES_IPWARE_PROXY_COUNT = None
AXES_CLIENT_IP_CALLABLE = "common.client_address.client_address"

PASSWORD_RESET_TIMEOUT = 24 * 3600

# Whether the roles that decide over others (accounts.rules) and operators must have a second factor.
SECOND_FACTOR_REQUIRED = env_bool("SECOND_FACTOR_REQUIRED", default=False)
# How an authenticator app names the account.
OTP_TOTP_ISSUER = "PHB registry"

TOKEN_ISSUER = env_str("TOKEN_ISSUER", "https://registry.phb.ng")
SIGNING_KEYS_DIR = Path(env_str("SIGNING_KEYS_DIR"))
SIMPLE_JWT = {
    "ALGORITHM": "ES256",
    "ISSUER": TOKEN_ISSUER,
    "AUDIENCE": TOKEN_ISSUER,
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=env_int("ACCESS_TOKEN_MINUTES", 10)),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=env_int("REFRESH_TOKEN_DAYS", 14)),
    "ROTATE_REFRESH_TOKENS": True,
    "BLACKLIST_AFTER_ROTATION": True,
    "USER_ID_CLAIM": "sub",
    "UPDATE_LAST_LOGIN": True,
    "TOKEN_TYPE_CLAIM": "token_use",
}
CLIENT_TOKEN_LIFETIME = timedelta(minutes=env_int("CLIENT_TOKEN_MINUTES", 10))

# --- The API ------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.ServiceClientAuthentication",
        "accounts.authentication.UserAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["common.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "common.pagination.CursorPage",
    "DEFAULT_FILTER_BACKENDS": ["common.filters.StrictFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "common.schema.ProblemAwareSchema",
    "EXCEPTION_HANDLER": "common.problems.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "PHB registry",
    "DESCRIPTION": "Nigeria's register of health professionals: who may practise what, and how anyone can know.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/registry",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "ApplicationKindEnum": "reference.rules.ApplicationKind",
        "ApplicationStatusEnum": "applications.rules.Status",
        "PaymentStatusEnum": "fees.rules.Status",
        "LicenseStatusEnum": "licenses.queries.STATUSES",
        "ReasonKindEnum": "reference.rules.ReasonKind",
        "ReauditActEnum": "applications.rules.ReauditAct",
        "ReauditStatusEnum": "applications.rules.REAUDIT_SHOWN",
        "RegulatorStatusEnum": "reference.rules.RegulatorStatus",
        "TransitionEnum": "applications.rules.Transition",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "common.schema.add_problem_component",
    ],
}
CORS_ALLOWED_ORIGINS = env_list("CORS_ALLOWED_ORIGINS")
CORS_EXPOSE_HEADERS = ["ETag", "Retry-After", "X-Request-ID"]
CORS_ALLOW_HEADERS = [
    "accept",
    "authorization",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "x-request-id",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = env_int("MAX_BODY_BYTES", 1024 * 1024)

# --- Transport security -------------------------------------------------------------------------

HTTPS = env_bool("HTTPS", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = HTTPS
# The orchestrator and Prometheus ask on the service's own port, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", PUBLIC_URL)
CSRF_FAILURE_VIEW = "common.problems.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

# --- Payments of fees ---------------------------------------------------------------------------

# Of the providers, the one through which new payments go; those that have keys may still settle older ones.
PAYMENT_PROVIDER = env_choice("PAYMENT_PROVIDER", ("fake", "paystack", "remita"), default="fake")
PAYMENT_DEADLINE_SECONDS = env_int("PAYMENT_DEADLINE_SECONDS", 8)
PAYSTACK_URL = env_str("PAYSTACK_URL", "https://api.paystack.co")
PAYSTACK_SECRET_KEY = env_secret("PAYSTACK_SECRET_KEY", "")
REMITA_URL = env_str("REMITA_URL", "https://login.remita.net/remita/exapp/api/v1/send/api/echannelsvc")
REMITA_MERCHANT_ID = env_str("REMITA_MERCHANT_ID", "")
REMITA_SERVICE_TYPE_ID = env_str("REMITA_SERVICE_TYPE_ID", "")
REMITA_API_KEY = env_secret("REMITA_API_KEY", "")

# --- SMS ----------------------------------------------------------------------------------------

SMS_PROVIDER = env_choice("SMS_PROVIDER", ("none", "fake", "termii", "africas_talking"), default="none")
SMS_SENDER = env_str("SMS_SENDER", "PHB")
SMS_DEADLINE_SECONDS = env_int("SMS_DEADLINE_SECONDS", 8)
SMS_FILE_PATH = env_str("SMS_FILE_PATH", "")
TERMII_URL = env_str("TERMII_URL", "https://api.ng.termii.com")
TERMII_API_KEY = env_secret("TERMII_API_KEY", "")
TERMII_CHANNEL = env_choice("TERMII_CHANNEL", ("dnd", "generic"), default="dnd")
AFRICAS_TALKING_URL = env_str("AFRICAS_TALKING_URL", "https://api.africastalking.com")
AFRICAS_TALKING_USERNAME = env_str("AFRICAS_TALKING_USERNAME", "")
AFRICAS_TALKING_API_KEY = env_secret("AFRICAS_TALKING_API_KEY", "")

# --- Who an applicant is --------------------------------------------------------------------------

IDENTITY_PROVIDER = env_choice("IDENTITY_PROVIDER", ("none", "fake", "dojah"), default="none")
IDENTITY_DEADLINE_SECONDS = env_int("IDENTITY_DEADLINE_SECONDS", 8)
IDENTITY_ENTERPRISE_CODE = env_str("IDENTITY_ENTERPRISE_CODE", "")
IDENTITY_HASH_KEY = env_secret("IDENTITY_HASH_KEY", "")
DOJAH_URL = env_str("DOJAH_URL", "https://api.dojah.io")
DOJAH_APP_ID = env_str("DOJAH_APP_ID", "")
DOJAH_SECRET_KEY = env_secret("DOJAH_SECRET_KEY", "")

# --- E-mail, language, time, files --------------------------------------------------------------

EMAIL_BACKEND = {
    "console": "django.core.mail.backends.console.EmailBackend",
    "file": "django.core.mail.backends.filebased.EmailBackend",
    "smtp": "notifications.mail.smtp.EmailBackend",
}[env_choice("EMAIL_BACKEND", ("console", "file", "smtp"), default="smtp")]
EMAIL_FILE_PATH = env_str("EMAIL_FILE_PATH", "")
EMAIL_HOST = env_str("EMAIL_HOST", "localhost")
EMAIL_PORT = env_int("EMAIL_PORT", 587)
EMAIL_HOST_USER = env_str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env_secret("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", default=True)
# For one e-mail, the connection included; the worker does nothing else meanwhile.
EMAIL_DEADLINE_SECONDS = 15
DEFAULT_FROM_EMAIL = env_str("DEFAULT_FROM_EMAIL", "PHB registry <no-reply@registry.phb.ng>")

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
# Stored in UTC; a register's day is a day in Lagos (common.clock).
TIME_ZONE = "Africa/Lagos"

# What people upload. It is given out by documents.serving alone.
DOCUMENTS_STORAGE = env_choice("DOCUMENTS_STORAGE", ("folder", "s3"), default="folder")
DOCUMENTS_ROOT = env_str("DOCUMENTS_ROOT", str(BASE_DIR / ".documents"))
DOCUMENTS_BUCKET = env_str("DOCUMENTS_BUCKET", "")
DOCUMENTS_STORAGES: dict[str, dict[str, Any]] = {
    "folder": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        # Another account, the gateway's, may have to read them; who reaches the folder is decided by its mounts.
        "OPTIONS": {"location": DOCUMENTS_ROOT, "file_permissions_mode": 0o644},
    },
    "s3": {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": DOCUMENTS_BUCKET,
            "endpoint_url": env_str("DOCUMENTS_BUCKET_ENDPOINT", "") or None,
            "region_name": env_str("DOCUMENTS_BUCKET_REGION", "") or None,
            "access_key": env_secret("DOCUMENTS_BUCKET_KEY_ID", "") or None,
            "secret_key": env_secret("DOCUMENTS_BUCKET_SECRET", "") or None,
            "default_acl": None,
            "file_overwrite": False,
        },
    },
}
DOCUMENTS_THROUGH_GATEWAY = env_bool("DOCUMENTS_THROUGH_GATEWAY", default=False)
DOCUMENTS_SCANNER = env_choice("DOCUMENTS_SCANNER", ("none", "clamd", "fake"), default="none")
CLAMD_ADDRESS = env_str("CLAMD_ADDRESS", "")

# Below the API path, so that the registry's pages find their files on either host.
STATIC_URL = "/api/registry/static/"
STATIC_ROOT = env_str("STATIC_ROOT", str(BASE_DIR / ".static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PHB_ENV == "production"
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
    "documents": DOCUMENTS_STORAGES[DOCUMENTS_STORAGE],
}
WHITENOISE_USE_FINDERS = PHB_ENV != "production"

# --- What it tells the operator -----------------------------------------------------------------

PROMETHEUS_MULTIPROC_DIR = env_str("PROMETHEUS_MULTIPROC_DIR", "")
LOGGING = logging_config(
    level=env_str("LOG_LEVEL", "INFO"), as_json=env_choice("LOG_FORMAT", ("json", "console"), "json") == "json"
)
