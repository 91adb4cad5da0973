import subprocess
from pathlib import Path

from psycopg_pool import ConnectionPool

PROGRAM = Path(__file__).with_name("conninfo.mjs")


def conninfo() -> str:
    # A token is looked at once, at login: each new connection takes a new one.
    return subprocess.run(["node", PROGRAM], check=True, stdout=subprocess.PIPE, text=True).stdout


pool = ConnectionPool(conninfo, min_size=1, max_size=10, open=True)
