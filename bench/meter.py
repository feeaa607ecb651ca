"""What a load took: CPU of the processes, transactions, write-ahead log and log rows of PostgreSQL, noise of others."""
import os
import re
import time
from pathlib import Path

from postgres import Failure

TICKS = os.sysconf('SC_CLK_TCK')
CPUS = os.cpu_count()
# PostgreSQL's processes report their statistics at most once a second.
STATISTICS_LAG = 1.2


def _stat(pid):
    return Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()


def _with_descendants(pid):
    children = {}
    for entry in os.listdir('/proc'):
        if entry.isdigit():
            try:
                children.setdefault(int(_stat(entry)[1]), []).append(int(entry))
            except (FileNotFoundError, ProcessLookupError):
                continue
    found = [pid]
    for parent in found:
        found += children.get(parent, [])
    return found


def cpu_seconds(pid):
    """User and system time of a process and its descendants, of those that have ended as well."""
    total = 0
    for each in _with_descendants(pid):
        try:
            total += sum(map(int, _stat(each)[11:15]))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return total / TICKS


def memory_megabytes(pid):
    """Proportional set size: shared pages counted in parts."""
    pss = re.search(r'^Pss:\s+(\d+) kB', Path(f'/proc/{pid}/smaps_rollup').read_text(), re.M)
    return int(pss.group(1)) / 1024


def _machine():
    user, nice, system, _, _, irq, softirq, steal = map(int, Path('/proc/stat').read_text().split('\n')[0].split()[1:9])
    return (user + nice + system + irq + softirq) / TICKS, steal / TICKS


class Meter:
    """Measures one load on one program."""

    def __init__(self, cluster, program):
        self.cluster, self.program = cluster, program
        self.major = int(cluster.sql('show server_version_num')) // 10_000

    def _counters(self):
        time.sleep(STATISTICS_LAG)
        syncs = 'select wal_sync from pg_stat_wal' if self.major < 18 else \
            "select sum(fsyncs) from pg_stat_io where object = 'wal'"
        commits, syncs, lsn = self.cluster.sql(f"""
            select (select xact_commit from pg_stat_database where datname = '{self.program.database}'), ({syncs}),
                   pg_current_wal_lsn() - '0/0'""").split('|')
        return dict(commits=int(commits), syncs=int(syncs), wal=int(lsn))

    def _cpu(self):
        busy, steal = _machine()
        own = cpu_seconds(os.getpid())
        return dict(at=time.monotonic(), server=cpu_seconds(self.program.pid), pg=cpu_seconds(self.cluster.pid()),
                    own=own, busy=busy, steal=steal)

    def measure(self, load):
        """What the load, a function, returned, with what it took."""
        counters = self._counters()
        since = time.time()
        before = self._cpu()
        result = load()
        after = self._cpu()
        now = self._counters()
        took = {name: after[name] - before[name] for name in after}
        count = result['n']
        if not count:
            raise Failure(f'nothing was answered: {result}')
        for name in ('server', 'pg'):
            result[f'cpu_{name}'] = took[name] / count * 10_000
        for name, value in counters.items():
            result[name] = (now[name] - value) / count
        machine = CPUS * took['at']
        # The program and the load are children of this process; PostgreSQL is not.
        result['others'] = max(0, took['busy'] - took['own'] - took['pg']) / machine * 100
        result['steal'] = took['steal'] / machine * 100
        result['memory'] = memory_megabytes(self.program.pid)
        result['rps'] = count / result['secs']
        result['logged'] = self._logged(since)
        return result

    def _logged(self, since):
        """Requests in the log by operation and status. Their ids hold their time."""
        rows = self.cluster.sql(f'''
            select coalesce(operation, '-'), status, sum(count) from api_requests
            where id >= uuid_v7_floor(to_timestamp({since:.6f})) group by 1, 2''', self.program.database)
        return {tuple(row.split('|')[:2]): int(row.split('|')[2]) for row in rows.split('\n') if row}


def check(result, operation, status, unfinished=0):
    """
    Refuses a measurement of anything but successes, and one whose log does not hold every answer.

    :param operation: its id, or None for what is not logged
    :param unfinished: how many requests the load may have begun without waiting for their answer
    """
    statuses = result.get('statuses')
    if result['broken'] or result.get('refused') or statuses and list(statuses) != [str(status)]:
        raise Failure(f'not every answer was {status}: {result}')
    logged = dict(result['logged'])
    rows = logged.pop((operation, str(status)), 0)
    if logged or not (result['n'] <= rows <= result['n'] + unfinished if operation else rows == 0):
        raise Failure(f"{result['n']} answers of {operation} and these log rows: {result['logged']}")
    result['rows'] = rows / result['n']
