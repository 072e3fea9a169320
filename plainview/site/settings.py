"""Django's settings. Every value that an installation may change comes from the environment."""

from __future__ import annotations

import os
from pathlib import Path
from zoneinfo import ZoneInfo

from csp.constants import NONCE, NONE, SELF

from plainview.site import database, installation

HERE = Path(__file__).resolve().parent

DATA = installation.data_folder()
ZONE = os.environ.get("PLAINVIEW_ZONE", "America/Chicago")
ZoneInfo(ZONE)  # a wrong name must fail here, not on a page

DEMO = (DATA / "demo").exists()
AGENCY = os.environ.get("PLAINVIEW_AGENCY") or (
    "Samplebrook Police Department (fictional)" if DEMO else "Police Department"
)
# Where bytes lie beside objects/ in the data folder, "name=/path,…", and which shelf new ones go to (`storage move`).
SHELVES = os.environ.get("PLAINVIEW_SHELVES", "")
SHELF = os.environ.get("PLAINVIEW_SHELF", "")
SECRET_KEY = installation.secret_key(DATA)
DEBUG = os.environ.get("PLAINVIEW_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("PLAINVIEW_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("PLAINVIEW_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "plainview.site",
    "plainview.base.storage",
    "plainview.base.custody",
    "plainview.base.people",
    "plainview.base.policy",
    "plainview.base.notices",
    "plainview.holdings.fleet",
    "plainview.holdings.incidents",
    "plainview.holdings.evidence",
    "plainview.holdings.ingest",
    "plainview.duties.activation",
    "plainview.duties.retention",
    "plainview.duties.retention.books",
    "plainview.duties.retention.disposal",
    "plainview.duties.review",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "procrastinate.contrib.django",
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
    "plainview.base.people.middleware.ClosedByDefault",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "plainview.site.urls"
WSGI_APPLICATION = "plainview.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "plainview.site.frame.frame",
            ]
        },
    }
]

DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 60, **database.settings_for(DATA)}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Shared by all web processes: a one-time code that was used, or an attempt that was made, must count everywhere.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "people_cache"}}

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
# PBKDF2-SHA256 is an approved algorithm (SP 800-132); Argon2 is not.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "plainview.base.people.adapter.ClosedAccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {
    "change_password": "plainview.base.people.forms.ChangePassword",
    "login": "plainview.base.people.forms.LogIn",
    "reauthenticate": "plainview.base.people.forms.Reauthenticate",
}
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False  # a station's computers are shared: the session ends with the browser
# Axes locks accounts; this only slows a machine that tries many names from one address, or many codes for one name.
ACCOUNT_RATE_LIMITS = {"login_failed": "60/m/ip,15/300s/key"}
MFA_ADAPTER = "plainview.base.people.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TRUST_ENABLED = False
MFA_TOTP_TOLERANCE = 1  # one step of 30 seconds: a phone's clock may be off (RFC 6238 5.2)
# A demo on one's own machine has no second factor to hand; a department must have one (CJIS IA-2).
REQUIRE_SECOND_FACTOR = os.environ.get("PLAINVIEW_REQUIRE_MFA", "0" if DEMO else "1") == "1"

# CJIS AC-7: five failures lock the account until an administrator releases it.
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_COOLOFF_TIME = None
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "plainview.base.people.lockout.counted_name"
AXES_LOCKOUT_CALLABLE = "plainview.base.people.lockout.locked_page"
AXES_VERBOSE = False
# By name only, on purpose: a station shares one address, and the lock must hold from any address.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]

SESSION_COOKIE_AGE = 12 * 3600  # CJIS IA-11
IDLE_LOCK_SECONDS = 30 * 60  # CJIS AC-11
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
HTTPS = os.environ.get("PLAINVIEW_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

LANGUAGE_CODE = "en-us"
USE_TZ = True
TIME_ZONE = ZONE  # how times are shown; the database keeps UTC

STATIC_URL = "/static/"
STATIC_ROOT = HERE.parent.parent / "build" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
# A POST body may not be larger than this in memory; footage comes through the upload door, in streams.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024

# What storage costs: name:from which day after recording:dollars per GB and month. An assumption until it is set.
STORAGE_PRICES = os.environ.get("PLAINVIEW_STORAGE_PRICES", "standard:0:0.022,archive:180:0.004")

# Notices go out by e-mail only where a mail server is named.
EMAIL_HOST = os.environ.get("PLAINVIEW_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("PLAINVIEW_SMTP_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("PLAINVIEW_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("PLAINVIEW_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("PLAINVIEW_SMTP_TLS", "1") == "1"
EMAIL_TIMEOUT = 30  # seconds
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'dummy'}.EmailBackend"
DEFAULT_FROM_EMAIL = os.environ.get("PLAINVIEW_EMAIL_FROM", "plainview@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": os.environ.get("PLAINVIEW_LOG", "WARNING")},
}

# Custody knows no room above it: how to name actors, and who may read the facts of which kind of item.
CUSTODY_NAMES = "plainview.base.people.lookup.names_of"
CUSTODY_READERS = {
    "account": "plainview.site.readers.account_chain",
    "agency": "plainview.site.readers.managers",
    "arrival": "plainview.site.readers.managers",
    "alarm": "plainview.site.readers.managers",
    "audit": "plainview.site.readers.everyone",
    "batch": "plainview.site.readers.managers",
    "bulk": "plainview.site.readers.managers",
    "books": "plainview.site.readers.everyone",
    "camera": "plainview.site.readers.managers",
    "disposal": "plainview.site.readers.disposal",
    "derivative": "plainview.site.readers.derivative",
    "file": "plainview.site.readers.file",
    "leftover": "plainview.site.readers.managers",
    "finding": "plainview.site.readers.managers",
    "log": "plainview.site.readers.everyone",
    "matter": "plainview.site.readers.matter",
    "move": "plainview.site.readers.managers",
    "review": "plainview.site.readers.review",
    "package": "plainview.site.readers.managers",
    "policy": "plainview.site.readers.policy",
    "recording": "plainview.site.readers.recording",
}
