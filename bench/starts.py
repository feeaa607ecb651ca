"""The packaged programs beside each other: time to the first 200, memory, size, and requests a second."""
import os
import re
import socket
import statistics
import time
from pathlib import Path

from meter import memory_megabytes
from postgres import REPOSITORY, Failure
from program import Program, java_options

JAR = REPOSITORY / 'target/quarkus-app/quarkus-run.jar'
IDLE_SECONDS = 10
# Half a millisecond between two tries is below what is shown.
RETRY_SECONDS = 0.0005
READY_WITHIN = 60
MEGABYTE = 1024 * 1024


def starts(bench):
    """Each program several times on the same migrated database; then one of each idle and under load."""
    args = bench.args
    bench.database('spine')
    requests = bench.seed.reads('governed.txt', bench.seed.keys)
    print(f"{'':<16}{'first 200 ms':>13}{'(all)':>28}{'size MB':>9}{'idle RSS, PSS MB':>20}{'loaded RSS, PSS MB':>20}"
          f"{'req/s':>8}{'p99 ms':>8}", flush=True)
    for name, command, files in variants(bench):
        times = [first_200(bench, name, command) for _ in range(args.rounds)]
        program = start(bench, name, command)
        try:
            time.sleep(IDLE_SECONDS)
            idle = rss(program.pid), memory_megabytes(program.pid)
            bench.introduce(program, requests, len(bench.seed.keys))
            if args.warm:
                bench.warm(program, requests, args.warm)
            loads = [bench.wrk(program, requests, args.seconds, first=number * 37_000) for number in range(args.rounds)]
            for load in loads:
                if load['broken'] or load['refused']:
                    raise Failure(f'not every answer was a success: {load}')
            loaded = rss(program.pid), memory_megabytes(program.pid)
        finally:
            program.stop()
        every = ' '.join(f'{t:.0f}' for t in times)
        print(f"{name:<16}{statistics.median(times):>13.0f}{every:>28}{size(files):>9.0f}"
              f"{f'{idle[0]:.0f}, {idle[1]:.0f}':>20}{f'{loaded[0]:.0f}, {loaded[1]:.0f}':>20}"
              f"{statistics.median(load['n'] / load['secs'] for load in loads):>8.0f}"
              f"{statistics.median(load['p99'] for load in loads):>8.1f}", flush=True)


def variants(bench):
    """Name, command line and files of each program that was built."""
    jvm = [bench.java, *java_options()]
    found = []
    if JAR.exists():
        found.append(('JVM', [*jvm, '-jar', JAR], [JAR.parent]))
    if bench.args.aot:
        jar = bench.args.aot / 'quarkus-run.jar'
        cache = bench.args.aot / 'app.aot'
        if not cache.exists():
            train(bench, [*jvm, f'-XX:AOTCacheOutput={cache}', '-jar', jar])
        found.append(('JVM, AOT cache', [*jvm, f'-XX:AOTCache={cache}', '-jar', jar], [bench.args.aot]))
    if bench.args.native:
        # As much heap as the JVM.
        heap = [option for option in java_options() if option.startswith('-Xmx')]
        found.append(('native', [bench.args.native.resolve(), *heap], [bench.args.native]))
    return found


def train(bench, command):
    """Makes the AOT cache from a start and a few calls; it is written when the program ends."""
    program = start(bench, 'training', command)
    try:
        bench.introduce(program, bench.seed.reads('governed.txt', bench.seed.keys), len(bench.seed.keys))
    finally:
        program.process.terminate()
        program.process.wait(180)


def start(bench, name, command):
    return Program(bench.java, bench.args.work / 'programs', re.sub(r'\W+', '-', name), bench.cluster, 'spine',
                   bench.seed.secrets.passwords, bench.seed.secrets.peppers, command=command)


def first_200(bench, name, command):
    """Milliseconds from the start of the process to the first 200 of /health/ready, on a database that is migrated."""
    program = Program(bench.java, bench.args.work / 'programs', re.sub(r'\W+', '-', name), bench.cluster, 'spine',
                      bench.seed.secrets.passwords, bench.seed.secrets.peppers, command=command, await_ready=False)
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
