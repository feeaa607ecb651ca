"""The packaged programs beside each other: time to the first 200, memory, size, and requests a second."""
import json
import os
import re
import socket
import statistics
import subprocess
import time
import urllib.request
from pathlib import Path

from meter import memory_megabytes
from postgres import REPOSITORY, Cluster, Failure, free_port
from program import Program, environment, java, java_options
from seed import Secrets

JAR = REPOSITORY / 'target/quarkus-app/quarkus-run.jar'
IDLE_SECONDS = 10
TRAINING_SECONDS = 5
# Half a millisecond between two tries is below what is shown.
RETRY_SECONDS = 0.0005
READY_WITHIN = 60
MEGABYTE = 1024 * 1024


def starts(args):
    """Start, memory, size and load of each build, on a database of their own with one academy and one member."""
    print(f'{time.strftime("%Y-%m-%d %H:%M")}  {os.cpu_count()} CPUs  load {os.getloadavg()[0]:.2f}  '
          f'heap {" ".join(java_options())}', flush=True)
    host = Host(args)
    try:
        measure(host, args)
    finally:
        host.cluster.stop()


class Host:
    """A PostgreSQL with the product's database, and what starts programs on it."""

    def __init__(self, args, name='starts'):
        self.folder = args.work / name
        self.cluster = Cluster(self.folder / 'pg')
        self.cluster.start()
        self.secrets = Secrets(self.folder / 'secrets')
        self.cluster.sql('drop database if exists spine with (force)')
        self.cluster.roles('spine', self.secrets.passwords)

    def start(self, name, command, **more):
        return Program(None, self.folder, re.sub(r'\W+', '-', name), self.cluster, 'spine', self.secrets.passwords,
                       self.secrets.peppers, command=command, **more)

    def academy(self, command):
        """The key of a new academy and the path of its one member; limits are too high to be met."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith(('SPINE_', 'QUARKUS_'))}
        settings = environment(self.cluster, 'spine', self.secrets.passwords, self.secrets.peppers, free_port())
        with self.start('migrate', command) as program:
            made = subprocess.run([*command, 'create-academy', '--slug', 'bench', '--name', 'Bench', '--zone', 'UTC'],
                                  env={**clean, **settings}, text=True, capture_output=True)
            key = made.stdout.strip().split('\n')[-1]
            self.cluster.sql('update api_consumers set burst_requests = 1000000, burst_seconds = 1, '
                             'sustained_requests = 100000000, sustained_seconds = 60', 'spine')
            request = urllib.request.Request(
                f'http://127.0.0.1:{program.port}/v1/members', data=b'{"legal_name":"One","date_of_birth":"1990-01-01"}',
                headers={'Authorization': f'Bearer {key}', 'Content-Type': 'application/json'})
            with urllib.request.urlopen(request, timeout=10) as answer:
                return key, f"/v1/members/{json.loads(answer.read())['id']}"


def measure(host, args):
    """Each program several times on the same migrated database; then one of each idle and under load."""
    builds = variants(args)
    key, path = host.academy(builds[0][1])
    for name, command, _ in builds:
        cache = next((option.split('=')[1] for option in command if str(option).startswith('-XX:AOTCache=')), None)
        if cache and not Path(cache).exists():
            train(host, [f'-XX:AOTCacheOutput={cache}' if str(o).startswith('-XX:AOTCache=') else o for o in command], key,
                  path)
    print(f"{'':<16}{'first 200 ms':>13}{'(all)':>28}{'size MB':>9}{'idle RSS, PSS MB':>20}{'loaded RSS, PSS MB':>20}"
          f"{'req/s cold':>11}{'warm':>8}", flush=True)
    for name, command, files in builds:
        times = [first_200(host, name, command) for _ in range(args.rounds)]
        with host.start(name, command) as program:
            time.sleep(IDLE_SECONDS)
            idle = rss(program.pid), memory_megabytes(program.pid)
            cold = load(program, key, path, args.seconds)
            if args.warm_seconds:
                load(program, key, path, args.warm_seconds)
            warm = load(program, key, path, args.seconds)
            loaded = rss(program.pid), memory_megabytes(program.pid)
        every = ' '.join(f'{t:.0f}' for t in times)
        print(f"{name:<16}{statistics.median(times):>13.0f}{every:>28}{size(files):>9.0f}"
              f"{f'{idle[0]:.0f}, {idle[1]:.0f}':>20}{f'{loaded[0]:.0f}, {loaded[1]:.0f}':>20}{cold:>11.0f}{warm:>8.0f}",
              flush=True)


def load(program, key, path, seconds, connections=32, refusals=False):
    """Answers a second of one member's read, all of them successes unless refusals are expected."""
    said = subprocess.run(['wrk', '-t1', f'-c{connections}', f'-d{seconds}s', '-H', f'Authorization: Bearer {key}',
                           f'http://127.0.0.1:{program.port}{path}'], text=True, capture_output=True).stdout
    found = re.search(r'^Requests/sec:\s+([\d.]+)$', said, re.M)
    if not found or 'Non-2xx' in said and not refusals or 'Socket errors' in said:
        raise Failure(f'wrk: {said}')
    return float(found.group(1))


def variants(args):
    """Name, command line and files of each program that was built."""
    jvm = [java(), *java_options()]
    found = []
    if JAR.exists():
        found.append(('JVM', [*jvm, '-jar', JAR], [JAR.parent]))
    if args.aot:
        cache = args.aot.resolve() / 'app.aot'
        found.append(('JVM, AOT cache', [*jvm, f'-XX:AOTCache={cache}', '-jar', args.aot.resolve() / 'quarkus-run.jar'],
                      [args.aot]))
    if args.native:
        # As much heap as the JVM.
        heap = [option for option in java_options() if option.startswith('-Xmx')]
        found.append(('native', [args.native.resolve(), *heap], [args.native]))
    if not found:
        raise Failure('nothing is built: ./mvnw package -DskipTests, or --native, or --aot')
    return found


def train(host, command, key, path):
    """Makes the AOT cache from a start and a load; it is written when the program ends."""
    program = host.start('training', command)
    try:
        load(program, key, path, TRAINING_SECONDS)
    finally:
        program.process.terminate()
        program.process.wait(180)


def first_200(host, name, command):
    """Milliseconds from the start of the process to the first 200 of /health/ready, on a database that is migrated."""
    program = host.start(name, command, await_ready=False)
    try:
        while time.monotonic() - program.began < READY_WITHIN:
            if ready(program.port):
                return (time.monotonic() - program.began) * 1_000
            if program.process.poll() is not None:
                raise Failure(f'{name} ended, see {program.log}')
            time.sleep(RETRY_SECONDS)
        raise Failure(f'{name} was not ready, see {program.log}')
    finally:
        program.stop()


def ready(port):
    try:
        with socket.create_connection(('127.0.0.1', port), 5) as connection:
            connection.sendall(b'GET /health/ready HTTP/1.1\r\nHost: spine\r\nConnection: close\r\n\r\n')
            return connection.recv(64).startswith(b'HTTP/1.1 200 ')
    except OSError:
        return False


def rss(pid):
    return int(re.search(r'^VmRSS:\s+(\d+) kB', Path(f'/proc/{pid}/status').read_text(), re.M).group(1)) / 1024


def size(files):
    """What an image would copy."""
    return sum(os.stat(file).st_size for path in files
               for file in ([path] if path.is_file() else (f for f in path.rglob('*') if f.is_file()))) / MEGABYTE
