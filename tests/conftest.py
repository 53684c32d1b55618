"""A real server on a database of its own, and a real browser to use it.

`odoo_server` serves a copy of the demo office; what a test changes stays there for the tests
after it, so a test makes the records it needs. The data is reached through the browser, through
RPC as any user, or in an Odoo shell.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import xmlrpc.client
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parent.parent
LOG = ROOT / ".pm" / "log"
CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 90


class OdooServer:
    """The office as its people reach it."""

    def __init__(self, database, port):
        self.database = database
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.log = LOG / f"{database.rpartition('-')[0]}.log"
        self._process = None

    def start(self):
        self.log.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [
                *self._command(),
                f"--http-port={self.port}",
                f"--db-filter=^{self.database}$",
                "--max-cron-threads=0",
                f"--logfile={self.log}",
            ],
            stdin=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                tail = "\n".join(self.log.read_text().splitlines()[-20:])
                self.stop()
                pytest.fail(f"The test server did not start; see {self.log}:\n{tail}")
            time.sleep(0.2)

    def stop(self):
        """End the server as an administrator does."""
        if self._process and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self):
        """End the server as a power cut does."""
        self._process.kill()
        self._process.wait()

    def rpc(self, login, password=None):
        """Return `call(model, method, *args, **kwargs)` with that user's rights."""
        password = password or login
        common = xmlrpc.client.ServerProxy(f"{self.url}/xmlrpc/2/common", allow_none=True)
        uid = common.authenticate(self.database, login, password, {})
        assert uid, f"{login} cannot log in"
        objects = xmlrpc.client.ServerProxy(f"{self.url}/xmlrpc/2/object", allow_none=True)

        def call(model, method, *args, **kwargs):
            return objects.execute_kw(self.database, uid, password, model, method, args, kwargs)

        return call

    def shell(self, code):
        """Run code in an Odoo shell (`env` is the superuser's) and commit; return its output."""
        result = subprocess.run(
            [*self._command("shell"), "--no-http", "--log-level=warn"],
            input=f"{code}\nenv.cr.commit()\n",
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout

    def login(self, page, login, password=None):
        """Log a user in through the login page, and wait for the web client."""
        page.goto(f"{self.url}/web/login")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", password or login)
        page.click("form.oe_login_form button[type=submit]")
        page.wait_for_selector(".o_main_navbar")

    def search(self, page, text):
        """Search the list on the screen for a text, as typing it and Enter do."""
        page.get_by_role("searchbox").fill(text)
        # Enter takes the first proposal, which comes a moment after the text.
        page.locator(".o_searchview_autocomplete .o-dropdown-item", has_text=text).first.wait_for()
        page.keyboard.press("Enter")
        page.locator(".o_facet_value", has_text=text).wait_for()

    def _command(self, *subcommand):
        odoo = Path(sys.executable).with_name("odoo")
        return [str(odoo), *subcommand, f"--database={self.database}"]

    def _answers(self):
        try:
            with urllib.request.urlopen(f"{self.url}/web/health", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False


@pytest.fixture(scope="session")
def lasting_processes():
    """Let the processes of this session live: Odoo ends all it finds after each of its classes."""

    class Process(psutil.Process):
        def children(self, recursive=False):
            return []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("odoo.tests.common.psutil.Process", Process)
        yield


@pytest.fixture(scope="session")
def make_odoo_server(lasting_processes):
    """Return a maker of servers, each on a fresh copy of the demo office."""
    template = os.environ.get("PM_TEST_TEMPLATE")
    if not template:
        pytest.fail("There is no database to copy: run the tests with ./pm test")
    servers = []

    def make():
        database = f"{template.rsplit('-', 2)[0]}-server{len(servers)}-{os.getpid()}"
        _database("clone", template, database)
        server = OdooServer(database, port=_free_port())
        servers.append(server)
        server.start()
        return server

    yield make
    for server in servers:
        server.stop()
        _database("drop", server.database)


@pytest.fixture(scope="session")
def odoo_server(make_odoo_server):
    return make_odoo_server()


@pytest.fixture(scope="session")
def browser(lasting_processes):
    from playwright.sync_api import sync_playwright

    if not Path(CHROMIUM).exists():
        pytest.fail(f"{CHROMIUM} is missing: ./pm setup installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=CHROMIUM_ARGUMENTS
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser, odoo_server, request):
    """A new browser window in Chinese. A test that fails leaves a picture in .pm/log/."""
    context = browser.new_context(
        base_url=odoo_server.url,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport={"width": 1440, "height": 900},
        accept_downloads=True,
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: message.type == "error" and errors.append(message.text))
    yield page
    if errors or request.node.stash.get(FAILED, False):
        LOG.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=LOG / f"{request.node.name}.png", full_page=True)
    context.close()
    assert not errors, f"JavaScript errors: {errors}"


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


def _database(*arguments):
    subprocess.run([sys.executable, str(ROOT / "config/database.py"), *arguments], check=True)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
