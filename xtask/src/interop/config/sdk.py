"""Resolves the cases of `cargo xtask interop config` with the official SDK for Python.

Reads the cases from standard input, and prints what each comes to as JSON. Nothing leaves the process:
requests are answered here, by what a workspace, Entra and GitHub would answer. All else is the SDK's own.
"""

import base64
import json
import logging
import os
import sys
import urllib.parse

import requests

from databricks.sdk import oauth
from databricks.sdk.config import Config

# The tenant that the stand-in for the workspace names.
TENANT = "tenant-of-the-workspace"
TOKEN_REQUESTS = []


def answer(self, request, **_):
    """What would have been sent, answered."""
    url = urllib.parse.urlparse(request.url)
    origin = f"{url.scheme}://{url.netloc}"
    form = dict(urllib.parse.parse_qsl(request.body or "", keep_blank_values=True)) if isinstance(request.body, str) else {}
    response = requests.Response()
    response.status_code = 200
    response.request = request
    response.url = request.url
    body = None
    if url.query.endswith("/.well-known/databricks-config"):
        # A host with a `?o=`: no server would know what is asked.
        response.status_code = 404
        body = {}
    elif url.path.endswith("/.well-known/databricks-config"):
        body = {"oidc_endpoint": f"{origin}/oidc"}
    elif url.path.endswith("/.well-known/oauth-authorization-server"):
        body = {"authorization_endpoint": f"{origin}/oidc/v1/authorize", "token_endpoint": f"{origin}/oidc/v1/token"}
    elif url.path in ("/aad/auth", "/oidc/oauth2/v2.0/authorize"):
        response.status_code = 302
        response.headers["location"] = f"https://login.microsoftonline.com/{TENANT}/oauth2/authorize"
        body = {}
    elif request.method == "POST" and url.path.endswith("/token"):
        TOKEN_REQUESTS.append((url, request.headers.get("Authorization"), form))
        body = {"access_token": "x.y.z", "token_type": "Bearer", "expires_in": 3600}
    elif url.netloc == "actions.example":
        body = {"value": "a.b.c"}
    elif url.path == "/canary-metadata":
        body = {"access_token": "x", "token_type": "Bearer", "expires_on": 4102444800}
    else:
        print(f"an unexpected request: {request.method} {origin}{url.path}", file=sys.stderr)
        sys.exit(1)
    response._content = json.dumps(body).encode()
    response.headers["content-type"] = "application/json"
    return response


def credentials(config, kind):
    """What the sign-in would show to the other side, or where it would read that."""
    TOKEN_REQUESTS.clear()
    if kind in ("pat", "basic"):
        return {"authorization": config.authenticate()["Authorization"]}
    if kind == "oauth-m2m":
        config.authenticate()
        _, authorization, form = TOKEN_REQUESTS[-1]
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        client_id, secret = map(urllib.parse.unquote, pair.split(":", 1))
        return {"client_id": client_id, "client_secret": secret, "scopes": form["scope"]}
    if kind == "azure-client-secret":
        config.authenticate()
        url, _, form = TOKEN_REQUESTS[0]
        tenant = url.path.split("/")[1]
        return {
            "client_id": form["client_id"],
            "client_secret": form["client_secret"],
            "tenant": None if tenant == TENANT else tenant,
            "resource": config.azure_workspace_resource_id,
        }
    names = {
        "env-oidc": ["oidc_token_env", "client_id"],
        "file-oidc": ["oidc_token_filepath", "client_id"],
        "github-oidc": ["client_id", "token_audience"],
        "azure-cli": ["azure_workspace_resource_id"],
        "databricks-cli": ["databricks_cli_path"],
        "external-browser": ["client_id"],
    }
    return {name: getattr(config, name) for name in names.get(kind, [])}


def resolve(case):
    os.environ.clear()
    os.environ.update(case["environment"])
    arguments = dict(case["explicit"])
    for name in ("profile", "config_file"):
        if case[name] is not None:
            arguments[name] = case[name]
    try:
        config = Config(**arguments)
        kind = config.auth_type
        return {"host": config.host, "kind": kind, "credentials": credentials(config, kind)}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


logging.disable(logging.CRITICAL)
requests.adapters.HTTPAdapter.send = answer
# Nobody is there to sign in, and nothing is to be kept.
oauth.Consent.launch_external_browser = lambda self: lambda config: dict
oauth.TokenCache.save = lambda self, credentials: None

found = {case["name"]: resolve(case) for case in json.load(sys.stdin)}
json.dump(found, sys.stdout)
