"""A PostgreSQL with the settings it comes with, in a folder of the benchmark, run by a user who is not root."""
import hashlib
import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
RESOURCES = REPOSITORY / 'src/main/resources/db'
OLDEST = 15


class Failure(Exception):
    """Ends the benchmark with a message for whoever runs it."""


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def find_programs():
    """The folder with PostgreSQL's programs: $PGBIN, those on PATH, or Debian's newest."""
    debian = sorted(Path('/usr/lib/postgresql').glob('*/bin'), key=lambda p: float(p.parent.name), reverse=True)
    on_path = shutil.which('initdb')
    for folder in [os.environ.get('PGBIN'), on_path and os.path.dirname(os.path.realpath(on_path)), *debian]:
        if folder and Path(folder, 'initdb').exists():
            version = subprocess.check_output([Path(folder, 'postgres'), '--version'], text=True)
            if int(re.search(r'(\d+)', version).group(1)) >= OLDEST:
                return Path(folder)
    raise Failure(f'No PostgreSQL {OLDEST} or later was found. Debian: apt-get install postgresql; or set PGBIN to the '
                  'folder of its programs.')


class Server:
    """A server that runs, as its superuser sees it."""

    def __init__(self, programs, port, user, password, host='127.0.0.1'):
        self.programs, self.port, self.user, self.password, self.host = programs, port, user, password, host

    def sql(self, text, database='postgres', **variables):
        """Runs a script of psql and returns what it printed, unaligned."""
        command = [self.programs / 'psql', '-qAtX', '-v', 'ON_ERROR_STOP=1', '-h', self.host, '-p', str(self.port),
                   '-U', self.user, '-d', database, '-f', '-']
        for name, value in variables.items():
            command += ['-v', f'{name}={value}']
        done = subprocess.run(command, input=text, text=True, capture_output=True,
                              env={**os.environ, 'PGPASSWORD': self.password})
        if done.returncode:
            raise Failure(f'psql: {done.stderr.strip()}')
        return done.stdout.strip()

    def roles(self, database, passwords):
        """The product's roles and database, under another name where several are needed at once."""
        script = (RESOURCES / 'roles.sql').read_text()
        script = re.sub(r"(DATABASE |\\connect |datname = ')spine\b", rf'\g<1>{database}', script)
        self.sql(script, **{f'{role}_password': password for role, password in passwords.items()})

    def jdbc_url(self, database):
        return f'jdbc:postgresql://{self.host}:{self.port}/{database}'


class Cluster(Server):
    """A server of the benchmark's own, which it starts and stops."""

    def __init__(self, folder):
        self.folder, self.data = folder, folder / 'data'
        self.owner = self._owner()
        secret = folder / 'password'
        folder.mkdir(parents=True, exist_ok=True)
        if not secret.exists():
            secret.touch(mode=0o600)
            secret.write_text(secrets.token_hex(16))
        super().__init__(find_programs(), None, 'postgres', secret.read_text())

    @staticmethod
    def _owner():
        if os.getuid() != 0:
            return {}
        for name in ('postgres', 'nobody'):
            try:
                user = pwd.getpwnam(name)
                return dict(user=user.pw_uid, group=user.pw_gid, extra_groups=[])
            except KeyError:
                continue
        raise Failure('PostgreSQL does not run as root, and neither the user postgres nor nobody exists.')

    def _run(self, *command):
        try:
            done = subprocess.run([self.programs / command[0], *command[1:]], cwd=self.folder, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **self.owner)
        except PermissionError as e:
            raise Failure(f'{self.folder} must lie where the user of PostgreSQL may enter: {e}. Choose another with '
                          '--work.') from e
        if done.returncode:
            raise Failure(f'{command[0]}: {done.stdout}')

    def start(self):
        self.stop()
        if not (self.data / 'PG_VERSION').exists():
            if self.owner:
                os.chown(self.folder, self.owner['user'], self.owner['group'])
                os.chown(self.folder / 'password', self.owner['user'], self.owner['group'])
            shutil.rmtree(self.data, ignore_errors=True)
            self._run('initdb', '-D', self.data, '-U', self.user, '-E', 'UTF8', '--locale=C', '-A', 'scram-sha-256',
                      f'--pwfile={self.folder}/password')
        self.port = free_port()
        # pg_ctl would hand a pipe on to the server and wait for its end: the output goes into the log.
        self._run('pg_ctl', '-D', self.data, '-w', '-l', self.folder / 'log', '-o',
                  f"-c port={self.port} -c listen_addresses={self.host} -c unix_socket_directories=''", 'start')
        wrong = self.sql("select string_agg(name || '=' || setting, ' ') from pg_settings where setting <> 'on' and "
                         "name in ('fsync', 'synchronous_commit', 'full_page_writes')")
        if wrong:
            raise Failure(f'a benchmark of durable answers does not run with {wrong}')

    def stop(self):
        """Also one that a killed run left behind."""
        if (self.data / 'postmaster.pid').exists():
            try:
                self._run('pg_ctl', '-D', self.data, '-w', '-m', 'fast', 'stop')
            except Failure:
                if self.pid() is not None and Path(f'/proc/{self.pid()}').exists():
                    raise

    def pid(self):
        try:
            return int((self.data / 'postmaster.pid').read_text().split('\n')[0])
        except FileNotFoundError:
            return None

    def describe(self):
        return self.sql("select 'PostgreSQL ' || current_setting('server_version') || ', ' || string_agg(name || ' = ' || "
                        "current_setting(name), ', ') from pg_settings where name in ('fsync', 'synchronous_commit', "
                        "'full_page_writes', 'shared_buffers', 'max_connections')")


def schema_fingerprint():
    """Changes with whatever a seeded database depends on."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for file in sorted([*RESOURCES.rglob('*.sql'), *here.glob('*.sql'), here / 'seed.py']):
        digest.update(file.read_bytes())
    return digest.hexdigest()
