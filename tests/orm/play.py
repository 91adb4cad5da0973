"""The example for psycopg in a process of its own: does what it is told over Node's IPC, each call in a thread."""

import json
import os
import socket
import threading
import traceback

import psycopg
from psycopg.rows import dict_row

# Not for what the example starts: a Node.js takes the channel to be its own.
channel = socket.socket(fileno=int(os.environ.pop("NODE_CHANNEL_FD")))

from examples.psycopg import database


def query(text):
    with database.pool.connection() as connection:
        cursor = connection.cursor(row_factory=dict_row).execute(text)
        return cursor.fetchall()


def connect(conninfo):
    """Who somebody is that connects by this string."""
    with psycopg.connect(conninfo) as connection:
        return connection.execute("SELECT current_user").fetchone()[0]


ACTS = {
    "ready": database.pool.wait,
    "query": query,
    "connect": connect,
    "connectAnew": lambda: connect(database.conninfo()),
    "end": database.pool.close,
}
sending = threading.Lock()


def send(message):
    with sending:
        channel.sendall(json.dumps(message).encode() + b"\n")


def answer(call):
    try:
        send({"id": call["id"], "result": ACTS[call["act"]](*call["args"])})
    except Exception:
        send({"id": call["id"], "error": traceback.format_exc()})


send({"ready": True})
for line in channel.makefile():
    threading.Thread(target=answer, args=[json.loads(line)], daemon=True).start()
