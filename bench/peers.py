"""Our program in the table of a folder of peers: servers that do the same job in other ways, each with its scripts."""
import json
import os
import shlex
import shutil
import signal
import stat
import subprocess
from pathlib import Path

from postgres import Failure, Server, find_programs, free_port
from program import JAR, environment, java_options
from seed import TENANTS

DATABASE = 'spine'
NAME = 'operating-spine'


def replace(file, changes):
    """Changes a script of the copied folder; each text must be there, or the peers are others than these patches know."""
    text = file.read_text()
    for old, new in changes.items():
        if text.count(old) != 1:
            raise Failure(f'{file}: expected once: {old}')
        text = text.replace(old, new)
    file.write_text(text)


def copy(source, target):
    """The scripts anew; what the peers have built and stored in the copy stays."""
    shutil.copytree(source, target, dirs_exist_ok=True, copy_function=shutil.copyfile)
    for folder, _, files in os.walk(source):
        inside = target / Path(folder).relative_to(source)
        inside.chmod(0o755)
        for name in files:
            executable = Path(folder, name).stat().st_mode & stat.S_IXUSR
            (inside / name).chmod(0o755 if executable else 0o644)


def patch(folder, port, members):
    """The peers' members are numbers. Ours have ids, found by number in the file named after the keys."""
    replace(folder / 'common/load.lua', {
        'local keys = {}\n': '''local keys = {}
  local ids
  local file = io.open(os.getenv("KEYS") .. ".ids")
  if file then
    ids = {}
    for line in file:lines() do ids[#ids + 1] = line end
  end
''',
        'local id = k[2] + 50 * math.random(0, 1999)\n': '''local id = k[2] + 50 * math.random(0, 1999)
    if ids then id = ids[id] end
'''})
    replace(folder / 'vertx/src/main/java/peer/RateLoad.java', {
        'double rate = ': '''Path named = Path.of(a[1] + ".ids");
        List<String> ids = Files.exists(named) ? Files.readAllLines(named) : null;
        double rate = ''',
        '"/v1/members/" + id)': '"/v1/members/" + (ids == null ? Long.toString(id) : ids.get((int) id - 1)))'})
    # Ours is a database of its own in their cluster. PostgreSQL reports rows up to a second late, so 'rows' of ours is
    # near 1 and not exactly 1.
    replace(folder / 'common/measure.py', {
        'def http(port, path, key=None):\n': f'''def http(port, path, key=None):
    path = {{({port}, '/v1/members/51'): '/v1/members/{members[50]}',
            ({port}, '/v1/members/52'): '/v1/members/{members[51]}'}}.get((port, path), path)
''',
        "(select xact_commit from pg_stat_database where datname='peers')":
            f"(select sum(xact_commit) from pg_stat_database where datname in ('peers', '{DATABASE}'))",
        '(select last_value from audit_id_seq)"': '(select last_value from audit_id_seq) + '
            f"(select tup_inserted from pg_stat_database where datname='{DATABASE}')" '"'})


def server_folder(bench, server, port):
    """start.sh, stop.sh, pid and the keys, as run-all.sh asks of a server that is not one of the peers."""
    folder, seed = bench.args.work / 'server', bench.seed
    folder.mkdir(exist_ok=True)
    settings = environment(server, DATABASE, seed.secrets.passwords, seed.secrets.peppers, port)
    exports = '\n'.join(f'export {name}={shlex.quote(value)}' for name, value in settings.items())
    command = shlex.join(map(str, [bench.java, *java_options(), '-jar', JAR]))
    scripts = {
        'start.sh': f'cd "$(dirname "$0")"\n{exports}\nsetsid {command} >log 2>&1 </dev/null &\necho $! >pid\n',
        'stop.sh': f'exec "$PEERS/common/stop-pid.sh" {shlex.quote(str(folder))}\n'}
    for name, text in scripts.items():
        (folder / name).touch(mode=0o700)
        (folder / name).write_text(f'#!/bin/bash\n{text}')
    tables = {
        'keys.tsv': [f'{key}\t{tenant}' for key, tenant, _ in seed.keys],
        'keys-special.tsv': [f'{kind}\t{key}\t1' for kind, key in seed.special.items()],
        'keys.tsv.ids': seed.members}
    for name, lines in tables.items():
        (folder / name).touch(mode=0o600)
        (folder / name).write_text('\n'.join(lines) + '\n')
    return folder


def run(bench):
    """Beside the servers of the folder $PEERS; further arguments go to its run-all.sh."""
    if 'PEERS' not in os.environ:
        raise Failure('PEERS names a folder of peer servers, see bench/README.md')
    if not bench.seed.members or TENANTS != 50:
        raise Failure('the peers have 50 academies')
    folder = bench.args.work / 'peers'
    copy(Path(os.environ['PEERS']), folder)
    port = free_port()
    patch(folder, port, bench.seed.members)
    env = {**os.environ, 'PEERS': str(folder), 'PGBIN': str(find_programs()), 'JAVA_HOME_PEERS': str(bench.java.parents[1])}
    # One cluster for all, so that CPU, WAL and commits are counted alike.
    bench.cluster.stop()
    started = subprocess.run([folder / 'pg/start.sh'], env=env)
    if started.returncode:
        raise Failure('the PostgreSQL of the peers did not start')
    bench.stack.callback(subprocess.run, [folder / 'pg/stop.sh'], env=env)
    said = subprocess.check_output(['bash', '-c', '. "$PEERS/common/env.sh"; echo "$PGPORT_PEERS"'], env=env, text=True)
    server = Server(find_programs(), int(said), 'peers', 'peers')
    server.sql(f'drop database if exists {DATABASE} with (force)')
    bench.prepare(server, DATABASE)
    ours = server_folder(bench, server, port)
    bench.stack.callback(subprocess.run, [ours / 'stop.sh'], env=env)
    run_all([folder / 'run-all.sh', *bench.args.rest], {**env, 'EXTRA': f'{NAME}|{ours}|{port}|{ours}/keys.tsv'})
    check(folder, logged(server))


def run_all(command, env):
    """In a process group of its own, which gets the time to stop its servers when the benchmark ends early."""
    with subprocess.Popen(command, env=env, start_new_session=True) as process:
        try:
            process.wait()
        except BaseException:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(30)
            raise
    if process.returncode:
        raise Failure('run-all.sh failed')


def logged(server):
    return int(server.sql('select coalesce(sum(count), 0) from api_requests', DATABASE))


def check(folder, rows):
    """Every answer that the load counted is in the log."""
    results = max((folder / 'results').glob('[0-9]*.jsonl'), key=lambda file: file.stat().st_mtime)
    answers = 0
    for line in results.read_text().split('\n'):
        result = json.loads(line) if line else {}
        if result.get('name') == NAME:
            if 'error' in result or result['non2xx'] or result['sock']:
                raise Failure(f'{NAME}: {result}')
            answers += result['warm']['n'] + result['n'] + result.get('fixed', {}).get('n', 0)
    if answers and rows < answers:
        raise Failure(f'{answers} answers of ours and {rows} log rows')
    print(f'{NAME}: {answers} answers counted, {rows} log rows (with those that no figure counts)')
