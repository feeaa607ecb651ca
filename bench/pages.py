"""Pages of the portal: what each takes the server, and how many bytes a browser loads for it."""
import http.client
import json
import os
import re
import statistics
import time
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from oidc import Provider
from postgres import Failure
from program import java, java_options
from starts import JAR, Host, load

OWNER = {'sub': 'bench-owner', 'name': 'Olga Owner', 'email': 'olga@example.com', 'academy': 'harbour', 'roles': ['owner']}
MOST_MS, MOST_BYTES = 50, 150_000
ROUNDS_OF_FIRST_VISITS = 20
# What browsers open to one server at once.
CONNECTIONS = 6
COUNTED_WITHIN_SECONDS = 30
LOADED = re.compile(r'(?:href|src)="(/assets/[^"#]+)')
IN_STYLE = re.compile(rb'url\("?([^")]+)"?\)')


def pages(args):
    """Server time and bytes of each page of the portal, of the demo academy with a request log, signed in as owner."""
    if not JAR.exists():
        raise Failure('nothing is built: ./mvnw package -DskipTests')
    print(f'{time.strftime("%Y-%m-%d %H:%M")}  {os.cpu_count()} CPUs  load {os.getloadavg()[0]:.2f}  '
          f'heap {" ".join(java_options())}', flush=True)
    host = Host(args, 'pages')
    keys = host.folder / 'demo-keys.env'
    keys.unlink(missing_ok=True)
    try:
        with Provider(OWNER) as provider:
            settings = {**provider.settings(), 'SPINE_PROFILE': 'benchmark', 'SPINE_DEMO': 'true',
                        'SPINE_DEMO_KEYS_FILE': str(keys)}
            with host.start('program', [java(), *java_options(), '-jar', JAR], more=settings) as program:
                use = Use(program, dict(re.findall(r'^(?:export )?(\w+)=["\']?([^"\'\n]+)', keys.read_text(), re.M)))
                use.make()
                visitor = Visitor(program.port)
                visitor.sign_in()
                measure(visitor, use.pages(visitor), args)
    finally:
        host.cluster.stop()


class Use:
    """Calls of the demo's consumers, so that the pages have something to show."""

    def __init__(self, program, keys):
        self.program, self.keys = program, keys

    def make(self):
        admin = self.keys['SPINE_ADMIN_KEY']
        consumers = {c['name']: c['id'] for c in self.call('GET', '/v1/consumers', admin)['data']}
        members = [m['id'] for m in self.call('GET', '/v1/members?limit=100', admin)['data']]
        self.member, self.app, self.widgets = members[0], consumers['Member app'], consumers['Partner widgets']
        for name in ('SPINE_ADMIN_KEY', 'SPINE_MEMBER_APP_KEY', 'SPINE_PARTNER_KEY', 'SPINE_OPERATIONS_KEY'):
            for i in range(150):
                self.call('GET', f'/v1/members/{members[i % len(members)]}', self.keys[name], any_answer=True)
                if i % 10 == 0:
                    self.call('GET', '/v1/consumers', self.keys[name], any_answer=True)
                    self.call('GET', '/v1/members?limit=5', self.keys[name], any_answer=True)
        load(self.program, admin, f'/v1/members/{self.member}', 3, connections=2, refusals=True)
        self.change(admin)
        self.key = self.call('GET', f'/v1/consumers/{self.app}/keys', admin)['data'][0]['id']
        rotating = self.call('GET', f'/v1/consumers/{self.widgets}/keys', admin)['data'][0]['id']
        self.call('POST', f'/v1/consumers/{self.widgets}/keys/{rotating}/rotation', admin, {})
        self.call('POST', '/v1/consumers', admin, {
            'name': 'Migration and integrations', 'owner_name': 'Platform', 'owner_email': 'platform@example.com',
            'environment': 'live', 'scopes': ['members:read', 'members.minor:read', 'refunds:write']})
        end = time.monotonic() + COUNTED_WITHIN_SECONDS
        while not self.call('GET', f'/v1/consumers/{self.app}/usage', admin)['data']:
            if time.monotonic() > end:
                raise Failure('use was not counted')
            time.sleep(0.5)

    def change(self, key):
        """Two records of the audit trail with a before and an after."""
        for name in ('Sam', 'Samuel'):
            path = f'/v1/members/{self.member}'
            etag = self.answer('GET', path, key)[1]['ETag']
            self.call('PATCH', path, key, {'preferred_name': name}, **{
                'If-Match': etag, 'Content-Type': 'application/merge-patch+json'})

    def call(self, method, path, key, body=None, any_answer=False, **headers):
        status, _, said = self.answer(method, path, key, body, **headers)
        if status >= 300 and not any_answer:
            raise Failure(f'{method} {path} answered {status}: {said[:300]}')
        return json.loads(said)

    def answer(self, method, path, key, body=None, **headers):
        request = urllib.request.Request(
            f'http://127.0.0.1:{self.program.port}{path}', method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={'Authorization': f'Bearer {key}', 'Content-Type': 'application/json', **headers})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as e:
            return e.code, e.headers, e.read()

    def pages(self, visitor):
        """Name, path and beginning of the title of each page; one that is searched for has a form too."""
        app, widgets = f'/portal/consumers/{self.app}', f'/portal/consumers/{self.widgets}'
        request = self.call('GET', '/v1/requests?limit=1&status=403', self.keys['SPINE_ADMIN_KEY'])['data'][0]['id']
        trail = visitor.get(f'/portal/audit?event=member.updated&entity={self.member}')[2].decode()
        record = re.search(r'/portal/audit/audit_\w+', trail).group()
        return [
            Page('first page', '/portal', 'What waits'),
            Page('consumers', '/portal/consumers', 'Consumers'),
            Page('consumers, filtered and sorted', '/portal/consumers?environment=live&status=active&sort=errors',
                 'Consumers'),
            Page('new consumer', '/portal/consumers/new', 'Create a consumer'),
            Page('consumer', app, 'Member app'),
            Page('consumer that rotates', widgets, 'Partner widgets'),
            Page('rotation, asked every 5 s', f'{widgets}/rotations', None),
            Page('examples', f'{app}/examples', 'Examples'),
            Page('edit consumer', f'{app}/edit', 'Edit Member app'),
            Page('unused scopes', f'{app}/unused-scopes', 'Drop unused scopes'),
            Page('suspend', f'{app}/suspension', 'Suspend'),
            Page('issue key', f'{app}/keys/new', 'Issue a key'),
            Page('rotate key', f'{app}/keys/{self.key}/rotation', 'Rotate a key'),
            Page('revoke key', f'{app}/keys/{self.key}/revocation', 'Revoke a key'),
            Page('invite a developer', f'{app}/invitations/new', 'Invite a developer'),
            Page('approvals', '/portal/approvals', 'Approvals'),
            Page('leaks and ends', '/portal/leaks', 'Leaks and ends'),
            Page('requests', '/portal/requests', 'Requests'),
            Page('requests of one, refused', f'/portal/requests?consumer_id={self.widgets}&status=4xx', 'Requests'),
            Page('request', f'/portal/requests/{request}', 'Request 403'),
            Page('members', '/portal/members', 'Members'),
            Page('members, searched', '/portal/members', 'Members', {'q': 's'}),
            Page('member', f'/portal/members/{self.member}', 'Member'),
            Page('audit', '/portal/audit', 'Audit records'),
            Page('audit of one record', f'/portal/audit?entity={self.member}', 'Audit records'),
            Page('audit record', record, 'Audit record'),
            Page('settings', '/portal/settings', 'Academy settings'),
            Page('you', '/portal/you', 'You'),
        ]


class Page:
    """One page, how it is recognised, and what was measured of it."""

    def __init__(self, name, path, title, form=None):
        self.name, self.path, self.title, self.form = name, path, title, form
        self.times, self.first_visits, self.bytes, self.own_bytes = [], [], 0, 0

    def check(self, status, body):
        found = re.search(r'<title>(.*?) · ', body) if self.title else re.search(r'<h2 id="rot-', body)
        if status != 200 or not found or self.title and not found.group(1).startswith(self.title):
            raise Failure(f'{self.path} answered {status} and is not {self.title!r}: {body[:500]}')


class Visitor:
    """A browser of somebody who is signed in, over one connection that is kept."""

    def __init__(self, port):
        self.port, self.cookies, self.token = port, {}, None
        self.connection = self.connect()

    def connect(self):
        return http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)

    def sign_in(self):
        """The code flow: to the provider, which asks nothing, and back."""
        address = self.get('/portal')[1]['Location']
        for _ in range(6):
            target = urllib.parse.urlsplit(address)
            path = f'{target.path}?{target.query}' if target.query else target.path
            if target.port in (None, self.port):
                status, headers, body = self.get(path)
                if status == 200:
                    self.token = re.search(r'name="csrf-token" value="([^"]+)"', body.decode()).group(1)
                    return
            else:
                provider = http.client.HTTPConnection(target.hostname, target.port, timeout=30)
                provider.request('GET', path)
                answer = provider.getresponse()
                answer.read()
                headers = answer.headers
                provider.close()
            address = headers['Location']
        raise Failure(f'nobody was signed in, the last address was {address}')

    def get(self, path, connection=None, form=None):
        connection = connection or self.connection
        headers = {'Accept-Encoding': 'gzip, deflate, br', 'Cookie': '; '.join(f'{k}={v}' for k, v in self.cookies.items())}
        data = None
        if form is not None:
            data = urllib.parse.urlencode({**form, 'csrf-token': self.token})
            headers['Content-Type'] = 'application/x-www-form-urlencoded'
        connection.request('GET' if data is None else 'POST', path, data, headers)
        answer = connection.getresponse()
        body = answer.read()
        for cookie in answer.headers.get_all('Set-Cookie', []):
            name, _, rest = cookie.partition('=')
            value, _, attributes = rest.partition(';')
            if 'max-age=0' in attributes.lower():
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return answer.status, answer.headers, body

    def take(self, page):
        """Milliseconds from sending the request to the last byte of its answer."""
        began = time.perf_counter()
        status, headers, body = self.get(page.path, form=page.form)
        took = (time.perf_counter() - began) * 1_000
        page.check(status, body.decode() if headers.get('Content-Encoding') is None else unzip(body))
        return took

    def first_visit(self, page):
        """Milliseconds and bytes of the page with all that it loads, with nothing in the browser's cache."""
        free = [self.connect() for _ in range(CONNECTIONS)]
        began = time.perf_counter()
        status, headers, body = self.get(page.path, free[0], page.form)
        page.own_bytes = total = len(body) + len(str(headers))

        def fetch(path):
            connection = free.pop()
            status, headers, data = self.get(path, connection)
            if status != 200:
                raise Failure(f'{path} answered {status}')
            free.append(connection)
            plain = unzip(data, text=False) if headers.get('Content-Encoding') else data
            style = headers['Content-Type'].startswith('text/css')
            return len(data) + len(str(headers)), [
                urllib.parse.urljoin(path, found.decode()) for found in IN_STYLE.findall(plain)] if style else []

        with ThreadPoolExecutor(CONNECTIONS) as pool:
            seen = wanted = set(LOADED.findall(body.decode() if headers.get('Content-Encoding') is None else unzip(body)))
            while wanted:
                found = list(pool.map(fetch, wanted))
                total += sum(size for size, _ in found)
                wanted = {path for _, more in found for path in more} - seen
                seen = seen | wanted
        took = (time.perf_counter() - began) * 1_000
        for connection in free:
            connection.close()
        return took, total


def unzip(data, text=True):
    import gzip
    plain = gzip.decompress(data)
    return plain.decode() if text else plain


def measure(visitor, every, args):
    """Each page in its turn, so that none of them finds all that it needs at hand from the time before."""
    for _ in range(args.warm_pages):
        for page in every:
            visitor.take(page)
    for _ in range(args.samples):
        for page in every:
            page.times.append(visitor.take(page))
    for _ in range(ROUNDS_OF_FIRST_VISITS):
        for page in every:
            took, page.bytes = visitor.first_visit(page)
            page.first_visits.append(took)
    print(f'{args.warm_pages} of each to warm up, {args.samples} of each over one connection, {ROUNDS_OF_FIRST_VISITS} first '
          f'visits of each over {CONNECTIONS}\n\n'
          f"{'page':<32}{'p50 ms':>8}{'p95':>8}{'max':>8}{'first visit p50 ms':>20}{'page kB':>9}{'with all kB':>13}")
    for page in every:
        print(f'{page.name:<32}{percentile(page.times, 50):>8.1f}{percentile(page.times, 95):>8.1f}{max(page.times):>8.1f}'
              f'{statistics.median(page.first_visits):>20.1f}{page.own_bytes / 1_000:>9.1f}{page.bytes / 1_000:>13.1f}')
    over = [page.name for page in every if percentile(page.times, 95) > MOST_MS or page.bytes > MOST_BYTES]
    print(f'\nover {MOST_MS} ms (p95) or {MOST_BYTES / 1_000:.0f} kB: {", ".join(over) or "none"}')


def percentile(values, percent):
    """The nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
