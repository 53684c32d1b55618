"""The one command: what it says and with what code it ends."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCREEN_LINES = 40


def pm(*arguments, script=None, **environment):
    return subprocess.run(
        [str(ROOT / "pm"), *arguments],
        env={**os.environ, **environment},
        input=script or "",
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_fits_one_screen():
    answer = pm("help")
    assert answer.returncode == 0
    assert len(answer.stdout.splitlines()) <= SCREEN_LINES


def test_unknown_command_is_refused():
    answer = pm("frobnicate")
    assert answer.returncode == 1
    assert "does not know “frobnicate”" in answer.stderr


def test_taken_port_is_named_with_the_remedy():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        answer = pm("run", PM_PORT=port)
    assert answer.returncode == 1
    assert f"Port {port} is taken" in answer.stderr
    assert "PM_PORT=" in answer.stderr


def test_missing_database_is_named_with_the_remedy():
    answer = pm("update", PM_DB="pm-no-such-database")
    assert answer.returncode == 1
    assert "./pm run creates it" in answer.stderr


def test_unreachable_server_is_named():
    answer = pm("setup", PGHOST="127.0.0.1", PGPORT="1")
    assert answer.returncode == 1
    assert "PGHOST=127.0.0.1" in answer.stderr


def test_server_started_by_the_set_up_does_not_keep_its_lock(tmp_path):
    """Else the second ./pm on a new machine would wait for ever."""
    script = """
        STATE=$0; ROOT=$PWD; mkdir -p "$STATE/log"; . config/setup.sh
        exec 9>"$STATE/lock"; flock 9
        logged "Starting" bash -c 'sleep 30 >/dev/null 2>&1 & exit 0'
        exec 9>&-
        flock -n "$STATE/lock" true
    """
    answer = subprocess.run(
        ["bash", "-c", script, tmp_path], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr


def test_shell_returns_the_code_of_the_script(request):
    database = request.config.getoption("--odoo-database")
    answer = pm("shell", script="print(env.user.login)\nraise SystemExit(7)\n", PM_DB=database)
    assert answer.returncode == 7
    assert answer.stdout == "__system__\n"


def test_reset_keeps_the_database_unless_its_name_is_typed(request):
    database = request.config.getoption("--odoo-database")
    answer = pm("reset", script="yes\n", PM_DB=database)
    assert answer.returncode == 1
    assert "Nothing was deleted" in answer.stderr


@pytest.mark.parametrize(
    ("log", "remedy"),
    [
        ("E: Failed to fetch … Temporary failure resolving 'mirror'", "network"),
        ("tar: Cannot write: No space left on device", "disk is full"),
        ("E: Unable to locate package odoo-19", "no longer offered"),
        ("ERROR: No matching distribution found for segno==9", "no longer offered"),
        ("E: … Hash Sum mismatch", "could not be verified"),
        ("could not bind IPv4 address: Address already in use", "has its port"),
    ],
)
def test_failed_step_tells_the_likely_cause(tmp_path, log, remedy):
    logfile = tmp_path / "setup.log"
    logfile.write_text(log)
    answer = subprocess.run(
        ["bash", "-c", f". config/setup.sh; explain_failure Downloading {logfile}"],
        cwd=ROOT,
        env={**os.environ, "STATE": str(ROOT / ".pm")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert "Downloading: failed" in answer.stderr
    assert remedy in answer.stderr
