"""Pupils of a class who start lesson 1 in the same minute, each as a user of this computer, through the hub.

    python tests/class/pupils.py INSTALLATION NAME…

Asks the hub at DIGITOS_URL, with the password DIGITOS_PASSWORD for all. Says what each waited for and what each needs."""
import asyncio
import json
import os
import pwd
import re
import statistics
import subprocess
import sys
import time
import uuid
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

URL, PASSWORD = os.environ["DIGITOS_URL"], os.environ["DIGITOS_PASSWORD"]
LESSON = "es/1_softmax.ipynb"
AsyncHTTPClient.configure(None, max_clients=50)


async def fetch(method, path, headers=None, body=None, **options):
    if isinstance(body, dict):
        headers, body = {"Content-Type": "application/json"} | headers, json.dumps(body)
    request = HTTPRequest(URL + path, method, headers, body, allow_nonstandard_methods=True, request_timeout=180, **options)
    return await AsyncHTTPClient().fetch(request)


class Kernel:
    """A kernel for the lesson in a user's server."""

    async def start(self, pupil):
        self.pupil, self.began = pupil, time.time()
        session = {"path": LESSON, "name": LESSON, "type": "notebook", "kernel": {"name": "rust"}}
        self.session = json.loads((await pupil.ask("POST", "/api/sessions", session)).body)
        address = f"{URL}{pupil.base}/api/kernels/{self.session['kernel']['id']}/channels".replace("http", "ws", 1)
        self.socket = await websocket_connect(HTTPRequest(address, headers=pupil.headers, connect_timeout=180, request_timeout=180), max_message_size=1 << 28)
        await self.request("kernel_info_request", {})
        self.seconds = time.time() - self.began
        return self

    async def request(self, kind, content):
        """All outputs of a request, once it was answered and the kernel is idle again."""
        name = uuid.uuid4().hex
        header = {"msg_id": name, "msg_type": kind, "session": "pupil", "username": "", "version": "5.3"}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
        await self.socket.write_message(json.dumps(message))
        outputs, missing = [], {"reply", "idle"}
        while missing:
            message = json.loads(await asyncio.wait_for(self.socket.read_message(), 240))
            if message["parent_header"].get("msg_id") != name:
                continue
            if message["msg_type"] == kind.replace("request", "reply"):
                missing.discard("reply")
            elif message["content"].get("execution_state") == "idle":
                missing.discard("idle")
            elif message["msg_type"] in ("stream", "error", "execute_result", "display_data"):
                outputs.append(message["content"])
        return outputs

    async def run(self, source):
        """The text and the HTML that a cell shows, and its seconds."""
        began = time.time()
        content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False, "stop_on_error": True}
        outputs = await self.request("execute_request", content)
        bad = [output for output in outputs if "ename" in output or output.get("name") == "stderr"]
        assert not bad, f"{self.pupil.name}: {bad}"
        text = "".join(output.get("text") or "" for output in outputs)
        html = "".join(output.get("data", {}).get("text/html", "") for output in outputs)
        return text, html, time.time() - began

    async def end(self):
        self.socket.close()
        await self.pupil.ask("DELETE", f"/api/sessions/{self.session['id']}")


class Pupil:
    def __init__(self, name):
        self.name, self.base, self.home = name, f"/user/{name}", Path(pwd.getpwnam(name).pw_dir)
        self.seconds, self.work = {}, {}

    async def ask(self, method, path, body=None):
        return await fetch(method, self.base + path, self.headers, body)

    async def log_in(self):
        page = await fetch("GET", "/hub/login")
        cookies = {name: morsel.value for line in page.headers.get_list("Set-Cookie") for name, morsel in SimpleCookie(line).items()}
        as_header = lambda: {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        form = urlencode({"username": self.name, "password": PASSWORD, "_xsrf": cookies["_xsrf"]})
        try:
            page = await fetch("POST", "/hub/login", as_header(), form, follow_redirects=False)
        except HTTPClientError as error:
            assert error.code == 302, f"{self.name} cannot log in: {error.response and error.response.body}"
            page = error.response
        cookies.update((name, morsel.value) for line in page.headers.get_list("Set-Cookie") for name, morsel in SimpleCookie(line).items())
        headers = as_header() | {"X-XSRFToken": cookies["_xsrf"]}
        token = json.loads((await fetch("POST", f"/hub/api/users/{self.name}/tokens", headers, {"note": "lesson"})).body)["token"]
        self.headers = {"Authorization": f"token {token}"}

    async def start_server(self):
        began = time.time()
        await fetch("POST", f"/hub/api/users/{self.name}/server", self.headers, {})
        while not json.loads((await fetch("GET", f"/hub/api/users/{self.name}", self.headers)).body)["servers"].get("", {}).get("ready"):
            await asyncio.sleep(0.2)
        self.seconds["server ready"] = time.time() - began
        self.work["server"] = self.processor()

    async def learn(self):
        """Lesson 1 as far as its panel, as somebody does who logs in and runs the cells."""
        began = time.time()
        await self.log_in()
        await self.start_server()
        lesson = json.loads((await self.ask("GET", f"/api/contents/{LESSON}")).body)["content"]
        cells = {cell["id"]: "".join(cell["source"]) for cell in lesson["cells"]}
        self.set_up = cells["setup"]
        kernel = self.kernel = await Kernel().start(self)
        self.seconds["kernel ready"] = kernel.seconds
        self.work["kernel ready"] = self.processor()
        _, _, self.seconds["first cell"] = await kernel.run(cells["setup"])
        self.work["first cell"] = self.processor()
        await kernel.run(cells["parameters"].replace("= 5000;", "= 500;"))
        text, _, self.seconds["data and network"] = await kernel.run(cells["program"])
        assert "60000" in text or "60 000" in text or "60.000" in text, text
        _, html, _ = await kernel.run(cells["live-panel"])
        picture = re.search(r'digitos_live/[^"]+\.svg', html).group()
        training = asyncio.create_task(kernel.run(cells["loop"]))
        while True:
            try:
                answer = await self.ask("GET", f"/files/es/{picture}")
                assert b"<svg" in answer.body and answer.headers.get("X-Consumed-Content-Encoding") == "gzip", "packed"
                break
            except HTTPClientError as error:
                assert error.code == 404, error
                await asyncio.sleep(0.1)
        self.seconds["from log-in to first picture"] = time.time() - began
        self.work["first picture"] = self.processor()
        _, _, self.seconds["training, 500 steps"] = await training
        text, _, _ = await kernel.run(cells["result"])
        self.result = float(re.search(r"0\.\d+", text).group())

    async def start_again(self):
        await self.kernel.end()
        self.kernel = await Kernel().start(self)
        self.seconds["second kernel ready"] = self.kernel.seconds
        _, _, self.seconds["its first cell"] = await self.kernel.run(self.set_up)

    def compiled(self):
        """When the library in the user's cache was compiled."""
        return [file.stat().st_mtime for file in (self.home / ".cache").rglob("libdigitos-*.rlib")]

    def processes(self):
        uid = pwd.getpwnam(self.name).pw_uid
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if process.stat().st_uid == uid:
                    yield process
            except OSError:
                continue

    def processor(self):
        """Seconds of a core that the user has needed so far."""
        ticks = 0
        for process in self.processes():
            try:
                ticks += sum(map(int, (process / "stat").read_text().rsplit(")", 1)[1].split()[11:15]))
            except OSError:
                continue
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory(self):
        """Megabytes of each of the user's programs: what is its own, and its part of what it shares."""
        needs = {}
        for process in self.processes():
            try:
                words = (process / "cmdline").read_text().split("\0")
                rollup = (process / "smaps_rollup").read_text()
            except OSError:
                continue
            line = " ".join(words)
            control = "--control_file" in line
            name = (
                "server" if "singleuser" in line
                else "kernel" if "evcxr_jupyter" in words[0] and control
                else "its child" if "evcxr_jupyter" in words[0]
                else "relay" if "python" in words[0] or "kernel" in words[1:2]
                else Path(words[0]).name
            )
            needs[name] = needs.get(name, 0) + int(re.search(r"^Pss: +(\d+)", rollup, re.M).group(1)) / 1024
        return needs

    def disk(self):
        return int(subprocess.run(["du", "-sm", self.home], capture_output=True, text=True, check=True).stdout.split()[0])


def show(rows):
    for name in {name: None for row in rows for name in row}:
        values = [row.get(name, 0) for row in rows]
        print(f"| {name} | {statistics.median(values):.1f} | {min(values):.1f} to {max(values):.1f} |")


async def main(installation, names):
    pupils = [Pupil(name) for name in names]
    fresh = time.time()
    await asyncio.gather(*(pupil.learn() for pupil in pupils))
    memory = [pupil.memory() for pupil in pupils]
    await asyncio.gather(*(pupil.start_again() for pupil in pupils))

    print(f"\n| {len(pupils)} at once, seconds | median | |\n| :-- | --: | :-- |")
    show([pupil.seconds for pupil in pupils])
    print("\n| seconds of a core a pupil, until | median | |\n| :-- | --: | :-- |")
    show([pupil.work for pupil in pupils])
    print("\n| megabytes a pupil | median | |\n| :-- | --: | :-- |")
    show([needs | {"memory in all": sum(needs.values()), "disk": pupil.disk()} for pupil, needs in zip(pupils, memory)])

    for pupil in pupils:
        assert 0.8 < pupil.result < 1, f"{pupil.name}: {pupil.result}"
        compiled = pupil.compiled()
        assert compiled and max(compiled) < fresh, f"{pupil.name} compiled the library again"
        script = f"find {installation} -path '*/.git' -prune -o ! -type l -writable -print -quit; touch {installation}/mine 2>&1"
        found = subprocess.run(["runuser", "-u", pupil.name, "--", "sh", "-c", script], capture_output=True, text=True).stdout
        assert "denied" in found and len(found.splitlines()) == 1, f"{pupil.name} can write into the installation: {found}"
        copy = pupil.home / "digitos" / LESSON
        assert copy.stat().st_uid == pwd.getpwnam(pupil.name).pw_uid
    print(f"\nEach of {len(pupils)} reads {min(p.result for p in pupils):.2f} of the test digits; nobody compiled the library, or can change it.")


asyncio.run(main(sys.argv[1], sys.argv[2:]))
