"""The hub's HTTP interface, as far as its clients use it, with a log of requests and failures on demand."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from hub.store import ATTRIBUTES, Commit, File, Refused, Repository, entries, file_entry, folder_entry, is_large
from hub.xet import Chunks, read_shard, read_xorb

KINDS = "datasets|models|spaces"
PAGE = 1_000
"""Entries that a list shows at a time."""


@dataclass(frozen=True)
class Account:
    """Who a token stands for: `role` is `write` or `read`; `organizations` are those in whose name it may write."""

    name: str
    role: str = "write"
    organizations: tuple[str, ...] = ()


@dataclass(frozen=True)
class Request:
    """A request; `path` is as sent, percent signs included."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body, which is JSON."""
        return json.loads(self.body)

    def has(self, name: str) -> bool:
        """Return whether an option of the query is on."""
        return self.query.get(name, ["false"])[0].lower() in ("1", "true")


@dataclass(frozen=True)
class Answer:
    """An answer; a body that is no bytes is sent as compact JSON, since some clients read it as plain text."""

    body: Any = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Fault:
    """A failure that the next requests of this kind meet: a status, or a connection that breaks.

    `cut` says where: `request` half-way through it, `answer` before the answer though all is done, `half` within the
    answer, which then ends early.
    """

    method: str
    path: str
    times: int
    status: int = 503
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: str | None = None
    body: Any = field(default_factory=lambda: {"error": "not now"})

    def meets(self, method: str, path: str) -> bool:
        """Return whether this request fails, and count it."""
        if self.times == 0 or method != self.method or not re.search(self.path, unquote(path)):
            return False
        self.times -= 1
        return True


@dataclass(frozen=True)
class Entry:
    """A line of the log; `sent` counts the bytes of the answer's body, `received` those of the request's."""

    method: str
    path: str
    status: int
    sent: int
    received: int
    at: float
    range: str | None = None


Act = Callable[["Hub", Request, "re.Match[str]"], Answer]
_ROUTES: list[tuple[str, re.Pattern[str], Act]] = []
_REPO = rf"/api/(?P<kind>{KINDS})/(?P<repo>[^/]+/[^/]+)"


def _route(method: str, pattern: str) -> Callable[[Act], Act]:
    def add(act: Act) -> Act:
        _ROUTES.append((method, re.compile(pattern + "/?"), act))
        return act

    return add


class Hub:
    """A hub that listens on this machine as long as it is open: `with Hub() as hub: ... hub.url`."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.repositories: dict[tuple[str, str], Repository] = {}
        self.objects: dict[str, bytes] = {}
        self.xorbs: dict[str, Chunks] = {}
        self.log: list[Entry] = []
        self.faults: list[Fault] = []
        self.page = PAGE
        self.lock = threading.RLock()
        hub = self

        class Handler(_Handler):
            pass

        Handler.hub = hub
        self._server = _Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Hub:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def fail(self, method: str, path: str, times: int = 1, **how: Any) -> Fault:
        """Let the next requests with this method, whose path the pattern finds, fail; see `Fault`."""
        self.faults.append(Fault(method, path, times, **how))
        return self.faults[-1]

    def add_dataset(self, name: str, folder: Path, tag: str | None = None) -> Commit:
        """Commit a folder to a dataset, which is made when it is not there; return the commit."""
        owner = name.split("/")[0]
        key = ("datasets", name)
        repository = self.repositories.setdefault(key, Repository("datasets", name, "public", {owner}))
        paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        kept = {path: File(data, large=b"\0" in data) for path, data in files.items()}
        commit = repository.commit("main", kept | {".gitattributes": File(ATTRIBUTES, large=False)}, "add", "", owner)
        repository.tags |= {tag: commit} if tag else {}
        return commit

    def dataset(self, name: str) -> Repository:
        """Return a dataset's repository."""
        return self.repositories["datasets", name]

    def requests(self, method: str, path: str = "") -> list[Entry]:
        """Return the lines of the log with this method, whose path the pattern finds."""
        return [entry for entry in self.log if entry.method == method and re.search(path, unquote(entry.path))]

    def answer(self, request: Request) -> Answer:
        """Return the answer to a request."""
        method = "GET" if request.method == "HEAD" else request.method
        found = ((act, pattern.fullmatch(request.path)) for verb, pattern, act in _ROUTES if verb == method)
        try:
            for act, match in found:
                if match:
                    with self.lock:
                        return act(self, request, match)
            raise Refused(404, "NotFound", f"there is no {request.method} {request.path}")
        except Refused as error:
            return _refusal(error)

    def account(self, request: Request) -> Account | None:
        """Return who asks; null for nobody. A token that stands for none is refused."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        if token and token not in self.accounts:
            raise Refused(401, "Unauthorized", "Invalid credentials in Authorization header")
        return self.accounts.get(token)

    def writer(self, request: Request, owner: str | Repository) -> Account:
        """Return who asks, if they may write there."""
        account = self.account(request)
        if account is None:
            raise Refused(401, "Unauthorized", "Invalid username or password.")
        names = {account.name, *account.organizations}
        own = owner in names if isinstance(owner, str) else bool(owner.writers & names)
        if account.role != "write" or not own:
            raise Refused(403, "Forbidden", "You don't have the required permissions")
        return account

    def repository(self, request: Request, match: re.Match[str]) -> Repository:
        """Return the repository that a request is about, if it is there and who asks may see it."""
        account = self.account(request)
        repository = self.repositories.get((match.groupdict().get("kind") or "models", unquote(match["repo"])))
        names = {account.name, *account.organizations} if account else set()
        if repository is None or (repository.visibility == "private" and not repository.writers & names):
            raise Refused(404, "RepoNotFound", "Repository not found")
        return repository


def _refusal(error: Refused) -> Answer:
    headers = {"X-Error-Code": error.code, "X-Error-Message": error.message}
    return Answer({"error": error.message}, error.status, headers)


# --- accounts and repositories ---


@_route("GET", "/api/whoami-v2")
def _whoami(hub: Hub, request: Request, match: re.Match[str]) -> Answer:
    account = hub.account(request)
    if account is None:
        raise Refused(401, "Unauthorized", "Invalid username or password.")
    token = {"displayName": "test", "role": account.role}
    organizations = [{"name": name, "roleInOrg": "write"} for name in account.organizations]
    known = {"type": "user", "name": account.name, "fullname": account.name, "email": None}
    return Answer({**known, "orgs": organizations, "auth": {"type": "access_token", "accessToken": token}})


@_route("POST", "/api/repos/create")
def _create(hub: Hub, request: Request, match: re.Match[str]) -> Answer:
    asked = request.json()
    account = hub.account(request)
    owner = asked.get("organization") or (account.name if account else "")
    hub.writer(request, owner)
    name, kind = f"{owner}/{asked['name']}", f"{asked.get('type') or 'model'}s"
    url = f"{hub.url}/{'' if kind == 'models' else kind + '/'}{name}"
    if (kind, name) in hub.repositories:
        return Answer({"error": "You already created this repo", "url": url}, 409, {"X-Error-Code": "Conflict"})
    repository = Repository(kind, name, asked.get("visibility") or "public", {owner})
    repository.commit("main", {".gitattributes": File(ATTRIBUTES, large=False)}, "initial commit", "", owner)
    hub.repositories[kind, name] = repository
    return Answer({"url": url, "name": name, "id": name})


@_route("DELETE", "/api/repos/delete")
def _delete(hub: Hub, request: Request, match: re.Match[str]) -> Answer:
    asked = request.json()
    key = (f"{asked.get('type') or 'model'}s", f"{asked['organization']}/{asked['name']}")
    if key not in hub.repositories:
        raise Refused(404, "RepoNotFound", "Repository not found")
    hub.writer(request, hub.repositories[key])
    del hub.repositories[key]
    return Answer()


@_route("PUT", f"{_REPO}/settings")
def _settings(hub: Hub, request: Request, match: re.Match[str]) -> Answer:
    repository = hub.repository(request, match)
    hub.writer(request, repository)
    repository.visibility = request.json().get("visibility", repository.visibility)
    return Answer({"visibility": repository.visibility})


@_route("POST", "/api/validate-yaml")
def _validate_yaml(hub: Hub, request: Request, match: re.Match[str]) -> Answer:
    return Answer({"errors": [], "warnings": []})


@_route("GET", f"/api/(?P<kind>{KINDS})")
def _list(hub: Hub, request: Request, match: re.Match[str]) -> Answer:
    known = [repository for (kind, _), repository in hub.repositories.items() if kind == match["kind"]]
    author, word = request.query.get("author", [""])[0], request.query.get("search", [""])[0]
    shown = [r for r in known if r.visibility != "private" and r.name.startswith(author) and word in r.name]
    return Answer([_info(repository, repository.branches["main"]) for repository in shown])


@_route("GET", rf"{_REPO}(/revision/(?P<revision>[^/]+))?")
def _about(hub: Hub, request: Request, match: re.Match[str]) -> Answer:
    repository = hub.repository(request, match)
    commit = repository.at(unquote(match["revision"] or "main"))
    told = _info(repository, commit)
    if request.has("blobs"):
        told["siblings"] = [_sibling(path, commit) for path in sorted(commit.files)]
    return Answer(told)


def _info(repository: Repository, commit: Commit) -> dict[str, Any]:
    first = next(iter(repository.commits.values()))
    return {
        "_id": hashlib.sha1(repository.name.encode()).hexdigest()[:24],
        "id": repository.name,
        "author": repository.name.split("/")[0],
        "sha": commit.oid,
        "createdAt": first.date,
        "lastModified": commit.date,
        "private": repository.visibility == "private",
        "visibility": repository.visibility,
        "gated": False,
        "disabled": False,
        "downloads": 0,
        "likes": 0,
        "tags": [],
        "siblings": [{"rfilename": path} for path in sorted(commit.files)],
    }


def _sibling(path: str, commit: Commit) -> dict[str, Any]:
    entry = file_entry(path, commit, expand=False)
    large = {"lfs": {"sha256": entry["lfs"]["oid"], **entry["lfs"]}} if "lfs" in entry else {}
    return {"rfilename": path, "blobId": entry["oid"], "size": entry["size"], **large}


# --- looking ---


@_route("GET", rf"{_REPO}/tree/(?P<revision>[^/]+)(/(?P<path>.*?))?")
def _tree(hub: Hub, request: Request, match: re.Match[str]) -> Answer:
    commit = hub.repository(request, match).at(unquote(match["revision"]))
    folder = unquote(match["path"] or "")
    found = entries(commit, folder, recursive=request.has("recursive"), expand=request.has("expand"))
    start = int(request.query.get("cursor", ["0"])[0])
    headers = {}
    if start + hub.page < len(found):
        kept = "".join(f"&{name}=true" for name in ("recursive", "expand") if request.has(name))
        headers["Link"] = f'<{hub.url}{request.path}?cursor={start + hub.page}{kept}>; rel="next"'
    return Answer(found[start : start + hub.page], headers=headers)


@_route("POST", rf"{_REPO}/paths-info/(?P<revision>[^/]+)")
def _paths_info(hub: Hub, request: Request, match: re.Match[str]) -> Answer:
    commit = hub.repository(request, match).at(unquote(match["revision"]))
    if "json" in request.headers.get("Content-Type", ""):
        asked = request.json()
    else:
        asked = parse_qs(request.body.decode())
    paths = asked.get("paths", [])
    expand = asked.get("expand") in (True, ["true"], ["True"])
    return Answer([*_known(commit, [paths] if isinstance(paths, str) else paths, expand=expand)])


def _known(commit: Commit, paths: list[str], *, expand: bool) -> Iterator[dict[str, Any]]:
    for path in paths:
        if path in commit.files:
            yield file_entry(path, commit, expand=expand)
        elif any(name.startswith(path.rstrip("/") + "/") for name in commit.files):
            yield folder_entry(path.rstrip("/"), commit, expand=expand)


@_route("GET", f"{_REPO}/refs")
def _refs(hub: Hub, request: Request, match: re.Match[str]) -> Answer:
    repository = hub.repository(request, match)
    told = {
        kind: [{"name": n, "ref": f"refs/{place}/{n}", "targetCommit": commit.oid} for n, commit in known.items()]
        for kind, place, known in (("branches", "heads", repository.branches), ("tags", "tags", repository.tags))
    }
    return Answer({**told, "converts": [], "pullRequests": []})


@_route("GET", rf"{_REPO}/commits/(?P<revision>[^/]+)")
def _commits(hub: Hub, request: Request, match: re.Match[str]) -> Answer:
    commit: Commit | None = hub.repository(request, match).at(unquote(match["revision"]))
    told = []
    while commit is not None:
        one = {"id": commit.oid, "title": commit.title, "message": commit.message, "date": commit.date}
        told.append({**one, "authors": [{"user": commit.author}]})
        commit = commit.parent
    return Answer(told)


@_route("GET", rf"/((?P<kind>{KINDS})/)?(?P<repo>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<path>.+)")
def _resolve(hub: Hub, request: Request, match: re.Match[str]) -> Answer:
    commit = hub.repository(request, match).at(unquote(match["revision"]))
    path = unquote(match["path"])
    headers = {"X-Repo-Commit": commit.oid, "Accept-Ranges": "bytes"}
    if path not in commit.files:
        refusal = _refusal(Refused(404, "EntryNotFound", "Entry not found"))
        return Answer(refusal.body, 404, {**refusal.headers, **headers})
    file = commit.files[path]
    headers["ETag"] = f'"{file.etag}"'
    headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(path.rsplit('/')[-1])}"
    if file.large:
        # Answered directly: a client that is sent on to the same server misses X-Repo-Commit.
        headers |= {"X-Linked-Etag": f'"{file.etag}"', "X-Linked-Size": str(len(file.data))}
    return _part(file.data, request.headers.get("Range"), headers)


def _part(data: bytes, asked: str | None, headers: Mapping[str, str]) -> Answer:
    """Return the bytes that a Range header asks for: `bytes=2-5`, `bytes=2-`, `bytes=-5`."""
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", asked or "")
    if not match or match[0] == "bytes=-":
        return Answer(data, headers=headers)
    first, last = match[1], match[2]
    start = int(first) if first else max(0, len(data) - int(last))
    end = min(len(data), int(last) + 1) if first and last else len(data)
    if start >= len(data):
        return Answer(b"", 416, {**headers, "Content-Range": f"bytes */{len(data)}"})
    return Answer(data[start:end], 206, {**headers, "Content-Range": f"bytes {start}-{end - 1}/{len(data)}"})


# --- writing ---


@_route("POST", rf"{_REPO}/preupload/(?P<revision>[^/]+)")
def _preupload(hub: Hub, request: Request, match: re.Match[str]) -> Answer:
    repository = hub.repository(request, match)
    hub.writer(request, repository)
    commit = repository.at(unquote(match["revision"]))
    return Answer({"files": [_mode(commit, asked) for asked in request.json()["files"]]})


def _mode(commit: Commit, asked: Mapping[str, Any]) -> dict[str, Any]:
    path = asked["path"]
    large = is_large(commit, path, base64.b64decode(asked.get("sample", "")), asked["size"])
    told = {"path": path, "uploadMode": "lfs" if large else "regular", "shouldIgnore": False}
    return told | ({"oid": commit.files[path].etag} if path in commit.files else {})


@_route("POST", rf"/((?P<kind>{KINDS})/)?(?P<repo>[^/]+/[^/]+)\.git/info/lfs/objects/batch")
def _batch(hub: Hub, request: Request, match: re.Match[str]) -> Answer:
    hub.writer(request, hub.repository(request, match))
    return Answer({"transfer": "basic", "objects": [_object(hub, asked) for asked in request.json()["objects"]]})


def _object(hub: Hub, asked: Mapping[str, Any]) -> dict[str, Any]:
    told = {"oid": asked["oid"], "size": asked["size"]}
    if asked["oid"] in hub.objects:
        return told
    upload, verify = {"href": f"{hub.url}/lfs/{asked['oid']}", "header": {}}, {"href": f"{hub.url}/lfs-verify"}
    return {**told, "actions": {"upload": upload, "verify": verify}}


@_route("PUT", "/lfs/(?P<oid>[0-9a-f]{64})")
def _put(hub: Hub, request: Request, match: re.Match[str]) -> Answer:
    if hashlib.sha256(request.body).hexdigest() != match["oid"]:
        raise Refused(400, "BadRequest", "these bytes have another SHA-256")
    hub.objects[match["oid"]] = request.body
    return Answer()


@_route("POST", "/lfs-verify")
def _verify(hub: Hub, request: Request, match: re.Match[str]) -> Answer:
    asked = request.json()
    if len(hub.objects.get(asked["oid"], b"")) != asked["size"]:
        raise Refused(404, "EntryNotFound", "this object was not uploaded")
    return Answer()


@_route("POST", rf"{_REPO}/commit/(?P<revision>[^/]+)")
def _commit(hub: Hub, request: Request, match: re.Match[str]) -> Answer:
    repository = hub.repository(request, match)
    account = hub.writer(request, repository)
    lines = [json.loads(line) for line in request.body.splitlines() if line]
    commit = repository.apply(unquote(match["revision"]), lines, hub.objects, account.name)
    url = f"{hub.url}/{match['kind']}/{repository.name}/commit/{commit.oid}"
    return Answer({"success": True, "commitOid": commit.oid, "commitUrl": url, "hookOutput": ""})


@_route("POST", rf"{_REPO}/(?P<what>tag|branch)/(?P<revision>[^/]+)")
def _point(hub: Hub, request: Request, match: re.Match[str]) -> Answer:
    repository = hub.repository(request, match)
    hub.writer(request, repository)
    asked = request.json() if request.body else {}
    revision = unquote(match["revision"])
    tag = match["what"] == "tag"
    name, start = (asked["tag"], revision) if tag else (revision, asked.get("startingPoint") or "main")
    known = repository.tags if tag else repository.branches
    if name in known:
        raise Refused(409, "Conflict", f"{match['what'].title()} already exists: {name}")
    known[name] = repository.at(start)
    repository.messages[name] = asked.get("message") or ""
    return Answer(status=201)


@_route("DELETE", rf"{_REPO}/(?P<what>tag|branch)/(?P<name>[^/]+)")
def _unpoint(hub: Hub, request: Request, match: re.Match[str]) -> Answer:
    repository = hub.repository(request, match)
    hub.writer(request, repository)
    known = repository.tags if match["what"] == "tag" else repository.branches
    if known.pop(unquote(match["name"]), None) is None:
        raise Refused(404, "RevisionNotFound", f"Invalid rev id: {match['name']}")
    return Answer()


# --- Xet, which clients use by default for what the hub calls large ---


@_route("GET", rf"{_REPO}/xet-write-token/(?P<revision>[^/]+)")
def _xet_token(hub: Hub, request: Request, match: re.Match[str]) -> Answer:
    hub.writer(request, hub.repository(request, match))
    told = {"accessToken": "xet-access", "casUrl": f"{hub.url}/xet", "exp": int(time.time()) + 3_600}
    names = {"casUrl": "Url", "accessToken": "Access-Token", "exp": "Token-Expiration"}
    headers = {f"X-Xet-{'Cas-' if key == 'casUrl' else ''}{name}": str(told[key]) for key, name in names.items()}
    return Answer(told, headers=headers)


@_route("POST", "/xet/v1/xorbs/[^/]+/(?P<hash>[0-9a-f]{64})")
def _xorb(hub: Hub, request: Request, match: re.Match[str]) -> Answer:
    _check_xet(request)
    new = match["hash"] not in hub.xorbs
    hub.xorbs[match["hash"]] = read_xorb(request.body)
    return Answer({"was_inserted": new})


@_route("POST", "/xet/v1/shards")
def _shard(hub: Hub, request: Request, match: re.Match[str]) -> Answer:
    _check_xet(request)
    for plan in read_shard(request.body):
        if missing := {xorb for xorb, _, _ in plan.parts} - hub.xorbs.keys():
            raise Refused(400, "BadRequest", f"{sorted(missing)[0]} was not uploaded")
        data = plan.bytes(hub.xorbs)
        found = hashlib.sha256(data).hexdigest()
        if plan.sha256 not in (None, found):
            raise Refused(400, "BadRequest", f"the chunks of {plan.sha256} make {found}")
        hub.objects[found] = data
    return Answer({"result": 1})


def _check_xet(request: Request) -> None:
    if request.headers.get("Authorization") != "Bearer xet-access":
        raise Refused(401, "Unauthorized", "this is no token of Xet")


# --- the wire ---


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that have gone."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    hub: Hub

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing: the log is the hub's."""

    def _serve(self) -> None:
        url = urlsplit(self.path)
        with self.hub.lock:
            fault = next((fault for fault in self.hub.faults if fault.meets(self.command, url.path)), None)
        if fault and fault.cut == "request":
            self.rfile.read(int(self.headers.get("Content-Length") or 0) // 2)
            self._break(url.path)
            return
        request = Request(self.command, url.path, parse_qs(url.query), self.headers, self._body())
        if fault and fault.cut is None:
            self._send(request, Answer(fault.body, fault.status, fault.headers))
            return
        answer = self.hub.answer(request)
        if fault and fault.cut == "answer":
            self._break(url.path)
        else:
            self._send(request, answer, half=bool(fault))

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _serve

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            return b"".join(self._chunks())
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _send(self, request: Request, answer: Answer, *, half: bool = False) -> None:
        plain = isinstance(answer.body, bytes)
        body = answer.body if plain else json.dumps(answer.body, separators=(",", ":")).encode()
        self.send_response(answer.status)
        headers = {"Content-Type": "application/octet-stream" if plain else "application/json; charset=utf-8"}
        for name, value in (headers | dict(answer.headers) | {"Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        sent = b"" if request.method == "HEAD" else body[: len(body) // 2] if half else body
        asked = request.headers.get("Range")
        entry = (request.method, request.path, answer.status, len(sent), len(request.body), time.monotonic(), asked)
        self.hub.log.append(Entry(*entry))
        self.wfile.write(sent)
        if half:
            self.close_connection = True

    def _break(self, path: str) -> None:
        """Break the connection, as a network does."""
        self.hub.log.append(Entry(self.command, path, 0, 0, 0, time.monotonic()))
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()
