"""The packaged program, built with the profile bench, as a process."""
import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from postgres import REPOSITORY, Failure, free_port

BUILD = REPOSITORY / 'target/bench/build'
JAR = BUILD / 'quarkus-app/quarkus-run.jar'
JAVA_OPTIONS = '-Xms256m -Xmx512m -XX:+UseParallelGC'
READY_WITHIN = 90


def build():
    """Packages the program unless that was done after the last change of a source."""
    sources = [REPOSITORY / 'pom.xml', *(p for d in ('src/main', 'bench/java') for p in (REPOSITORY / d).rglob('*'))]
    if JAR.exists() and JAR.stat().st_mtime > max(p.stat().st_mtime for p in sources if p.is_file()):
        return
    print('building with the profile bench', flush=True)
    done = subprocess.run([REPOSITORY / 'mvnw', '-B', '-q', '-Pbench', '-Dmaven.test.skip=true',
                           '-Dspotless.check.skip=true', 'package'], cwd=REPOSITORY)
    if done.returncode:
        raise Failure('the build failed')
    JAR.touch()


def java():
    """The JDK that the Maven wrapper found."""
    said = subprocess.run([REPOSITORY / 'mvnw', '-v'], cwd=REPOSITORY, text=True, capture_output=True)
    found = re.search(r'^Java version:.*runtime: (.*)$', said.stdout, re.M)
    if not found:
        raise Failure(said.stdout + said.stderr)
    return Path(found.group(1)) / 'bin/java'


def java_options():
    return os.environ.get('BENCH_JAVA_OPTS', JAVA_OPTIONS).split()


def environment(server, database, passwords, peppers, port):
    """A configuration as for production; loopback alone, since the bare endpoint asks for no key."""
    return {
        'SPINE_PROFILE': 'production',
        'SPINE_PEPPERS': peppers,
        'QUARKUS_DATASOURCE_JDBC_URL': server.jdbc_url(database),
        'QUARKUS_DATASOURCE_USERNAME': 'spine_app',
        'QUARKUS_DATASOURCE_PASSWORD': passwords['app'],
        'QUARKUS_FLYWAY_USERNAME': 'spine_owner',
        'QUARKUS_FLYWAY_PASSWORD': passwords['owner'],
        'QUARKUS_HTTP_HOST': '127.0.0.1',
        'QUARKUS_HTTP_PORT': str(port),
        'QUARKUS_MANAGEMENT_PORT': '0',
        # No balancer stands before it.
        'QUARKUS_SHUTDOWN_DELAY': '0s',
    }


class Program:
    """One that runs and is ready; a context that stops it. A command is that of another build than the benchmark's own."""

    def __init__(self, java, folder, name, server, database, passwords, peppers, more=None, command=None,
                 await_ready=True):
        folder.mkdir(parents=True, exist_ok=True)
        self.port, self.database = free_port(), database
        self.log, self.pid_file = folder / f'{name}.log', folder / f'{name}.pid'
        self._stop_left_over()
        clean = {k: v for k, v in os.environ.items() if not k.startswith(('SPINE_', 'QUARKUS_'))}
        settings = environment(server, database, passwords, peppers, self.port)
        with open(self.log, 'w') as log:
            self.began = time.monotonic()
            self.process = subprocess.Popen(command or [java, *java_options(), '-jar', JAR], cwd=folder, stdout=log,
                                            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True,
                                            env={**clean, **settings, **(more or {})})
        self.pid = self.process.pid
        self.pid_file.write_text(str(self.pid))
        try:
            if await_ready:
                self._await_ready()
        except BaseException:
            self.stop()
            raise

    def _stop_left_over(self):
        """One that a killed run left behind, if its number still is the program's."""
        try:
            pid = int(self.pid_file.read_text())
            if re.search(r'operating-spine|quarkus-run', Path(f'/proc/{pid}/cmdline').read_text()):
                os.kill(pid, signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError, ValueError):
            pass

    def _await_ready(self):
        end = time.monotonic() + READY_WITHIN
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise Failure(f'the program ended: {self.log.read_text()[-2000:]}')
            if self.get('/health/ready')[0] == 200:
                return
            time.sleep(0.1)
        raise Failure(f'the program was not ready within {READY_WITHIN} s, see {self.log}')

    def get(self, path, key=None):
        """Status and body; the status is 0 where nothing answers."""
        request = urllib.request.Request(f'http://127.0.0.1:{self.port}{path}')
        if key:
            request.add_header('Authorization', f'Bearer {key}')
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as e:
            return e.code, e.read()
        except OSError:
            return 0, b''

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.pid_file.unlink(missing_ok=True)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.stop()
