"""Academies, members, consumers and keys, alike in every seed but for the keys."""
import base64
import binascii
import hashlib
import hmac
import random
import secrets
import uuid
from pathlib import Path

HERE = Path(__file__).parent
TENANTS, MEMBERS = 50, 100_000
CONSUMERS, MORE_CONSUMERS = 500, 100_000
SPECIAL = ('noscope', 'limited', 'disabled', 'suspended')
BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
BASE32 = '0123456789abcdefghjkmnpqrstvwxyz'


def type_id(prefix, value):
    number = uuid.UUID(value).int
    return prefix + '_' + ''.join(BASE32[number >> 5 * place & 31] for place in range(25, -1, -1))


def key_text(chance):
    text = 'spine_live_' + ''.join(chance.choice(BASE62) for _ in range(30))
    checksum = binascii.crc32(text.encode())
    return text + ''.join(BASE62[checksum // 62 ** place % 62] for place in range(5, -1, -1))


class Secrets:
    """Pepper and passwords of one seed, kept in a file for this user's eyes."""

    def __init__(self, file):
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text('\n'.join(secrets.token_urlsafe(32) for _ in range(4)))
        self.pepper, *words = file.read_text().split('\n')
        self.peppers = f'1:{self.pepper}'
        self.passwords = dict(zip(('owner', 'app', 'worker'), words))

    def hash(self, key):
        pepper = base64.urlsafe_b64decode(self.pepper + '=' * (-len(self.pepper) % 4))
        return hmac.new(pepper, key.encode(), hashlib.sha256).hexdigest()


class Seed:
    """Makes the data and knows it: keys with the number of their academy, members and academies by their number."""

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.secrets = Secrets(folder / 'secrets')
        chance = random.Random(self.secrets.pepper)
        every = [(key_text(chance), (n - 1) % TENANTS + 1, n) for n in range(1, MORE_CONSUMERS + 1)]
        self.keys, self.more_keys = every[:CONSUMERS], every[CONSUMERS:]
        # All of them in the first academy.
        self.special = {kind: key_text(chance) for kind in SPECIAL}
        self.members, self.tenants = [], []

    def people(self, server, database):
        server.sql(f'begin;\n{self._read("members.sql")}\ncommit;', database, tenants=TENANTS, members=MEMBERS)
        special = [(self.special[kind], MORE_CONSUMERS + 1 + TENANTS * i, kind) for i, kind in enumerate(SPECIAL)]
        self._consumers(server, database, [(key, n, 'load') for key, _, n in self.keys] + special)

    def more_consumers(self, server, database):
        self._consumers(server, database, [(key, n, 'load') for key, _, n in self.more_keys])

    def _consumers(self, server, database, keys):
        rows = '\n'.join(f'{n}\t{kind}\t{self.secrets.hash(key)}\t{key[11:15]}\t{key[-4:]}' for key, n, kind in keys)
        server.sql(f'''begin;
            create temporary table bench_key (number integer, kind text, hash text, hint_start text, hint_end text);
            copy bench_key from stdin;\n{rows}\n\\.
            analyze bench_key;
            {self._read("members.sql").split("insert into")[0]}
            {self._read("consumers.sql")}
            commit;
            vacuum analyze;''', database, tenants=TENANTS)

    @staticmethod
    def _read(name):
        return (HERE / name).read_text()

    def load_ids(self, server, database):
        """Sorted by the number that is in the last digits of an id."""
        ids = server.sql('select id from members order by right(id::text, 12) limit ' + str(MEMBERS), database)
        self.members = [type_id('member', line) for line in ids.split('\n')]
        self.tenants = server.sql('select id from tenants order by right(id::text, 12)', database).split('\n')
        if (len(self.members), len(self.tenants)) != (MEMBERS, TENANTS):
            raise AssertionError('the seed is incomplete')

    def member_of(self, tenant, chance):
        return self.members[tenant - 1 + TENANTS * chance.randrange(MEMBERS // TENANTS)]

    def reads(self, name, keys, count=100_000, seed=1):
        """A file of requests: each key as often as every other, in any order, each with a member of its academy."""
        chance = random.Random(seed)
        drawn = [keys[i % len(keys)] for i in range(max(count, len(keys)))]
        chance.shuffle(drawn)
        lines = (f'/v1/members/{self.member_of(tenant, chance)}\t{key}' for key, tenant, _ in drawn)
        return self._write(name, lines)

    def bare_reads(self, name, count=100_000, seed=1):
        """The same members through the endpoint that asks for nothing."""
        chance = random.Random(seed)
        drawn = [self.keys[i % len(self.keys)] for i in range(count)]
        chance.shuffle(drawn)
        lines = (f'/bench/tenants/{self.tenants[tenant - 1]}/members/{self.member_of(tenant, chance)}'
                 for _, tenant, _ in drawn)
        return self._write(name, lines)

    def changes(self, name, connections, each=50, seed=2):
        """Distinct members, so many for each connection."""
        chance = random.Random(seed)
        lines = []
        for n in chance.sample(range(MEMBERS), connections * each):
            tenant = n % TENANTS + 1
            key = self.keys[tenant - 1 + TENANTS * chance.randrange(CONSUMERS // TENANTS)][0]
            lines.append(f'/v1/members/{self.members[n]}\t{key}')
        return self._write(name, lines)

    def additions(self, name):
        return self._write(name, (f'/v1/members\t{key}' for key, _, _ in self.keys))

    def _write(self, name, lines):
        file = self.folder / name
        file.touch(mode=0o600)
        file.write_text('\n'.join(lines) + '\n')
        return file
