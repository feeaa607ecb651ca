"""python3 -m unittest discover bench"""
import base64
import hashlib
import json
import random
import tempfile
import unittest
from pathlib import Path

from meter import check
from oidc import EXPONENT, SHA_256, Provider, RsaKey, is_prime
from pages import percentile
from postgres import Failure
from seed import key_text, type_id, Secrets


def measured(**changes):
    return {'n': 100, 'broken': 0, 'refused': 0, 'logged': {('readMember', '200'): 100}, **changes}


class CheckTest(unittest.TestCase):
    def test_takes_a_row_for_each_answer(self):
        result = measured()
        check(result, 'readMember', 200)
        self.assertEqual(result['rows'], 1)

    def test_takes_rows_of_requests_that_were_cut_off(self):
        check(measured(logged={('readMember', '200'): 132}), 'readMember', 200, unfinished=32)

    def test_takes_bare_reads_without_rows(self):
        check(measured(logged={}), None, 200, unfinished=32)

    def test_refuses(self):
        for why, changes in {
            'a lost row': {'logged': {('readMember', '200'): 99}},
            'a row too many': {'logged': {('readMember', '200'): 101}},
            'a refusal in the log': {'logged': {('readMember', '200'): 100, ('readMember', '429'): 1}},
            'a refusal seen by wrk': {'refused': 1},
            'a refusal seen by the generator': {'statuses': {'200': 99, '412': 1}},
            'a broken connection': {'broken': 1},
        }.items():
            with self.subTest(why), self.assertRaises(Failure):
                check(measured(**changes), 'readMember', 200)

    def test_refuses_rows_of_bare_reads(self):
        with self.assertRaises(Failure):
            check(measured(), None, 200)


class SeedTest(unittest.TestCase):
    def test_writes_ids_as_the_specification_of_typeid_does(self):
        self.assertEqual(type_id('prefix', '01890a5d-ac96-774b-bcce-b302099a8057'), 'prefix_01h455vb4pex5vsknk084sn02q')

    def test_makes_keys_that_the_program_takes(self):
        self.assertRegex(key_text(random.Random(1)), '^spine_live_[0-9A-Za-z]{36}$')

    def test_keeps_its_secrets(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, 'secrets')
            first, second = Secrets(file), Secrets(file)
            self.assertEqual(first.hash('key'), second.hash('key'))
            self.assertEqual(file.stat().st_mode & 0o777, 0o600)


class ProviderTest(unittest.TestCase):
    def test_knows_primes(self):
        self.assertEqual([n for n in range(5, 60) if is_prime(n)], [5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59])

    def test_signs_as_rs256_does(self):
        key = RsaKey()
        signed = pow(int.from_bytes(key.sign(b'message')), EXPONENT, key.modulus).to_bytes(256)
        self.assertTrue(signed.startswith(b'\x00\x01\xff'))
        self.assertTrue(signed.endswith(b'\x00' + SHA_256 + hashlib.sha256(b'message').digest()))

    def test_repeats_the_nonce(self):
        with Provider({'sub': 'olga'}) as provider:
            claims = provider.tokens('once')['id_token'].split('.')[1]
            said = json.loads(base64.urlsafe_b64decode(claims + '=' * (-len(claims) % 4)))
            self.assertEqual((said['sub'], said['nonce'], said['iss']), ('olga', 'once', provider.issuer))


class PagesTest(unittest.TestCase):
    def test_takes_the_nearest_rank(self):
        self.assertEqual(percentile(range(1, 101), 95), 95)
        self.assertEqual(percentile([3, 1, 2], 50), 2)
        self.assertEqual(percentile([7], 95), 7)


if __name__ == '__main__':
    unittest.main()
