#!/usr/bin/env python3
"""The benchmark of the hot path; README.md beside it says what it measures and how to read it."""
import argparse
import contextlib
import fcntl
import json
import math
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import peers
from meter import Meter, check
from pages import pages
from postgres import REPOSITORY, Cluster, Failure, schema_fingerprint
from program import BUILD, Program, build, java, java_options
from seed import CONSUMERS, MORE_CONSUMERS, Seed
from starts import starts

HERE = Path(__file__).parent
WARM_CHUNK_SECONDS = 5
READ, CHANGE, ADD = 'readMember', 'changeMember', 'addMember'
GUESSES = 16  # below what one address may have looked up at once (spine.access.unknown-keys-per-address)


class Bench:
    """PostgreSQL with a seeded database, and what is needed to start programs on copies of it."""

    def __init__(self, args, stack):
        self.args, self.stack = args, stack
        args.work.mkdir(parents=True, exist_ok=True)
        lock = stack.enter_context(open(args.work / 'lock', 'w'))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failure(f'another benchmark runs in {args.work}') from None
        build()
        self.java = java()
        self.cluster = Cluster(args.work / 'pg')
        self.cluster.start()
        stack.callback(self.cluster.stop)
        self.seed = Seed(args.work / 'seed')
        self._seed()
        self.seed.load_ids(self.cluster, 'spine_seed')

    def _seed(self):
        made = self.args.work / 'seed/made'
        fingerprint = f'{schema_fingerprint()} {self.cluster.sql("show server_version_num")}'
        exists = self.cluster.sql("select 1 from pg_database where datname = 'spine_seed'")
        if exists and made.exists() and made.read_text() == fingerprint:
            return
        print('seeding', flush=True)
        made.unlink(missing_ok=True)
        for name in ('spine_seed', 'spine'):
            self.cluster.sql(f'drop database if exists {name} with (force)')
        self.prepare(self.cluster, 'spine')
        self.cluster.sql('alter database spine rename to spine_seed')
        made.write_text(fingerprint)

    def prepare(self, server, database):
        """Roles, migrations by the program itself, and the data."""
        server.roles(database, self.seed.secrets.passwords)
        Program(self.java, self.args.work / 'programs', 'migrate', server, database, self.seed.secrets.passwords,
                self.seed.secrets.peppers).stop()
        self.seed.people(server, database)

    def database(self, name):
        """A fresh copy of the seed."""
        self.cluster.sql(f'drop database if exists {name} with (force);\n'
                         f'create database {name} template spine_seed owner spine_owner strategy file_copy;')
        self.cluster.roles(name, self.seed.secrets.passwords)
        self.stack.callback(self.cluster.sql, f'drop database if exists {name} with (force)')

    def program(self, database='spine', name=None, **more):
        program = Program(self.java, self.args.work / 'programs', name or database, self.cluster, database,
                          self.seed.secrets.passwords, self.seed.secrets.peppers, more)
        self.stack.callback(program.stop)
        self._check_contract(program)
        return program

    def _check_contract(self, program):
        """A benchmark of a program that does not do its work would say nothing."""
        own, foreign = self.seed.members[0], self.seed.members[1]
        key, special = self.seed.keys[0][0], self.seed.special
        wanted = [(f'/v1/members/{own}', key, 200), (f'/v1/members/{own}', None, 401), (f'/v1/members/{own}', 'x', 401),
                  (f'/v1/members/{foreign}', key, 404), (f'/v1/members/{own}', special['noscope'], 403),
                  (f'/v1/members/{own}', special['disabled'], 401), (f'/v1/members/{own}', special['suspended'], 403),
                  (f'/bench/tenants/{self.seed.tenants[0]}/members/{own}', None, 200),
                  (f'/bench/tenants/{self.seed.tenants[0]}/members/{foreign}', None, 404)]
        for path, key, status in wanted:
            got = program.get(path, key)
            if got[0] != status:
                raise Failure(f'{path} answered {got} and not {status}')
        if program.get(*wanted[0][:2])[1] != program.get(*wanted[-2][:2])[1]:
            raise Failure('the bare endpoint shows something else than the API')
        limited = [program.get(f'/v1/members/{own}', special['limited'])[0] for _ in range(12)]
        if 429 not in limited or 200 not in limited:
            raise Failure(f'the limit of 5 a second answered {limited}')

    def wrk(self, program, requests, seconds, connections=None, first=0):
        """Closed loop: as many requests as the connections can send."""
        said = subprocess.run(
            ['wrk', '-t1', f'-c{connections or self.args.connections}', f'-d{seconds}s', '--timeout', '10s', '-s',
             HERE / 'load.lua', f'http://127.0.0.1:{program.port}'],
            env={**os.environ, 'REQUESTS': str(requests), 'FIRST': str(first)}, text=True, capture_output=True)
        found = re.search(r'^RESULT (.*)$', said.stdout, re.M)
        if not found:
            raise Failure(f'wrk: {said.stdout}{said.stderr}')
        return json.loads(found.group(1))

    def warm(self, program, requests, count, connections=None):
        """Until the just-in-time compiler has seen that many requests, each of the list in its turn."""
        done = 0
        while done < count:
            result = self.wrk(program, requests, WARM_CHUNK_SECONDS, connections, done)
            if not result['n'] or result['broken']:
                raise Failure(f'the warm-up broke: {result}, see {program.log}')
            done += result['n']

    def introduce(self, program, requests, keys):
        """Every key once, slowly enough that its first use is not taken for guessing."""
        self.warm(program, requests, max(2_000, keys), GUESSES)

    def read(self, program, requests, operation=READ, first=0):
        """One closed-loop measurement, all of it successful and in the log."""
        result = Meter(self.cluster, program).measure(
            lambda: self.wrk(program, requests, self.args.seconds, first=first))
        check(result, operation, 200, unfinished=self.args.connections)
        return result

    def write(self, program, kind, requests, operation, status, warm_seconds):
        """One closed-loop measurement of changes or additions."""
        return self._generate(program, [
            self.java, '-Xmx512m', HERE / 'Load.java', kind, program.port, requests, self.args.connections, warm_seconds,
            self.args.seconds], operation, status)

    def read_at(self, rate, program, requests, operation=READ):
        """One measurement of reads at a fixed rate."""
        return self._generate(program, [
            self._open_loop(), program.port, requests, 2 * self.args.connections, rate, self.args.warm_seconds,
            self.args.seconds], operation, 200)

    def _open_loop(self):
        source, made = HERE / 'openloop.c', self.args.work / 'openloop'
        if not made.exists() or made.stat().st_mtime < source.stat().st_mtime:
            subprocess.run(['cc', '-O2', '-o', made, source], check=True)
        return made

    def _generate(self, program, command, operation, status):
        """One measurement by a generator of our own, which warms up first."""
        with subprocess.Popen(list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as load:
            def line(word):
                said = load.stdout.readline()
                if not said.startswith(word):
                    raise Failure(f'the load generator said {said!r} instead of {word}')
                return said[len(word):]

            def run():
                load.stdin.write('\n')
                load.stdin.flush()
                return json.loads(line('RESULT '))

            try:
                line('READY')
                result = Meter(self.cluster, program).measure(run)
            finally:
                load.stdin.close()
        check(result, operation, status)
        return result


# ---- tables ---------------------------------------------------------------------------------------------------------

COLUMNS = [('req/s', 'rps', '8.0f'), ('p50', 'p50', '7.2f'), ('p90', 'p90', '7.2f'), ('p99', 'p99', '7.2f'),
           ('p99.9', 'p999', '7.2f'), ('CPU srv', 'cpu_server', '7.2f'), ('pg', 'cpu_pg', '6.2f'),
           ('commits', 'commits', '7.2f'), ('WAL B', 'wal', '7.0f'), ('syncs', 'syncs', '6.3f'), ('rows', 'rows', '6.3f'),
           ('PSS MB', 'memory', '6.0f'), ('oth%', 'others', '5.1f'), ('steal', 'steal', '5.1f')]


def header():
    print(f"{'':<24}" + ' '.join(f'{title:>{int(form.split(".")[0])}}' for title, _, form in COLUMNS))


def row(name, result):
    print(f'{name:<24}' + ' '.join(format(result[key], form) for _, key, form in COLUMNS), flush=True)


def median(results):
    return {key: statistics.median(r[key] for r in results) for _, key, _ in COLUMNS}


def interleave(rounds, ways):
    """
    Measures each way once a round, in turning order, and prints all of it.

    :param ways: functions that measure, given the number of the round, by name
    :returns: the median of each way, and of the first's ratio to each within one round
    """
    results = {name: [] for name in ways}
    header()
    for number in range(rounds):
        for name in list(ways) if number % 2 == 0 else reversed(ways):
            results[name].append(ways[name](number))
            row(f'{name} {number + 1}', results[name][-1])
    medians = {name: median(found) for name, found in results.items()}
    for name, found in medians.items():
        row(f'{name} median', found)
    first, *others = results.values()
    return medians, [statistics.median(a['rps'] / b['rps'] for a, b in zip(first, other)) for other in others]


# ---- commands -------------------------------------------------------------------------------------------------------

def hot(bench):
    """The governed read beside the bare one."""
    args = bench.args
    bench.database('spine')
    program = bench.program()
    governed, bare = bench.seed.reads('governed.txt', bench.seed.keys), bench.seed.bare_reads('bare.txt')
    bench.introduce(program, governed, CONSUMERS)
    for requests in (governed, bare):
        bench.warm(program, requests, args.warm)
    _, (ratio,) = interleave(args.rounds, {
        'governed': lambda _: bench.read(program, governed),
        'bare': lambda _: bench.read(program, bare, operation=None)})
    print(f'\ngovernance ratio (governed / bare, requests a second, median of {args.rounds}): {ratio:.2f}')


def writes(bench):
    """Changes and additions of members, each with its audit record and log row in one transaction."""
    args = bench.args
    bench.database('spine')
    program = bench.program()
    governed = bench.seed.reads('governed.txt', bench.seed.keys)
    bench.introduce(program, governed, CONSUMERS)
    bench.warm(program, governed, args.warm // 3)
    changes = bench.seed.changes('changes.txt', args.connections)
    additions = bench.seed.additions('additions.txt')

    def write(kind, requests, operation, status, number):
        before = audited()
        # The first round is the first that the compiler sees of this operation.
        warm_seconds = args.warm_writes if number == 0 else args.warm_seconds
        result = bench.write(program, kind, requests, operation, status, warm_seconds)
        # The records of the warm-up are among them, so there are at least as many as answers.
        if audited() - before < result['n']:
            raise Failure(f"{result['n']} answers of {operation} and {audited() - before} audit records")
        return result

    def audited():
        return int(bench.cluster.sql('select count(*) from audit_log', program.database))

    interleave(args.rounds, {
        'PATCH member': lambda number: write('change', changes, CHANGE, 200, number),
        'POST member': lambda number: write('add', additions, ADD, 201, number)})


def rate(bench):
    """Latency at a fixed rate, by default half of what the closed loop reaches, from the moment a request was due."""
    args = bench.args
    bench.database('spine')
    program = bench.program()
    governed = bench.seed.reads('governed.txt', bench.seed.keys)
    bare = bench.seed.bare_reads('bare.txt')
    bench.introduce(program, governed, CONSUMERS)
    bench.warm(program, governed, args.warm)
    bench.warm(program, bare, args.warm // 5)
    at = args.rate
    if at is None:
        header()
        capacity = bench.read(program, governed)
        row('closed loop', capacity)
        at = capacity['rps'] / 2
        print()
    print(f'{at:.0f} requests a second')
    # A database that has just been made has no used segments of its write-ahead log, and whoever fills the last one waits
    # until another 16 MB are written and synced. From the first checkpoint on there are.
    bench.cluster.sql('checkpoint')
    late = []

    def fixed(requests, **more):
        result = bench.read_at(at, program, requests, **more)
        late.append((result['late_p99'], result['late_max']))
        return result

    interleave(args.rounds, {
        'governed': lambda _: fixed(governed),
        'bare': lambda _: fixed(bare, operation=None)})
    print(f'\nthe generator itself was late by {statistics.median(p99 for p99, _ in late):.2f} ms (p99), at most '
          f'{max(most for _, most in late):.2f} ms; that is contained in the figures')


FILL = """
select make_request_partition('{day}');
insert into api_requests_{suffix} (tenant_id, id, occurred_at, consumer_id, key_id, operation, method, path, scopes, status,
    latency_us, bytes_in, bytes_out, limit_left, address, agent)
select keys.tenants[k], (lpad(to_hex(ms), 12, '0') || '7' || left(md5(n::text), 3) || '8' || substr(md5(n::text), 4, 15))::uuid,
       to_timestamp(ms / 1e3), keys.consumers[k], keys.ids[k], 'readMember', 'GET',
       '/v1/members/member_' || left(md5(n::text), 26), 'members:read members:write', 200, 1500 + n % 4000, 0, 420, 999999,
       '127.0.0.1', 'partner/1.0'
from (select array_agg(tenant_id) as tenants, array_agg(consumer_id) as consumers, array_agg(id) as ids from api_keys) keys,
     (select extract(epoch from timestamptz '{day} 00:00Z') as first,
             least(86400, extract(epoch from now() - timestamptz '{day} 00:00Z')) as seconds) day,
     generate_series(1, {rows}::bigint) n,
     lateral (select (1000 * (first + (n - 1) * seconds / {rows}))::bigint as ms,
                     (1 + n * 7919 % cardinality(keys.ids))::integer as k) made;
"""
FILL_DAYS = 10


def fill(cluster, database, rows):
    """Log rows in real partitions, today's and those of the days before."""
    days = cluster.sql(f"select string_agg(((now() at time zone 'UTC')::date - n)::text, ' ') "
                       f'from generate_series(0, {FILL_DAYS - 1}) n').split()

    def one(day):
        cluster.sql(FILL.format(day=day, suffix=day.replace('-', ''), rows=rows // FILL_DAYS), database)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(one, days))
    cluster.sql('vacuum analyze', database)


def growth(bench):
    """The hot path with few and many keys, and with few and many rows in its log: two programs, measured in turn."""
    args, seed = bench.args, bench.seed
    few_keys = seed.reads('governed.txt', seed.keys)
    many_keys = seed.reads('governed-many.txt', seed.keys + seed.more_keys)
    ratios = []
    if args.only != 'rows':
        print(f'\n{CONSUMERS:,} and {MORE_CONSUMERS:,} keys', flush=True)
        for name in ('spine', 'spine_grown'):
            bench.database(name)
        seed.more_consumers(bench.cluster, 'spine_grown')
        ratio = compare(bench, (f'{CONSUMERS:,} keys', few_keys, CONSUMERS),
                        (f'{MORE_CONSUMERS:,} keys', many_keys, MORE_CONSUMERS),
                        # As an operator with so many keys sets it; the default has room for exactly as many.
                        SPINE_ACCESS_CACHED_KEYS=str(2 * MORE_CONSUMERS))
        ratios.append(f'{CONSUMERS:,} to {MORE_CONSUMERS:,} keys: {ratio:.2f}')
    if args.only != 'keys':
        few, many = args.rows
        print(f'\n{few:,} and {many:,} rows in the request log', flush=True)
        for name, rows in (('spine', few), ('spine_grown', many)):
            bench.database(name)
            began = time.monotonic()
            fill(bench.cluster, name, rows)
            print(f'made {rows:,} rows in {time.monotonic() - began:.0f} s', flush=True)
        ratio = compare(bench, (f'{few:,} rows', few_keys, CONSUMERS), (f'{many:,} rows', few_keys, CONSUMERS))
        ratios.append(f'{few:,} to {many:,} log rows: {ratio:.2f}')
    print('\ngrowth (requests a second of the larger / of the smaller, median of '
          f'{args.rounds}): {"; ".join(ratios)}')


def compare(bench, small, large, **more):
    """The larger's requests a second as a part of the smaller's."""
    args, ways, programs = bench.args, {}, []
    for database, (name, requests, keys) in (('spine_grown', large), ('spine', small)):
        program = bench.program(database, **more)
        programs.append(program)
        bench.introduce(program, requests, keys)
        bench.warm(program, requests, args.warm)
        ways[name] = lambda number, program=program, requests=requests: bench.read(
            program, requests, first=number * 37_000)
    bench.cluster.sql('checkpoint')
    _, (ratio,) = interleave(args.rounds, ways)
    for program in programs:
        program.stop()
    return ratio


def keycheck(bench):
    """Key check and limit alone."""
    jars = [BUILD / 'classes', *(BUILD / 'quarkus-app/lib').rglob('*.jar')]
    done = subprocess.run(
        [bench.java, *java_options(), '-Djava.util.logging.manager=org.jboss.logmanager.LogManager', '-cp',
         os.pathsep.join(map(str, jars)), 'app.spine.access.KeyCheck', str(CONSUMERS), str(max(3, bench.args.rounds)),
         str(min(bench.args.seconds, 3))])
    if done.returncode:
        raise Failure('the loop failed')


NODES = 3
FEEDS = "from pg_stat_activity where application_name = 'operating-spine feed'"
HEARS_AGAIN_SECONDS = 0.6  # the node's retry, the first heartbeat, and time to remember a key


def nodes(bench):
    """Programs on one database, warmed up, and what makes their caller an academy's admin."""
    bench.database('spine')
    key, *_ = bench.seed.keys[0]
    bench.cluster.sql(f"""
        update tenants set burst_requests = 1000000, sustained_requests = 100000000;
        update api_consumers set scopes = scopes || '{{consumers:read,consumers:write}}'
        where (tenant_id, id) in (select tenant_id, consumer_id from api_keys
                                  where hash = '\\x{bench.seed.secrets.hash(key)}')""", 'spine')
    programs = [bench.program(name=f'node-{number}') for number in range(1, NODES + 1)]
    governed = bench.seed.reads('governed.txt', bench.seed.keys)
    for program in programs:
        bench.introduce(program, governed, CONSUMERS)
        bench.warm(program, governed, bench.args.warm // NODES)
    return programs, key


@contextlib.contextmanager
def key_life(bench, programs, admin, kind, *more):
    """The callers of several nodes, as a process."""
    command = [bench.java, '-Xmx256m', HERE / 'KeyLife.java', kind, ','.join(str(p.port) for p in programs),
               f'/v1/members/{bench.seed.members[0]}', *map(str, more)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                          env={**os.environ, 'ADMIN_KEY': admin}) as callers:
        try:
            yield callers
        finally:
            callers.kill()


def follow(callers, steps):
    """Does what each line of the callers asks for until their result comes."""
    for line in callers.stdout:
        word, _, rest = line.strip().partition(' ')
        if word == 'RESULT':
            result = json.loads(rest)
            if result['failures']['count']:
                raise Failure(f"calls went wrong: {result['failures']}")
            return result
        steps[word]()
        callers.stdin.write('\n')
        callers.stdin.flush()
    raise Failure('the callers ended without a result')


class Feeds:
    """The feeds of all nodes, to be made deaf in two ways."""

    def __init__(self, cluster):
        self.cluster, self.silenced = cluster, []

    def pids(self):
        return self.cluster.sql(f'select pid {FEEDS}').split()

    @contextlib.contextmanager
    def cut(self):
        """Terminates their connections, again as soon as they are back."""
        command = [self.cluster.programs / 'psql', '-qAtX', '-h', self.cluster.host, '-p', str(self.cluster.port), '-U',
                   self.cluster.user, '-d', 'postgres']
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
                              env={**os.environ, 'PGPASSWORD': self.cluster.password}) as cutting:
            cutting.stdin.write(f'select pg_terminate_backend(pid) {FEEDS} \\watch 0.02\n')
            cutting.stdin.flush()
            try:
                yield
                if cutting.poll() is not None:
                    raise Failure('nothing cut the feeds')
            finally:
                cutting.kill()

    def silence(self):
        """As a network does that drops every packet: the processes at the other end stop."""
        self.silenced = self.pids()
        if len(self.silenced) != NODES:
            raise Failure(f'{len(self.silenced)} feeds of {NODES} nodes')
        for pid in self.silenced:
            os.kill(int(pid), signal.SIGSTOP)

    def restore(self):
        """Waits until every node has given its feed up and has another one that it hears."""
        self._await(lambda pids: len(pids - set(self.silenced)) == NODES)
        for pid in self.silenced:
            os.kill(int(pid), signal.SIGCONT)
        self._await(lambda pids: not pids & set(self.silenced))
        self.silenced = []
        time.sleep(HEARS_AGAIN_SECONDS)

    def _await(self, condition):
        end = time.monotonic() + 10
        while not condition(set(self.pids())):
            if time.monotonic() > end:
                raise Failure('the feeds do not come back')
            time.sleep(0.05)


def revocation(bench):
    """How long a revoked key is still let in on three nodes, with their feeds and without."""
    programs, admin = nodes(bench)
    feeds = Feeds(bench.cluster)
    print(f"{'':<34}{'trials':>7}{'calls':>9}  "
          f"{'ms after DELETE was sent: p50':>30}{'p99':>8}{'max':>8}{'  after its answer: p50':>25}{'p99':>8}{'max':>8}")

    def measure(name, trials, **steps):
        with key_life(bench, programs, admin, 'revocation', trials) as callers:
            result = follow(callers, {'NEXT': lambda: None, 'DONE': lambda: None, **steps})
        figures = [format(quantile(result[kind], part), f'{width}.1f') for kind, widths in
                   (('after_sent', (30, 8, 8)), ('after_answer', (25, 8, 8)))
                   for part, width in zip((0.5, 0.99, 1), widths)]
        print(f"{name:<34}{trials:>7}{result['calls']:>9}  {''.join(figures)}", flush=True)

    measure('feeds are heard', bench.args.trials)
    with feeds.cut():
        measure('feeds are cut again and again', bench.args.trials)
    time.sleep(2)
    # Three seconds each, since every feed has to come back in between.
    measure('feeds fall silent at the DELETE', max(1, bench.args.trials // 8), NEXT=feeds.silence, DONE=feeds.restore)


def quantile(values, part):
    """The smallest value that so large a part of all values does not exceed."""
    return sorted(values)[max(0, math.ceil(part * len(values)) - 1)]


def rotation(bench):
    """One consumer at 500 requests a second on three nodes while its key is rotated: calls that fail."""
    rate, seconds, overlap = 500, 60, 15
    programs, admin = nodes(bench)
    with key_life(bench, programs, admin, 'rotation', rate, seconds, overlap) as callers:
        result = follow(callers, {})
    if result['old_refused_on'] != NODES:
        raise Failure(f'the old key still works: {result}')
    print(f"{result['calls']} calls at {rate} a second: {result['with_old']} with the old key, {result['with_new']} with the "
          f"new one, {result['told_of_end']} answers named the old key's end; failed: {result['failures']['count']}\n"
          f"p50 {result['p50']} ms, p99 {result['p99']} ms, max {result['max']} ms from the moment each call was due; "
          f"after the overlap of {overlap} s all {NODES} nodes refuse the old key")


def serve(bench):
    """Starts the program on a fresh copy of the seed and leaves it running, for a profiler or loads by hand."""
    bench.database('spine')
    program = bench.program()
    bench.seed.reads('governed.txt', bench.seed.keys)
    bench.seed.bare_reads('bare.txt')
    print(f'http://127.0.0.1:{program.port}, process {program.pid}, PostgreSQL {bench.cluster.pid()} on port '
          f'{bench.cluster.port}, requests in {bench.seed.folder}; ends with Ctrl-C', flush=True)
    signal.pause()


COMMANDS = {'hot': hot, 'writes': writes, 'rate': rate, 'growth': growth, 'keycheck': keycheck, 'revocation': revocation,
            'rotation': rotation, 'serve': serve, 'peers': peers.run}
# They measure programs that were packaged before, on databases of their own.
ON_THEIR_OWN = {'starts': starts, 'pages': pages}


def arguments():
    parser = argparse.ArgumentParser(prog='bench/run', description=__doc__)
    parser.add_argument('command', nargs='?', default='hot', choices=['build', *ON_THEIR_OWN, *COMMANDS],
                        help='; '.join(f'{name}: {" ".join((c.__doc__ or "").split())}' for name, c in {**ON_THEIR_OWN, **COMMANDS}.items()))
    parser.add_argument('--work', type=Path, default=REPOSITORY / 'target/bench', help='folder of database and files')
    parser.add_argument('--rounds', type=int, default=3, help='measurements of each way, in turn (3)')
    parser.add_argument('--seconds', type=int, default=10, help='of each measurement (10)')
    parser.add_argument('--warm', type=int, default=300_000, help='requests before the first measurement (300000)')
    parser.add_argument('--warm-seconds', type=int, default=5,
                        help='seconds before each measurement of writes and rate (5)')
    parser.add_argument('--warm-writes', type=int, default=40, help='seconds of each write before the first round (40)')
    parser.add_argument('--connections', type=int, default=32, help='of the closed loop (32)')
    parser.add_argument('--rate', type=float, help='requests a second of the command rate (half of capacity)')
    parser.add_argument('--rows', type=int, nargs=2, default=[1_000_000, 10_000_000], metavar=('FEW', 'MANY'),
                        help='log rows of the command growth (1000000 10000000)')
    parser.add_argument('--trials', type=int, default=200, help='keys that the command revocation revokes (200)')
    parser.add_argument('--native', type=Path, help='the native program for the command starts')
    parser.add_argument('--aot', type=Path, help='folder of a build with an AOT cache for the command starts')
    parser.add_argument('--samples', type=int, default=200, help='of each page of the command pages (200)')
    parser.add_argument('--warm-pages', type=int, default=200, help='of each page before them (200)')
    parser.add_argument('--only', choices=['keys', 'rows'], help='one half of the command growth')
    own = sys.argv[1:]
    # What follows the command peers is for the peers' own script.
    rest = own[own.index('peers') + 1:] if 'peers' in own else []
    args = parser.parse_args(own[:len(own) - len(rest)])
    args.rest, args.work = rest, args.work.resolve()
    return args


def main():
    args = arguments()
    # Both end the with-statements, which stop what was started.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda n, _: sys.exit(128 + n))
    if args.command == 'build':
        build()
        return
    if not shutil.which('wrk'):
        raise Failure('wrk was not found. Debian: apt-get install wrk')
    if args.command in ON_THEIR_OWN:
        ON_THEIR_OWN[args.command](args)
        return
    with contextlib.ExitStack() as stack:
        bench = Bench(args, stack)
        print(f'{time.strftime("%Y-%m-%d %H:%M")}  {os.cpu_count()} CPUs  load {os.getloadavg()[0]:.2f}  '
              f'Java {" ".join(java_options())}\n{bench.cluster.describe()}', flush=True)
        COMMANDS[args.command](bench)


if __name__ == '__main__':
    try:
        main()
    except Failure as e:
        sys.exit(f'bench/run: {e}')
    except KeyboardInterrupt:
        sys.exit(130)
