#!/usr/bin/env python3
"""An identity provider made of Django and `django-oauth-toolkit`, as organisations run it: oidc.py FOLDER PORT

Its database is in FOLDER. The client is `portal`, secret `portal-secret`, with PKCE. `bo` and `ana` sign in by Django's own
form, with the password below, and are asked whether the portal may know them; only `bo` has a verified address. Unlike
`oidc.mjs` it puts the claims into the ID token, names itself in answers that carry a code, and in no others, and ignores
`acr_values` and `max_age`.
"""

import logging
import secrets
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIServer, make_server

import django
from django.conf import settings
from jwcrypto.jwk import JWK

FOLDER, PORT = sys.argv[1], int(sys.argv[2])
ISSUER = f"http://127.0.0.1:{PORT}/o"
PORTAL = "http://localhost:8080"
PASSWORD = "Harbor-Violet-Kite-71"
VERIFIED = {"bo": True, "ana": False}
LOGIN = '<h1>The staff account</h1><form method="post">{% csrf_token %}{{ form }}<button>Sign in</button></form>'

logging.basicConfig()
settings.configure(
    SECRET_KEY=secrets.token_hex(),
    ALLOWED_HOSTS=["127.0.0.1"],
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "oauth2_provider"],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    # A transaction that begins by reading could not wait for another one that writes.
    DATABASES={"default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": f"{FOLDER}/people.sqlite",
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20},
    }},
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {"loaders": [
            ("django.template.loaders.locmem.Loader", {"registration/login.html": LOGIN}),
            "django.template.loaders.app_directories.Loader",
        ]},
    }],
    ROOT_URLCONF="__main__",
    LOGIN_URL="/login/",
    STATIC_URL="/static/",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    OAUTH2_PROVIDER={
        "OIDC_ENABLED": True,
        "OIDC_ISS_ENDPOINT": ISSUER,
        "OIDC_RSA_PRIVATE_KEY": JWK.generate(kty="RSA", size=2048).export_to_pem(True, None).decode(),
        "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
        "OAUTH2_VALIDATOR_CLASS": "__main__.Claims",
        "SCOPES": {"openid": "Who you are", "profile": "Your name", "email": "Your address"},
        "PKCE_REQUIRED": True,
        "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
        "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    },
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.contrib.auth.views import LoginView  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import include, path  # noqa: E402
from oauth2_provider.models import Application  # noqa: E402
from oauth2_provider.oauth2_validators import OAuth2Validator  # noqa: E402

urlpatterns = [path("login/", LoginView.as_view()), path("o/", include("oauth2_provider.urls"))]


class Claims(OAuth2Validator):
    """What it says of people."""

    def get_additional_claims(self, request):
        """By the scopes of the standard."""
        person = request.user
        return {
            "preferred_username": person.username,
            "email": person.email,
            "email_verified": VERIFIED[person.username],
        }


class Server(ThreadingMixIn, WSGIServer):
    """Each request in a thread of its own."""

    daemon_threads = True


call_command("migrate", verbosity=0)
for name in VERIFIED:
    User.objects.create_user(name, f"{name}@campus.example", PASSWORD)
Application.objects.create(
    name="Keymend",
    client_id="portal",
    client_secret="portal-secret",
    client_type=Application.CLIENT_CONFIDENTIAL,
    authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
    algorithm=Application.RS256_ALGORITHM,
    redirect_uris=f"{PORTAL}/sign-in/back/campus",
    post_logout_redirect_uris=f"{PORTAL}/sign-out/done",
)
make_server("127.0.0.1", PORT, get_wsgi_application(), Server).serve_forever()
