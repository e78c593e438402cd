"""Writes the cases of `cargo xtask interop config` below a folder, and prints them as JSON.

Usage: cases.py FOLDER

A case is an environment, a profile file, programs on the PATH and explicit arguments. Every secret in it
begins with `canary`, so that it can be looked for in what must not have one.
"""

import itertools
import json
import os
import pathlib
import sys

FOLDER = pathlib.Path(sys.argv[1])
AZURE = "https://adb-1.2.azuredatabricks.net"
CASES = []

# What the programs print is a token for each of the two; `az` says nothing else that matters here.
JWT = "eyJhbGciOiJub25lIn0.eyJ1cG4iOiJtZUBleGFtcGxlLmNvbSJ9.x"
PROGRAMS = {
    "databricks": (
        "case \"$1\" in\n"
        "version) echo '{\"Major\":1,\"Minor\":0,\"Patch\":0}' ;;\n"
        f"*) echo '{{\"access_token\":\"{JWT}\",\"token_type\":\"Bearer\",\"expiry\":\"2099-01-01T00:00:00Z\"}}' ;;\n"
        "esac\n"
    ),
    "az": (
        "case \"$2\" in\n"
        "show) echo '{\"user\":{\"type\":\"user\",\"name\":\"me\"}}' ;;\n"
        f"*) echo '{{\"accessToken\":\"{JWT}\",\"tokenType\":\"Bearer\",\"expiresOn\":\"2099-01-01 00:00:00.000000\"}}' ;;\n"
        "esac\n"
    ),
}


def case(name, env=None, file=None, programs=(), files=None, profile=None, **explicit):
    """Adds a case. `{dir}` in values is its folder. `file` is text, bytes, or the word `directory`."""
    folder = FOLDER / str(len(CASES))
    home = folder / "home"
    programs_folder = folder / "bin"
    home.mkdir(parents=True)
    programs_folder.mkdir()
    config = home / ".databrickscfg"
    fill = lambda text: text.replace("{dir}", str(folder))
    if file == "directory":
        config.mkdir()
    elif isinstance(file, bytes):
        config.write_bytes(file)
    elif file is not None:
        config.write_bytes(fill(file).encode())
    for path, text in (files or {}).items():
        (folder / path).write_text(fill(text))
    for program in programs:
        path = programs_folder / program
        path.write_text("#!/bin/sh\n" + PROGRAMS[program])
        path.chmod(0o755)
    environment = {"HOME": str(home), "PATH": str(programs_folder)}
    environment.update({key: fill(value) for key, value in (env or {}).items()})
    explicit = {key: fill(value) for key, value in explicit.items()}
    config_file = explicit.pop("config_file", None)
    assert all(known["name"] != name for known in CASES), name
    CASES.append({
        "name": name,
        "environment": environment,
        "explicit": explicit,
        "profile": profile,
        "config_file": config_file,
    })


def ini(section, **values):
    return f"[{section}]\n" + "".join(f"{key} = {value}\n" for key, value in values.items())


def subsets(places):
    return (set(found) for size in range(len(places) + 1) for found in itertools.combinations(places, size))


# 1. Who wins: host and token in every set of places, with [DEFAULT] as the profile.
for hosts in subsets(["code", "env", "file"]):
    for tokens in subsets(["code", "env", "file"]):
        said = lambda places: "+".join(sorted(places)) or "nowhere"
        explicit, env, entries = {}, {}, {}
        if "code" in hosts:
            explicit["host"] = "https://code.example"
        if "env" in hosts:
            env["DATABRICKS_HOST"] = "https://env.example"
        if "file" in hosts:
            entries["host"] = "https://file.example"
        if "code" in tokens:
            explicit["token"] = "canary-code"
        if "env" in tokens:
            env["DATABRICKS_TOKEN"] = "canary-env"
        if "file" in tokens:
            entries["token"] = "canary-file"
        case(f"precedence: host {said(hosts)}, token {said(tokens)}", env, ini("DEFAULT", **entries), **explicit)

# 2. The same with a profile that is named by the environment, and by code.
for hosts in subsets(["env", "file"]):
    for tokens in subsets(["env", "file"]):
        said = lambda places: "+".join(sorted(places)) or "nowhere"
        env, entries = {}, {"x": "y"}
        if "env" in hosts:
            env["DATABRICKS_HOST"] = "https://env.example"
        if "file" in hosts:
            entries["host"] = "https://file.example"
        if "env" in tokens:
            env["DATABRICKS_TOKEN"] = "canary-env"
        if "file" in tokens:
            entries["token"] = "canary-file"
        file = ini("DEFAULT", host="https://default.example", token="canary-default") + ini("p", **entries)
        case(f"named profile: host {said(hosts)}, token {said(tokens)}",
             {**env, "DATABRICKS_CONFIG_PROFILE": "p"}, file)
        case(f"profile of code: host {said(hosts)}, token {said(tokens)}", env, file, profile="p")

# 3. Which profile.
BOTH = ini("DEFAULT", host="https://default.example", token="canary-default") + ini(
    "p", host="https://p.example", token="canary-p")
SETTINGS = "[__settings__]\ndefault_profile = p\n"
NAMED = {"DATABRICKS_CONFIG_PROFILE": "p"}
case("profile: code over environment", NAMED, BOTH, profile="DEFAULT")
case("profile: DEFAULT by name", {"DATABRICKS_CONFIG_PROFILE": "DEFAULT"}, BOTH)
case("profile: DEFAULT by name, and there is none", {"DATABRICKS_CONFIG_PROFILE": "DEFAULT"}, ini("p", host="h"))
case("profile: in another case of letters", {"DATABRICKS_CONFIG_PROFILE": "P"}, BOTH)
case("profile: missing", {"DATABRICKS_CONFIG_PROFILE": "q"}, BOTH)
case("profile: missing, and the environment has all", {
    "DATABRICKS_CONFIG_PROFILE": "q", "DATABRICKS_HOST": "h.example", "DATABRICKS_TOKEN": "canary"}, BOTH)
case("profile: no file", NAMED)
case("profile: no file, and the environment has all", {
    **NAMED, "DATABRICKS_HOST": "h.example", "DATABRICKS_TOKEN": "canary"})
case("profile: empty name", {"DATABRICKS_CONFIG_PROFILE": ""}, BOTH)
case("profile: no DEFAULT", {}, ini("p", host="h.example", token="canary"))
case("profile: default_profile", {}, SETTINGS + BOTH)
case("profile: default_profile behind the profiles", {}, BOTH + SETTINGS)
case("profile: default_profile beside a host", {"DATABRICKS_HOST": "h.example"}, SETTINGS + BOTH)
case("profile: default_profile beside a warehouse", {"DATABRICKS_WAREHOUSE_ID": "w"}, SETTINGS + BOTH)
case("profile: name over default_profile", {"DATABRICKS_CONFIG_PROFILE": "DEFAULT"}, SETTINGS + BOTH)
case("profile: default_profile is missing", {}, "[__settings__]\ndefault_profile = q\n" + BOTH)
case("profile: default_profile is empty", {}, "[__settings__]\ndefault_profile =\n" + BOTH)
case("profile: default_profile is __settings__", {}, "[__settings__]\ndefault_profile = __settings__\n" + BOTH)
case("profile: __settings__ by name", {"DATABRICKS_CONFIG_PROFILE": "__settings__"}, SETTINGS + BOTH)
case("profile: default_profile of DEFAULT", {}, ini(
    "DEFAULT", default_profile="p", host="https://default.example", token="canary-default") + ini("p", host="h"))
case("profile: empty section", NAMED, "[p]\n" + ini("DEFAULT", host="h.example", token="canary"))
case("file: another one", {"DATABRICKS_CONFIG_FILE": "{dir}/other"}, BOTH,
     files={"other": ini("DEFAULT", host="other.example", token="canary-other")})
case("file: another one by code", {"DATABRICKS_CONFIG_FILE": "{dir}/nowhere"}, BOTH, config_file="{dir}/other",
     files={"other": ini("DEFAULT", host="other.example", token="canary-other")})
case("file: below ~", {"DATABRICKS_CONFIG_FILE": "~/../other"}, BOTH,
     files={"other": ini("DEFAULT", host="other.example", token="canary-other")})
case("file: missing by name", {"DATABRICKS_CONFIG_FILE": "{dir}/nowhere"}, BOTH)

# 4. Odd files.
LINES = "host = https://h.example\ntoken = canary-t\n"
ODD = {
    "CR LF": b"[DEFAULT]\r\nhost = https://h.example\r\ntoken = canary-t\r\n",
    "CR": b"[DEFAULT]\rhost = https://h.example\rtoken = canary-t\r",
    "byte order mark": b"\xef\xbb\xbf[DEFAULT]\nhost = https://h.example\ntoken = canary-t\n",
    "no last line end": "[DEFAULT]\nhost = https://h.example\ntoken = canary-t",
    "colons": "[DEFAULT]\nhost: https://h.example\ntoken: canary-t\n",
    "no blanks": "[DEFAULT]\nhost=https://h.example\ntoken=canary-t\n",
    "keys in capitals": "[DEFAULT]\nHOST = https://h.example\nToken = canary-t\n",
    "comments": f"# a\n; b\n[DEFAULT]\n  # c\n{LINES}; token = x\n",
    "signs of comments in values": "[DEFAULT]\nhost = https://h.example\ntoken = canary#a;b\n",
    "comment behind a value": "[DEFAULT]\nhost = https://h.example\ntoken = canary # a comment\n",
    "value with =": "[DEFAULT]\nhost = https://h.example\ntoken = canary=a=b==\n",
    "quotes": "[DEFAULT]\nhost = https://h.example\ntoken = \"canary\"\n",
    "percent": "[DEFAULT]\nhost = https://h.example\ntoken = canary%(host)s%%\n",
    "indented": "  [DEFAULT]\n  host = https://h.example\n  token = canary-t\n",
    "indented deeper and deeper": "[DEFAULT]\nhost = https://h.example\n  token = canary-t\n",
    "continued value": "[DEFAULT]\ntoken = canary-t\nhost =\n  https://h.example\n",
    "section twice": f"[p]\n{LINES}[p]\nx = y\n",
    "DEFAULT twice": "[DEFAULT]\nhost = https://h.example\n[p]\n[DEFAULT]\ntoken = canary-t\n",
    "key twice": f"[DEFAULT]\n{LINES}token = canary-u\n",
    "key twice in two cases of letters": f"[DEFAULT]\n{LINES}TOKEN = canary-u\n",
    "key of DEFAULT twice": f"[DEFAULT]\n{LINES}[DEFAULT]\ntoken = canary-u\n",
    "no section": LINES,
    "line without a value": f"[DEFAULT]\n{LINES}canary\n",
    "empty key": f"[DEFAULT]\n{LINES}= canary\n",
    "empty section name": f"[]\n{LINES}",
    "unclosed section": f"[DEFAULT\n{LINES}",
    "text behind a section": f"[DEFAULT] # said\n{LINES}",
    "brackets in a section": f"[DEFAULT]\n{LINES}[a]b]\nx = y\n",
    "not UTF-8": b"[DEFAULT]\nhost = https://h.example\ntoken = canary\xff\n",
    "UTF-16": "[DEFAULT]\nhost = h\n".encode("utf-16"),
    "empty": "",
    "a megabyte on one line": f"[DEFAULT]\n{LINES}x = {'y' * (1 << 20)}\n",
    "a token of 100 KB": f"[DEFAULT]\nhost = https://h.example\ntoken = canary{'y' * 100_000}\n",
    "empty values": f"[DEFAULT]\n{LINES}client_id =\nauth_type =\nhttp_path =\n",
    "empty value of another sign-in": "[DEFAULT]\nhost = https://h.example\ntoken =\nclient_id = i\nclient_secret = canary\n",
    "unknown keys": f"[DEFAULT]\n{LINES}a_key = b\naccount_id = c\n",
    "directory": "directory",
}
for name, content in ODD.items():
    case(f"odd file: {name}", {}, content)
case("odd file: section twice, and the environment has all", {
    "DATABRICKS_HOST": "h.example", "DATABRICKS_TOKEN": "canary"}, ODD["section twice"])
case("odd file: directory, and the profile is named", NAMED, "directory")

# 5. Hosts.
for host in ["h.example", "https://h.example", "https://h.example/", "https://h.example//", "HTTPS://H.Example",
             "http://127.0.0.1:8080", "h.example:443", "https://h.example:8443", "https://h.example/?o=12",
             "https://h.example/path", "adb-1.2.azuredatabricks.net"]:
    case(f"host: {host}", {"DATABRICKS_HOST": host, "DATABRICKS_TOKEN": "canary"})
case("host: with blanks", {"DATABRICKS_HOST": " h.example ", "DATABRICKS_TOKEN": "canary"})
case("host: of the SQL connectors", {"DATABRICKS_SERVER_HOSTNAME": "h.example", "DATABRICKS_TOKEN": "canary"})
case("host: under both names", {
    "DATABRICKS_SERVER_HOSTNAME": "a.example", "DATABRICKS_HOST": "b.example", "DATABRICKS_TOKEN": "canary"})

# 6. Ways to sign in.
HOST = {"DATABRICKS_HOST": "https://h.example"}
M2M = {"DATABRICKS_CLIENT_ID": "i", "DATABRICKS_CLIENT_SECRET": "canary-secret"}
PAT = {"DATABRICKS_TOKEN": "canary-t"}
BASIC = {"DATABRICKS_USERNAME": "u", "DATABRICKS_PASSWORD": "canary-p"}
ENTRA = {"ARM_CLIENT_ID": "i", "ARM_CLIENT_SECRET": "canary-secret", "ARM_TENANT_ID": "tenant"}
GITHUB = {"ACTIONS_ID_TOKEN_REQUEST_TOKEN": "canary-g", "ACTIONS_ID_TOKEN_REQUEST_URL": "https://actions.example/token?v=1"}
TYPE = lambda name: {"DATABRICKS_AUTH_TYPE": name}
TOKEN_FILE = {"oidc": JWT}
case("kind: oauth-m2m", {**HOST, **M2M})
case("kind: oauth-m2m by profile", {}, ini("DEFAULT", host="h.example", client_id="i", client_secret="canary"))
case("kind: oauth-m2m by code", client_id="i", client_secret="canary", host="h.example")
case("kind: oauth-m2m over three places", {"DATABRICKS_CLIENT_ID": "i", **NAMED}, ini("p", host="h.example"), client_secret="canary")
case("kind: oauth-m2m with scopes", {**NAMED}, ini("p", host="h.example", client_id="i", client_secret="canary", scopes="sql, b a,sql"))
case("kind: oauth-m2m without a secret", {**HOST, "DATABRICKS_CLIENT_ID": "i"})
case("kind: basic", {**HOST, **BASIC})
case("kind: basic by auth_type", {**HOST, **BASIC, **TYPE("basic")})
case("kind: basic by code", username="u", password="canary", host="h.example")
case("kind: env-oidc", {**HOST, "DATABRICKS_OIDC_TOKEN": "canary-oidc"})
case("kind: env-oidc with another variable", {**HOST, "DATABRICKS_OIDC_TOKEN_ENV": "MINE", "MINE": "canary-oidc"})
case("kind: env-oidc without its variable", {**HOST, "DATABRICKS_OIDC_TOKEN_ENV": "MINE"})
case("kind: env-oidc beside a client id", {**HOST, "DATABRICKS_OIDC_TOKEN": "canary-oidc", "DATABRICKS_CLIENT_ID": "i"})
case("kind: file-oidc", {**HOST, "DATABRICKS_OIDC_TOKEN_FILEPATH": "{dir}/oidc"}, files=TOKEN_FILE)
case("kind: file-oidc by its older variable", {**HOST, "DATABRICKS_OIDC_TOKEN_FILE": "{dir}/oidc"}, files=TOKEN_FILE)
case("kind: file-oidc by profile", {}, ini("DEFAULT", host="h.example", oidc_token_filepath="{dir}/oidc"), files=TOKEN_FILE)
case("kind: file-oidc beside a client id", {**HOST, "DATABRICKS_OIDC_TOKEN_FILEPATH": "{dir}/oidc", "DATABRICKS_CLIENT_ID": "i"}, files=TOKEN_FILE)
case("kind: file-oidc beside a client id, by auth_type", {**HOST, **TYPE("file-oidc"), "DATABRICKS_OIDC_TOKEN_FILEPATH": "{dir}/oidc", "DATABRICKS_CLIENT_ID": "i"}, files=TOKEN_FILE)
case("kind: file-oidc without its file", {**HOST, "DATABRICKS_OIDC_TOKEN_FILEPATH": "{dir}/nowhere"})
case("kind: github-oidc", {**HOST, **GITHUB, "DATABRICKS_CLIENT_ID": "i"})
case("kind: github-oidc with an audience", {**HOST, **GITHUB, "DATABRICKS_CLIENT_ID": "i", "DATABRICKS_TOKEN_AUDIENCE": "a"})
case("kind: github-oidc without a client id", {**HOST, **GITHUB})
case("kind: github-oidc without GitHub", {**HOST, **TYPE("github-oidc"), "DATABRICKS_CLIENT_ID": "i"})
case("kind: azure-client-secret", {"DATABRICKS_HOST": AZURE, **ENTRA})
case("kind: azure-client-secret without a tenant", {"DATABRICKS_HOST": AZURE, "ARM_CLIENT_ID": "i", "ARM_CLIENT_SECRET": "canary"})
case("kind: azure-client-secret with a resource", {"DATABRICKS_HOST": AZURE, **ENTRA, "DATABRICKS_AZURE_RESOURCE_ID": "/subscriptions/s/x"})
case("kind: azure-client-secret by profile", {}, ini("DEFAULT", host=AZURE, azure_client_id="i", azure_client_secret="canary", azure_tenant_id="t"))
case("kind: azure-client-secret without a secret", {"DATABRICKS_HOST": AZURE, "ARM_CLIENT_ID": "i"})
case("kind: azure-msi", {"DATABRICKS_HOST": AZURE, "ARM_USE_MSI": "true", "ARM_CLIENT_ID": "i"}, programs=["az"])
case("kind: azure-cli", {"DATABRICKS_HOST": AZURE}, programs=["az", "databricks"])
case("kind: azure-cli with a tenant and a resource", {"DATABRICKS_HOST": AZURE, "ARM_TENANT_ID": "t", "DATABRICKS_AZURE_RESOURCE_ID": "/subscriptions/s/x"}, programs=["az"])
case("kind: azure-cli by profile", {}, ini("DEFAULT", host=AZURE, auth_type="azure-cli"), programs=["az", "databricks"])
case("kind: azure-cli on another cloud", {**HOST, **TYPE("azure-cli")}, programs=["az"])
case("kind: azure-cli on the cloud of China", {"DATABRICKS_HOST": "https://adb-1.databricks.azure.cn"}, programs=["az"])
case("kind: azure-cli without az", {"DATABRICKS_HOST": AZURE, **TYPE("azure-cli")})
case("kind: databricks-cli", HOST, programs=["databricks"])
case("kind: databricks-cli, az is there too", HOST, programs=["az", "databricks"])
case("kind: databricks-cli on Azure without az", {"DATABRICKS_HOST": AZURE}, programs=["databricks"])
case("kind: databricks-cli by profile", NAMED, ini("p", host="h.example", auth_type="databricks-cli"), programs=["databricks"])
case("kind: databricks-cli by its path", {**HOST, "DATABRICKS_CLI_PATH": "{dir}/bin/databricks", "PATH": "/nowhere"}, programs=["databricks"])
case("kind: databricks-cli beside a client id", {**HOST, "DATABRICKS_CLIENT_ID": "i"}, programs=["databricks"])
case("kind: databricks-cli without a host", {}, programs=["databricks"])
case("kind: databricks-cli is not there", {**HOST, **TYPE("databricks-cli")})
case("kind: external-browser", {**HOST, **TYPE("external-browser")})
case("kind: external-browser with a client id", {**HOST, **TYPE("external-browser"), "DATABRICKS_CLIENT_ID": "i"})
case("kind: external-browser by profile", {}, ini("DEFAULT", host="h.example", auth_type="external-browser"))
case("kind: metadata-service", {**HOST, "DATABRICKS_METADATA_SERVICE_URL": "http://127.0.0.1:1/canary-metadata"})
case("kind: google-credentials", {**HOST, "GOOGLE_CREDENTIALS": "canary, and no JSON"})
case("kind: github-oidc-azure", {"DATABRICKS_HOST": AZURE, **GITHUB, "ARM_CLIENT_ID": "i", "ARM_TENANT_ID": "t"})
case("kind: none that is known", {**HOST, **PAT, **TYPE("magic")})
case("kind: in another case of letters", {**HOST, **PAT, **TYPE("PAT")})

# 7. Two ways to sign in.
case("two kinds: pat and oauth", {**HOST, **PAT, **M2M})
case("two kinds: pat and oauth, by auth_type pat", {**HOST, **PAT, **M2M, **TYPE("pat")})
case("two kinds: pat and oauth, by auth_type oauth-m2m", {**HOST, **PAT, **M2M, **TYPE("oauth-m2m")})
case("two kinds: pat and basic", {**HOST, **PAT, **BASIC})
case("two kinds: pat and azure", {"DATABRICKS_HOST": AZURE, **PAT, **ENTRA})
case("two kinds: oauth and azure", {"DATABRICKS_HOST": AZURE, **M2M, **ENTRA})
case("two kinds: oauth and azure, by auth_type azure-client-secret", {"DATABRICKS_HOST": AZURE, **M2M, **ENTRA, **TYPE("azure-client-secret")})
case("two kinds: token of the environment, oauth of the named profile", {**PAT, **NAMED}, ini("p", host="h.example", client_id="i", client_secret="canary"))
case("two kinds: token of code, oauth of the environment", M2M, host="h.example", token="canary-t")
case("two kinds: token of code, oauth of the environment, by auth_type of code", M2M, host="h.example", token="canary-t", auth_type="pat")
case("two kinds: auth_type of the profile", {**PAT, **NAMED}, ini("p", host="h.example", client_id="i", client_secret="canary", auth_type="oauth-m2m"))
case("two kinds: auth_type of the environment over that of the profile", {**PAT, **NAMED, **TYPE("pat")}, ini("p", host="h.example", client_id="i", client_secret="canary", auth_type="oauth-m2m"))
case("two kinds: pat and a token of OIDC", {**HOST, **PAT, "DATABRICKS_OIDC_TOKEN": "canary-oidc"})
case("two kinds: one without its settings, by auth_type", {**HOST, **PAT, **TYPE("oauth-m2m")})
case("blanks: token", {**HOST, "DATABRICKS_TOKEN": "  "})
case("blanks: around a token", {**HOST, "DATABRICKS_TOKEN": " canary-t "})
case("blanks: empty token", {**HOST, "DATABRICKS_TOKEN": ""})
case("group: pat", {**HOST, **PAT, "DATABRICKS_GROUP_ID": "g"})
case("group: oauth-m2m", {**HOST, **M2M, "DATABRICKS_GROUP_ID": "g"})

json.dump(CASES, sys.stdout)
