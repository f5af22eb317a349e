# SPDX-License-Identifier: Apache-2.0
# Copyright the Hanse authors
"""switch.py SEED NAMESPACE...: a network between network namespaces, in user space, so that it works on every kernel that
has TUN devices and its faults are the same everywhere. Namespace i gets the device `hanse` with the address 10.77.0.(i+1).
A line of JSON on standard input sets every direction: links[from][to] = [loss 0..1, delay ms, jitter ms]. A direction with
jitter reorders. Ends when standard input closes."""
import ctypes
import fcntl
import heapq
import json
import os
import random
import select
import struct
import subprocess
import sys
import time

TUNSETIFF, IFF_TUN, IFF_NO_PI, CLONE_NEWNET = 0x400454CA, 0x1, 0x1000, 0x40000000
MTU = 9000
HELD_MAX = 20_000                    # packets under way; a switch that is full drops, as any does


def enter(path):
    with open(path, "rb") as namespace:
        if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), CLONE_NEWNET) != 0:
            sys.exit(f"{path}: {os.strerror(ctypes.get_errno())}")


def open_device(namespace, index):
    enter(f"/run/netns/{namespace}")
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", b"hanse", IFF_TUN | IFF_NO_PI))
    for command in ("link set lo up", f"addr add 10.77.0.{index + 1}/24 dev hanse", f"link set hanse up mtu {MTU}"):
        subprocess.run(["ip", *command.split()], check=True)
    return device


class Switch:
    def __init__(self, seed, devices):
        self.random = random.Random(seed)
        self.devices = devices
        self.links = [[(0, 0, 0)] * len(devices) for _ in devices]
        self.held = []               # (when, order, device, packet)
        self.order = 0

    def receive(self, source):
        for _ in range(64):          # then the others have their turn
            try:
                packet = os.read(self.devices[source], MTU + 100)
            except BlockingIOError:
                return
            if len(packet) < 20 or packet[0] >> 4 != 4 or not 1 <= packet[19] <= len(self.devices):
                continue             # IPv6 router discovery and the like
            self.forward(source, packet[19] - 1, packet)

    def forward(self, source, target, packet):
        loss, delay, jitter = self.links[source][target]
        if loss and self.random.random() < loss:
            return
        if not delay and not jitter:
            return self.deliver(self.devices[target], packet)
        if len(self.held) < HELD_MAX:
            self.order += 1
            when = time.monotonic() + (delay + jitter * self.random.random()) / 1000
            heapq.heappush(self.held, (when, self.order, self.devices[target], packet))

    def deliver(self, device, packet):
        try:
            os.write(device, packet)
        except OSError:
            pass                     # its queue is full: lost, as on any network

    def deliver_due(self):
        while self.held and self.held[0][0] <= time.monotonic():
            _, _, device, packet = heapq.heappop(self.held)
            self.deliver(device, packet)
        return max(0.0, self.held[0][0] - time.monotonic()) if self.held else None

    def run(self):
        index = {device: number for number, device in enumerate(self.devices)}
        commands = sys.stdin.fileno()
        text = b""
        while True:
            for ready in select.select([commands, *self.devices], [], [], self.deliver_due())[0]:
                if ready != commands:
                    self.receive(index[ready])
                    continue
                more = os.read(commands, 65536)
                if not more:
                    return
                *lines, text = (text + more).split(b"\n")
                if lines:
                    self.links = json.loads(lines[-1])


switch = Switch(int(sys.argv[1]), [open_device(name, i) for i, name in enumerate(sys.argv[2:])])
print("ready", flush=True)
switch.run()
