"""One round of bench/kill: sessions, the lock, and what the kernel saw of it.

Each ssh takes its socket from this program (ProxyUseFdpass), which keeps a copy. So the kernel's
own counters (TCP_INFO) tell what a client was sent and when, however late the client itself runs.
"""

import array
import http.client
import json
import os
import select
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time

AT_ONCE = 8  # sessions that may be in their handshake at the same time
PATIENCE = 240.0
SETTLE = 1.0  # how long late bytes are waited for
KINDS = ("idle", "stream", "held", "flood")
LAST_DATA_RECV = struct.Struct("=I")
BYTES_RECEIVED = struct.Struct("=Q")


def pass_socket(path, number, port, small):
    """What runs as ProxyCommand: connects and gives the socket to ssh and to the bench."""
    tcp = socket.socket()
    if small:
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    tcp.connect(("127.0.0.1", port))
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [tcp.fileno()]))]
    bench = socket.socket(socket.AF_UNIX)
    bench.connect(path)
    bench.sendmsg([number.encode()], rights)
    socket.socket(fileno=os.dup(1)).sendmsg([b"\0"], rights)


class Session:
    def __init__(self, number, work, port):
        self.number = number
        self.kind = KINDS[number % len(KINDS)]
        self.tcp = None
        self.reset = None
        small = "small" if self.kind == "flood" else "usual"
        proxy = f"{sys.executable} -S -E {__file__} --pass {work}/fds {number} {port} {small}"
        self.client = subprocess.Popen(
            ["ssh", "-F", f"{work}/home/grants/latest/ssh_config", "-o", "LogLevel=ERROR",
             "-o", f"ProxyCommand={proxy}", "-o", "ProxyUseFdpass=yes",
             "target", f"{work}/bin/{self.kind}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def is_ready(self, held):
        if self.kind == "held":
            return held > self.number // len(KINDS)
        return select.select([self.client.stdout], [], [], 0)[0] != []

    def tcp_info(self):
        return self.tcp.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)

    def received(self):
        return BYTES_RECEIVED.unpack_from(self.tcp_info(), 128)[0]

    def last_byte(self):
        """When the kernel received the last byte; its clock here ticks in milliseconds."""
        return time.monotonic() - LAST_DATA_RECV.unpack_from(self.tcp_info(), 52)[0] / 1000


class Broker:
    def __init__(self, work, port):
        self.connection = http.client.HTTPSConnection(
            "127.0.0.1", port, context=ssl.create_default_context(cafile=f"{work}/data/broker-ca.pem"))
        with open(f"{work}/data/operator.credential", encoding="ascii") as file:
            self.headers = {"Authorization": "Bearer " + file.read().strip()}

    def call(self, method, path, body=None):
        self.connection.request(
            method, path, body=None if body is None else json.dumps(body),
            headers={**self.headers, "Content-Type": "application/json"})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            sys.exit(f"bench: {method} {path} answered {answer.status}: {text.decode()}")
        return json.loads(text) if text else {}

    def held(self):
        return len(self.call("GET", "/v1/approvals")["approvals"])


def take_sockets(listener, sessions):
    while True:
        try:
            peer = listener.accept()[0]
        except OSError:
            return
        with peer:
            number, rights, _, _ = peer.recvmsg(16, socket.CMSG_SPACE(4))
            fd = array.array("i", rights[0][2])[0]
            sessions[int(number)].tcp = socket.socket(fileno=fd)


def start(work, port, count, broker):
    sessions = []
    path = f"{work}/fds"
    if os.path.exists(path):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    taker = threading.Thread(target=take_sockets, args=(listener, sessions), daemon=True)
    deadline = time.monotonic() + PATIENCE
    starting = []
    while len(sessions) < count or starting:
        while len(sessions) < count and len(starting) < AT_ONCE:
            sessions.append(Session(len(sessions), work, port))
            starting.append(sessions[-1])
        if not taker.is_alive():
            taker.start()
        held = broker.held() if any(each.kind == "held" for each in starting) else 0
        starting = [each for each in starting if each.tcp is None or not each.is_ready(held)]
        if time.monotonic() > deadline:
            sys.exit(f"bench: {len(sessions)} started, not ready: {[each.kind for each in starting]}")
        for each in starting:
            if each.client.poll() is not None:
                sys.exit(f"bench: {each.kind} ended with {each.client.returncode}")
        time.sleep(0.02)
    listener.close()
    return sessions


def block(sessions):
    """Clients that read no more, until the kernel has no room for them."""
    flooded = [each for each in sessions if each.kind == "flood"]
    for each in flooded:
        each.client.send_signal(signal.SIGSTOP)
    deadline = time.monotonic() + PATIENCE
    before = None
    while time.monotonic() < deadline:
        now = [each.received() for each in flooded]
        if now == before:
            return
        before = now
        time.sleep(0.5)
    sys.exit("bench: the flood does not stop")


def drain(sessions, stop):
    poll = select.poll()
    for each in sessions:
        if each.kind == "stream":
            poll.register(each.client.stdout, select.POLLIN)
    while not stop.is_set():
        for fd, events in poll.poll(100):
            if not events & select.POLLIN or not os.read(fd, 65536):
                poll.unregister(fd)


def watch(sessions, done):
    """Notes when the kernel learns that each connection is gone."""
    left = {each.tcp.fileno(): each for each in sessions}
    poll = select.epoll()
    for fd in left:
        poll.register(fd, 0)
    while left and not done.is_set():
        for fd, _ in poll.poll(0.1):
            poll.unregister(fd)
            left.pop(fd).reset = time.monotonic()


def quantiles(name, values):
    values = sorted(max(0.0, each) * 1000 for each in values)
    at = lambda part: values[min(len(values) - 1, int(len(values) * part))]
    print(f"  {name:<44} p50 {at(.5):6.1f}   p99 {at(.99):6.1f}   max {values[-1]:6.1f} ms")


def main(work, broker_port, ssh_port, count):
    broker = Broker(work, broker_port)
    sessions = start(work, ssh_port, count, broker)
    done = threading.Event()
    threading.Thread(target=drain, args=(sessions, done), daemon=True).start()
    block(sessions)
    watcher = threading.Thread(target=watch, args=(sessions, done))
    watcher.start()

    began = time.monotonic()
    lock = broker.call("POST", "/v1/locks", {"subject": "all", "value": "", "reason": "bench"})
    returned = time.monotonic()
    at_return = [each.received() for each in sessions]
    watcher.join(10)
    time.sleep(SETTLE)
    late = sum(each.received() for each in sessions) - sum(at_return)
    last = [each.last_byte() - began for each in sessions]
    open_still = sum(each.reset is None for each in sessions)
    states = [f"{each.kind}:{each.tcp_info()[0]}" for each in sessions if each.reset is None]
    done.set()
    for each in sessions:
        each.client.kill()
        each.client.wait()
    broker.call("DELETE", f"/v1/locks/{lock['lock']['id']}?reason=bench")

    print(f"kill of {count} sessions, load {os.getloadavg()[0]:.1f}")
    print(f"  {'the call returned after':<44} {1000 * (returned - began):10.1f} ms")
    quantiles("command to last byte that a client was sent", last)
    for kind in KINDS:
        of = [at for each, at in zip(sessions, last) if each.kind == kind]
        print(f"    {kind:<10} max {1000 * max(0.0, max(of)):6.1f} ms")
    quantiles("command to reset seen", [(each.reset or began + 99) - began for each in sessions])
    print(f"  bytes received after the call returned       {late:10d}")
    print(f"  connections still open                       {open_still:10d}")
    if states:
        print("  open: kind and the kernel's state            " + " ".join(states))
    if late or open_still:
        sys.exit("bench: something passed after the kill")


if __name__ == "__main__":
    if sys.argv[1] == "--pass":
        pass_socket(sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5] == "small")
    else:
        main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
