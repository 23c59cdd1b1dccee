"""Django's settings, all of them out of `shared.env`. Nothing here depends on the machine."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from trygghetscentral.shared import env as environment
from trygghetscentral.shared.logs import configure, logging_config

ENV = environment.read(os.environ)
BASE_DIR = environment.PROJECT_ROOT

SECRET_KEY = ENV.secret_key
FIELD_KEYS = ENV.field_keys
DEBUG = False
DEMO = ENV.demo
DEMO_PASSWORD = ENV.demo_password
TC_DATA_DIR = ENV.data_dir
MAP_TILES_URL = ENV.map_tiles_url
PUBLIC_URL = ENV.public_url
EMAIL_URL = ENV.email_url
SMS_GATEWAY_URL = ENV.sms_gateway_url
DEADMAN_URL = ENV.deadman_url
WHISTLEBLOWING_URL = ENV.whistleblowing_url
REDIS_URL = ENV.redis_url
PORT = ENV.port
DC09_PORT = ENV.dc09_port
DC09_TLS_PORT = ENV.dc09_tls_port
DC09_TLS_CERT = ENV.dc09_tls_cert
DC09_TLS_KEY = ENV.dc09_tls_key
DC09_UNKNOWN_DUH = ENV.dc09_unknown_duh
PROV_LONGEST_HOURS = 8
BIND = ENV.bind
LEDGER_WAKE = True
# The longest an alarm may be parked before it comes back.
ALARM_PARK_HOURS = 24

ALLOWED_HOSTS = ENV.allowed_hosts
CSRF_TRUSTED_ORIGINS = ENV.csrf_trusted_origins
if ENV.trust_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True

INSTALLED_APPS = [
    "trygghetscentral.shared",
    "trygghetscentral.ledger",
    "trygghetscentral.accounts",
    "trygghetscentral.live",
    "trygghetscentral.files",
    "trygghetscentral.places",
    "trygghetscentral.callout",
    "alarms",
    "incidents",
    "trygghetscentral.board",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "leaflet",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "trygghetscentral.shared.middleware.correlation",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "trygghetscentral.accounts.middleware.SessionPolicy",
    "trygghetscentral.accounts.middleware.Language",
    "trygghetscentral.accounts.middleware.SecondFactor",
    "trygghetscentral.live.locking.WorkstationLock",
    "trygghetscentral.accounts.middleware.DefaultDeny",
    "trygghetscentral.accounts.refusals.Refusals",
]

ROOT_URLCONF = "trygghetscentral.urls"
ASGI_APPLICATION = "trygghetscentral.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "trygghetscentral.board.context.house",
            ],
        },
    },
]

DATABASES = ENV.databases()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"

ALLAUTH_TRUSTED_PROXY_COUNT = 1 if ENV.trust_proxy else 0
ACCOUNT_ADAPTER = "trygghetscentral.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = False
# On top of the library's own limits. Whoever guesses at acknowledgement links is stopped.
ACCOUNT_RATE_LIMITS = {"callout_answer": "60/m/ip", "sitrep_receipt": "60/m/ip"}
ACCOUNT_FORMS = {
    "login": "trygghetscentral.accounts.entrance_forms.LoginForm",
    "change_password": "trygghetscentral.accounts.entrance_forms.ChangePasswordForm",
    "reset_password_from_key": "trygghetscentral.accounts.entrance_forms.ResetPasswordKeyForm",
    "reauthenticate": "trygghetscentral.accounts.entrance_forms.ReauthenticateForm",
}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if ENV.cookie_secure else "http"

MFA_REQUIRED = not ENV.demo
MFA_ADAPTER = "trygghetscentral.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "trygghetscentral.accounts.entrance_forms.AuthenticateForm",
    "reauthenticate": "trygghetscentral.accounts.entrance_forms.MFAReauthenticateForm",
    "activate_totp": "trygghetscentral.accounts.entrance_forms.ActivateTOTPForm",
    "add_webauthn": "trygghetscentral.accounts.entrance_forms.AddWebAuthnForm",
    "edit_webauthn": "trygghetscentral.accounts.entrance_forms.EditWebAuthnForm",
}
# Browsers allow passkeys on http://localhost; outside the demo only https will do.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = ENV.demo

SOCIALACCOUNT_ADAPTER = "trygghetscentral.accounts.adapters.SocialAccountAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
_issuer = urlsplit(ENV.oidc_issuer)
OIDC_ORIGIN = [f"{_issuer.scheme}://{_issuer.netloc}"] if ENV.oidc_issuer else []
# acr values by which the city's IdP says that it asked for a second factor.
OIDC_MFA_ACR = frozenset({"http://id.sambi.se/loa/loa3", "http://id.sambi.se/loa/loa4"})
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "stad",
                "name": ENV.oidc_name,
                "client_id": ENV.oidc_client_id,
                "secret": ENV.oidc_client_secret,
                "settings": {"server_url": ENV.oidc_issuer},
            }
        ]
        if ENV.oidc_issuer
        else [],
    }
}

CACHES = {
    "default": {
        "BACKEND": "trygghetscentral.accounts.rate_cache.PatientRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "tc",
    }
}

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = TC_DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": ENV.channel_hosts(), "prefix": "tc"},
    },
}

CELERY_BROKER_URL = ENV.celery_broker_url
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_timeout": 5}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True

SESSION_COOKIE_SECURE = ENV.cookie_secure
CSRF_COOKIE_SECURE = ENV.cookie_secure
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "trygghetscentral.accounts.session_store"
SESSION_SHIFT_HOURS = 13
SESSION_IDLE_MINUTES = 60
# An answered trygghetslarm that waited longer is marked for a look (domain.md R25).
LEX_SARAH_SECONDS = 300
SESSION_COOKIE_AGE = SESSION_SHIFT_HOURS * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if ENV.cookie_secure else 0
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        # Signing in by the city's IdP is a form that ends there after a redirect.
        "form-action": ["'self'", *OIDC_ORIGIN],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    },
}

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "trygghetscentral.accounts.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["trygghetscentral.accounts.access.DeclaredAccess"],
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Trygghetscentralen",
    "DESCRIPTION": "Larm in, lägesbild ut.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["trygghetscentral.accounts.access.DeclaredAccess"],
}

LEAFLET_CONFIG = {"TILES": [], "RESET_VIEW": False, "SPATIAL_EXTENT": (12.8, 55.48, 13.2, 55.66)}

LOGGING = logging_config()
configure()
