"""The one settings file. Every value that an operator may change is read through `fourleaf.config.env`.

With no environment at all it runs: SQLite and the mention store below the data folder, a secret key made once and kept
there. Names of settings begin with FOURLEAF_, except DATABASE_URL, which others expect under that name.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from fourleaf import __version__
from fourleaf.config import env
from fourleaf.config.env import SettingsError

PACKAGE_DIR = Path(__file__).resolve().parent.parent

# --- where things are ---

DATA_DIR = env.path(
    "FOURLEAF_DATA_DIR",
    Path("var").resolve(),
    help="The folder for the database, the mention store, uploads and keys. Back it up whole.",
    shown="var (below the current folder)",
)
LAKE_DIR = env.path(
    "FOURLEAF_LAKE_DIR",
    DATA_DIR / "lake",
    help="The folder of the mention store (a Delta lake).",
    shown="lake, below the data folder",
)
MEDIA_ROOT = DATA_DIR / "uploads"
STATIC_ROOT = DATA_DIR / "static"
PORT = env.integer("FOURLEAF_PORT", 8000, minimum=1, maximum=65_535, help="The port that the web process listens on.")
BASE_URL = env.url(
    "FOURLEAF_BASE_URL",
    f"http://localhost:{PORT}",
    schemes=("http", "https"),
    help="The address under which people reach the product. With https, cookies become secure and HSTS is sent.",
)
DEMO = env.boolean(
    "FOURLEAF_DEMO",
    False,
    help="Demo mode: the sign-in page shows the sample organisation's logins. Never with real data.",
)
DEBUG = env.boolean("FOURLEAF_DEBUG", False, help="Error pages with details, for developers only.")


def _secret_key() -> str:
    """The key from the environment, or one made on first start and kept in the data folder (mode 0600)."""
    given = env.text(
        "FOURLEAF_SECRET_KEY",
        help="Signs cookies and links. At least 50 characters. Changing it ends every session.",
        secret=True,
        shown="made on first start, kept in the data folder",
    )
    if given:
        if len(given) < 50:
            raise SettingsError(
                "FOURLEAF_SECRET_KEY is shorter than 50 characters. Make one with: openssl rand -hex 32"
            )
        return given
    return _kept_key("secret.key")


def _kept_key(file_name: str) -> str:
    kept = DATA_DIR / "keys" / file_name
    try:
        if kept.exists():
            return kept.read_text(encoding="ascii").strip()
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = secrets.token_urlsafe(64)
        # Written beside and linked into place, so that two starts at once agree on one key.
        draft = kept.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(fresh, encoding="ascii")
        with contextlib.suppress(FileExistsError):
            os.link(draft, kept)
        draft.unlink()
        return kept.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SettingsError(
            f"The data folder {DATA_DIR} cannot be used: {error.strerror}. "
            "Set FOURLEAF_DATA_DIR to a folder that this user may write to."
        ) from error


SECRET_KEY = _secret_key()
#: Keys for secrets at rest; the first encrypts, all decrypt, so that a key can be changed without a break.
ENCRYPTION_KEYS = env.texts(
    "FOURLEAF_ENCRYPTION_KEYS",
    help="Keys that encrypt tokens and other secrets at rest, newest first. Keep old ones until all is re-encrypted.",
) or [_kept_key("encryption.key")]

ALLOWED_HOSTS = env.texts(
    "FOURLEAF_ALLOWED_HOSTS",
    (BASE_URL.split("://", 1)[1].split("/")[0].rsplit(":", 1)[0], "localhost", "127.0.0.1", "[::1]"),
    help="Host names under which requests are answered.",
)
CSRF_TRUSTED_ORIGINS = [BASE_URL]
HTTPS = BASE_URL.startswith("https://")
TRUSTED_PROXY_COUNT = env.integer(
    "FOURLEAF_TRUSTED_PROXIES",
    0,
    minimum=0,
    maximum=5,
    help="How many proxies stand before the product and set X-Forwarded-For and X-Forwarded-Proto.",
)

# --- applications ---

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "heroicons",
    # With both default app configs, cotton and partials overwrite each other's loaders silently.
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "rules.apps.AutodiscoverRulesConfig",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "fourleaf.kernel.apps.KernelConfig",
    "fourleaf.governance.apps.GovernanceConfig",
    "fourleaf.training.apps.TrainingConfig",
    "fourleaf.review.apps.ReviewConfig",
    "fourleaf.planning.apps.PlanningConfig",
    "fourleaf.assessment.apps.AssessmentConfig",
    "fourleaf.listening.apps.ListeningConfig",
    "fourleaf.alignment.apps.AlignmentConfig",
    "fourleaf.web.apps.WebConfig",
    "fourleaf.api.apps.ApiConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "fourleaf.web.middleware.ActorMiddleware",
    "fourleaf.web.middleware.SignInMiddleware",
    "fourleaf.web.middleware.PageMiddleware",
]

ROOT_URLCONF = "fourleaf.config.urls"
WSGI_APPLICATION = "fourleaf.config.wsgi.application"

# A component sees its own attributes and the context processors, not the variables of the page around it.
COTTON_ISOLATE_BY_DEFAULT = True
_CACHED_LOADERS = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE_DIR / "web" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "fourleaf.web.context.frame",
                "fourleaf.web.account.context.account_links",
            ],
            # partials outermost, then the cache, then cotton's compiler before the ordinary loaders.
            "loaders": [
                ("template_partials.loader.Loader", [("django.template.loaders.cached.Loader", _CACHED_LOADERS)])
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "django.templatetags.static",
                "fourleaf.web.templatetags.fourleaf",
            ],
        },
    }
]

# --- data ---

_SQLITE: dict[str, object] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": str(DATA_DIR / "fourleaf.sqlite3"),
    "OPTIONS": {
        # IMMEDIATE: a transaction takes the write lock when it begins, so it never fails half way with "locked".
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
            "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=134217728; PRAGMA cache_size=-20000;"
        ),
    },
}
DATABASES = {
    "default": env.database(
        "DATABASE_URL",
        _SQLITE,
        help="PostgreSQL for more than one machine, e.g. postgres://user:password@host:5432/fourleaf.",
        shown="SQLite in the data folder",
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "fourleaf_cache"}}

# --- people signing in ---

AUTH_USER_MODEL = "kernel.Account"
AUTHENTICATION_BACKENDS = ["fourleaf.kernel.authentication.AccountBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_SAVE_EVERY_REQUEST = False
ACCOUNT_ADAPTER = "fourleaf.kernel.authentication.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "fourleaf.kernel.authentication.SocialAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by the organisation, not by sign-up
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to addresses that strangers type into the reset form
# A key is one account from one address (see AccountAdapter): who guesses is held up, the owner elsewhere is not.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "30/m/ip,5/300s/key", "reset_password": "20/m/ip,5/m/key"}
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_USER_DISPLAY = "fourleaf.kernel.authentication.display_name"
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_ADAPTER = "fourleaf.kernel.authentication.MfaAdapter"
MFA_TOTP_ISSUER = "Fourleaf"
USERSESSIONS_TRACK_ACTIVITY = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_LOGIN_ON_GET = False

OIDC_SERVER = env.url(
    "FOURLEAF_OIDC_SERVER",
    "",
    schemes=("https", "http"),
    help="The issuer of the company's sign-in service (OpenID Connect). Empty: passwords and passkeys only.",
)
OIDC_NAME = env.text("FOURLEAF_OIDC_NAME", "Company sign-in", help="What the button on the sign-in page says.")
OIDC_CLIENT_ID = env.text("FOURLEAF_OIDC_CLIENT_ID", help="The client that the sign-in service knows.")
OIDC_CLIENT_SECRET = env.text("FOURLEAF_OIDC_CLIENT_SECRET", help="Its secret.", secret=True)
OIDC_MAKE_ACCOUNTS = env.boolean(
    "FOURLEAF_OIDC_MAKE_ACCOUNTS",
    True,
    help="Whether somebody on the list of people gets an account at their first company sign-in, by verified e-mail.",
)
if OIDC_SERVER and not OIDC_CLIENT_ID:
    raise SettingsError("FOURLEAF_OIDC_SERVER is set but FOURLEAF_OIDC_CLIENT_ID is not. Set both, or neither.")
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "company",
                "name": OIDC_NAME,
                "client_id": OIDC_CLIENT_ID,
                "secret": OIDC_CLIENT_SECRET,
                "settings": {"server_url": OIDC_SERVER, "fetch_userinfo": True, "oauth_pkce_enabled": True},
            }
        ]
        if OIDC_SERVER
        else [],
    }
}

# --- safety ---

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "fourleaf.web.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        # The browser applies form-action to the redirect that follows the sign-in button, so the issuer must be named.
        "form-action": [SELF, *(["/".join(OIDC_SERVER.split("/", 3)[:3])] if OIDC_SERVER else [])],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
UPLOAD_LIMIT_MB = env.integer(
    "FOURLEAF_UPLOAD_LIMIT_MB",
    1024,
    minimum=1,
    maximum=51_200,
    help="The largest file that may be uploaded for import.",
)
PLAN_UPLOAD_LIMIT_MB = env.integer(
    "FOURLEAF_PLAN_UPLOAD_LIMIT_MB",
    20,
    minimum=1,
    maximum=64,
    help="The largest plan file that may be imported in the browser. The command line takes up to 64 MB.",
)

# --- language, time, mail, files ---

LANGUAGE_CODE = "en-gb"
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.time_zone(
    "FOURLEAF_TIME_ZONE", "UTC", help="The organisation's reporting zone: in it a day begins and ends on charts."
)
_MAIL = env.mail("FOURLEAF_MAIL_URL", help="Where mail is sent through, e.g. smtp://user:password@host:587?tls=1.")
globals().update(_MAIL)
DEFAULT_FROM_EMAIL = env.text("FOURLEAF_MAIL_FROM", "fourleaf@localhost", help="The sender of mail.")

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG

# --- processes ---

HOST = env.text("FOURLEAF_HOST", "127.0.0.1", help="The address that the web process listens on.")
WEB_THREADS = env.integer("FOURLEAF_WEB_THREADS", 4, minimum=1, maximum=64, help="Threads of the web process.")
WORKERS = env.integer("FOURLEAF_WORKERS", 1, minimum=0, maximum=32, help="Worker processes that do due work.")
DUCKDB_THREADS = env.integer(
    "FOURLEAF_DUCKDB_THREADS", 2, minimum=1, maximum=64, help="Threads for one analytical query."
)
DUCKDB_MEMORY_MB = env.integer(
    "FOURLEAF_DUCKDB_MEMORY_MB", 2048, minimum=256, maximum=262_144, help="Memory that one analytical query may take."
)
LOG_LEVEL = env.choice("FOURLEAF_LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"), help="How much is logged.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"fourleaf": {"level": LOG_LEVEL}, "django.request": {"level": "ERROR"}},
}
VERSION = __version__
TEST_RUNNER = "django.test.runner.DiscoverRunner"
#: Sentences on FOURLEAF_ names in the environment that mean nothing here; known once all settings have been read.
UNKNOWN_SETTINGS = tuple(env.unknown_settings())
