"""An OIDC provider that signs one person in without asking, for benchmarks of pages that people sign in to."""
import base64
import hashlib
import json
import secrets
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BITS = 2048
EXPONENT = 65537
# DER of DigestInfo for SHA-256 (RFC 8017, 9.2).
SHA_256 = bytes.fromhex('3031300d060960864801650304020105000420')
CLIENT, SECRET = 'portal', 'of-the-benchmark'


class RsaKey:
    """Signs as RS256 does. A few lines of arithmetic, so that the benchmark needs no package."""

    def __init__(self):
        while True:
            p, q = prime(BITS // 2), prime(BITS // 2)
            phi = (p - 1) * (q - 1)
            if p != q and phi % EXPONENT:
                break
        self.modulus, self._private = p * q, pow(EXPONENT, -1, phi)

    def sign(self, message):
        size = (self.modulus.bit_length() + 7) // 8
        end = b'\x00' + SHA_256 + hashlib.sha256(message).digest()
        padded = b'\x00\x01' + b'\xff' * (size - len(end) - 2) + end
        return pow(int.from_bytes(padded), self._private, self.modulus).to_bytes(size)

    def jwk(self):
        return {'kty': 'RSA', 'use': 'sig', 'alg': 'RS256', 'kid': 'bench', 'e': encode(EXPONENT.to_bytes(3)),
                'n': encode(self.modulus.to_bytes((self.modulus.bit_length() + 7) // 8))}


def prime(bits):
    """With its two highest bits set, so that two of them make a modulus of full length."""
    while True:
        candidate = secrets.randbits(bits) | 3 << bits - 2 | 1
        if all(candidate % small for small in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31)) and is_prime(candidate):
            return candidate


def is_prime(number, rounds=40):
    """Miller and Rabin."""
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(rounds):
        x = pow(secrets.randbelow(number - 3) + 2, odd, number)
        if x not in (1, number - 1) and all((x := x * x % number) != number - 1 for _ in range(twos - 1)):
            return False
    return True


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b'=').decode()


class Provider:
    """Runs on loopback while the context is open. Whoever comes is the person whose claims it was made with."""

    def __init__(self, claims):
        self.claims, self.key, self.nonces = claims, RsaKey(), {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def do_GET(self):
                path, _, query = self.path.partition('?')
                if path == '/.well-known/openid-configuration':
                    self.answer(provider.metadata())
                elif path == '/keys':
                    self.answer({'keys': [provider.key.jwk()]})
                elif path == '/authorize':
                    asked = dict(urllib.parse.parse_qsl(query))
                    code = secrets.token_urlsafe(16)
                    provider.nonces[code] = asked.get('nonce')
                    self.send_response(302)
                    self.send_header('Location', asked['redirect_uri'] + '?' + urllib.parse.urlencode(
                        {'code': code, 'state': asked['state']}))
                    self.send_header('Content-Length', '0')
                    self.end_headers()
                else:
                    self.answer({}, 404)

            def do_POST(self):
                sent = self.rfile.read(int(self.headers.get('Content-Length', 0))).decode()
                code = dict(urllib.parse.parse_qsl(sent)).get('code')
                if code in provider.nonces:
                    self.answer(provider.tokens(provider.nonces.pop(code)))
                else:
                    self.answer({'error': 'invalid_grant'}, 400)

            def answer(self, body, status=200):
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header('Content-Type', 'application/json')
                self.send_header('Content-Length', str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.issuer = f'http://127.0.0.1:{self.server.server_port}'

    def metadata(self):
        return {'issuer': self.issuer, 'jwks_uri': f'{self.issuer}/keys', 'token_endpoint': f'{self.issuer}/token',
                'authorization_endpoint': f'{self.issuer}/authorize', 'response_types_supported': ['code'],
                'subject_types_supported': ['public'], 'id_token_signing_alg_values_supported': ['RS256'],
                'code_challenge_methods_supported': ['S256']}

    def tokens(self, nonce):
        now = int(time.time())
        claims = {**self.claims, 'iss': self.issuer, 'aud': CLIENT, 'iat': now, 'auth_time': now, 'exp': now + 3_600,
                  **({'nonce': nonce} if nonce else {})}
        token = self.jwt(claims)
        return {'id_token': token, 'access_token': token, 'token_type': 'Bearer', 'expires_in': 3_600}

    def jwt(self, claims):
        head = {'alg': 'RS256', 'typ': 'JWT', 'kid': 'bench'}
        signed = '.'.join(encode(json.dumps(part).encode()) for part in (head, claims))
        return f'{signed}.{encode(self.key.sign(signed.encode()))}'

    def settings(self):
        """What the program is told of it."""
        return {'SPINE_OIDC_ISSUER': self.issuer, 'SPINE_OIDC_CLIENT_ID': CLIENT, 'SPINE_OIDC_CLIENT_SECRET': SECRET}

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *failure):
        self.server.shutdown()
        self.server.server_close()
