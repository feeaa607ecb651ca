package app.spine.access;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/** An OIDC provider of the test's own: discovery, a key set, and tokens of any kind. */
final class OidcProvider implements AutoCloseable {

    static final String AUDIENCE = "operating-spine";

    private final HttpServer server;
    private final int port;
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile List<PublicJsonWebKey> keys;
    private volatile boolean away;
    private volatile String discoveredIssuer;

    private OidcProvider(HttpServer server) {
        this.server = server;
        this.port = server.getAddress().getPort();
        this.keys = List.of(rsa("first"));
        this.discoveredIssuer = issuer(port);
        server.createContext("/", this::answer);
        server.start();
    }

    static OidcProvider open(int port) {
        try {
            return new OidcProvider(
                    HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String issuer(int port) {
        return "http://127.0.0.1:" + port + "/realms/academies";
    }

    String issuer() {
        return issuer(port);
    }

    /** Answers 503 from now on, or no longer. */
    void goAway(boolean gone) {
        away = gone;
    }

    /** Says in its discovery document that it is another issuer. */
    void callItself(String issuer) {
        discoveredIssuer = issuer;
    }

    /** How often the key set was asked for. */
    int fetches() {
        return fetches.get();
    }

    PublicJsonWebKey key() {
        return keys.getLast();
    }

    /** Signs with a new key from now on; keys before it stay published, or do not. */
    void rotate(PublicJsonWebKey key, boolean keepOld) {
        keys = keepOld ? Stream.concat(keys.stream(), Stream.of(key)).toList() : List.of(key);
    }

    static PublicJsonWebKey rsa(String id) {
        try {
            PublicJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
            key.setKeyId(id);
            key.setUse("sig");
            return key;
        } catch (JoseException e) {
            throw new AssertionError(e);
        }
    }

    static PublicJsonWebKey ec(String id) {
        try {
            PublicJsonWebKey key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
            key.setKeyId(id);
            key.setUse("sig");
            return key;
        } catch (JoseException e) {
            throw new AssertionError(e);
        }
    }

    /** The claims of a client's own token, as RFC 9068 has them, for five minutes. */
    JwtClaims claims(String client, String scope) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(issuer());
        claims.setAudience(AUDIENCE);
        claims.setSubject(client);
        claims.setClaim("client_id", client);
        claims.setClaim("scope", scope);
        claims.setIssuedAtToNow();
        claims.setGeneratedJwtId();
        claims.setExpirationTimeMinutesInTheFuture(5);
        return claims;
    }

    String token(String client, String scope) {
        return sign(claims(client, scope));
    }

    String token(String client, String scope, Consumer<JwtClaims> change) {
        JwtClaims claims = claims(client, scope);
        change.accept(claims);
        return sign(claims);
    }

    String sign(JwtClaims claims) {
        return sign(claims, key());
    }

    static String sign(JwtClaims claims, PublicJsonWebKey key) {
        return sign(claims.toJson(), key, "at+jwt");
    }

    static String sign(String payload, PublicJsonWebKey key, String type) {
        try {
            JsonWebSignature signature = new JsonWebSignature();
            signature.setPayload(payload);
            signature.setKey(key.getPrivateKey());
            signature.setKeyIdHeaderValue(key.getKeyId());
            signature.setHeader("typ", type);
            signature.setAlgorithmHeaderValue(
                    key.getKeyType().equals("EC")
                            ? AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256
                            : AlgorithmIdentifiers.RSA_USING_SHA256);
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new AssertionError(e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String body;
        if (path.equals("/realms/academies/.well-known/openid-configuration")) {
            body = "{\"issuer\": \"%s\", \"jwks_uri\": \"%s/certs\"}".formatted(discoveredIssuer, issuer());
        } else {
            fetches.incrementAndGet();
            body = new JsonWebKeySet(new ArrayList<>(keys)).toJson(OutputControlLevel.PUBLIC_ONLY);
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(away ? 503 : 200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
