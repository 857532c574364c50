"""A Hugging Face Hub on this machine: its paths, headers and redirections. The large files lie on another server."""

import hashlib
from http.server import BaseHTTPRequestHandler

from gpt import hub
from loopback import LoopbackServer

CACHE = "/api/resolve-cache"


class HubServer(LoopbackServer):
    """Serves ``files`` of one repository, under ``/<repository>/resolve/<revision>/<name>``, to GET and HEAD requests.

    A revision is a commit, each with files of its own, or "main", which means the newest: :meth:`upload` adds one. At
    first there is the commit that the series asks for.

    Files in ``large`` it refers to ``elsewhere``, the address of another server, with their size and SHA-256 in its own
    headers; the others to a path of its own, as today's Hub does. ``headers[name]`` replaces headers of that first
    answer, ``refusals[name]`` is a status to answer with instead, and ``said`` the reason. ``log`` has
    ``(method, path, Authorization)``.
    """

    def __init__(self, files, elsewhere, size="124M", large=("model.safetensors",)):
        super().__init__(Handler)
        self.files, self.elsewhere, self.large = dict(files), elsewhere, large
        self.commits = {hub.REVISIONS[size]: self.files}
        self.repository = f"/{hub.REPOSITORIES[size]}/resolve/"
        self.prefix = f"{self.repository}{hub.REVISIONS[size]}/"
        self.headers, self.refusals, self.log = {}, {}, []
        self.said = "Access to this model is restricted."

    def upload(self, **files):
        """Replace files in a commit of its own, which "main" means from then on."""
        self.commits[f"{len(self.commits):040x}"] = {**self.commits[self.newest()], **files}

    def newest(self):
        return list(self.commits)[-1]


def git_name(content):
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        server, name = self.server, self.path.rsplit("/", 1)[-1]
        server.log.append((self.command, self.path, self.headers.get("Authorization")))
        prefix, revision = self.path.removesuffix(name).rstrip("/").rsplit("/", 1)
        commit = server.newest() if revision == "main" else revision
        content = server.commits.get(commit, {}).get(name)
        if prefix == CACHE:
            return self.answer(200, {"ETag": f'"{git_name(content)}"'}, content)
        is_here = f"{prefix}/" == server.repository
        if not is_here or content is None:
            code = "RepoNotFound" if not is_here else "EntryNotFound"
            return self.answer(404, {"X-Error-Code": code, "X-Error-Message": "Entry not found"})
        if name in server.refusals:
            headers = {"X-Error-Code": "GatedRepo", "X-Error-Message": server.said}
            return self.answer(server.refusals[name], headers)
        if name in server.large:
            headers = {
                "Location": f"{server.elsewhere}/blobs/{name}?signature=secret",
                "X-Linked-Size": str(len(content)),
                "X-Linked-ETag": f'"{hashlib.sha256(content).hexdigest()}"',
            }
            return self.answer(302, {**headers, **server.headers.get(name, {})})
        headers = {"Location": f"{CACHE}/{commit}/{name}", "ETag": f'"{git_name(content)}"'}
        return self.answer(307, {**headers, **server.headers.get(name, {})})

    do_HEAD = do_GET

    def answer(self, status, headers, body=b""):
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *arguments):
        pass
