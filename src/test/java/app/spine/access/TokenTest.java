package app.spine.access;

import static app.spine.testsupport.Calls.assertRefused;
import static app.spine.testsupport.Calls.assertScopeMissing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import app.spine.consumers.Environment;
import app.spine.tenancy.Tenant;
import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.Calls;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.Forwarder;
import app.spine.testsupport.WithinASecond;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.awaitility.Awaitility;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls with client-credentials tokens of an OIDC provider, which is away when the program starts. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(TokenTest.WithProvider.class)
class TokenTest {

    private static final Duration SOON = Duration.ofSeconds(5);
    private static final String CHALLENGE = "Bearer realm=\"operating-spine\", error=\"invalid_token\"";

    /** A system property, since the profile and the test live in different class loaders. */
    private static final String PORT = "test-provider.port";

    /** The port of the provider is known before there is one. */
    public static class WithProvider implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            int port = Forwarder.freePort();
            System.setProperty(PORT, String.valueOf(port));
            return Map.of(
                    "spine.oidc.issuer", OidcProvider.issuer(port),
                    // So short that a test sees both sides of it.
                    "spine.oidc.keys-distance", "PT0.2S",
                    "spine.oidc.keys-refreshed", "PT1S");
        }
    }

    @Inject
    VerifyToken tokens;

    private final Academy academy = Academy.open();

    /** One for all tests, since Quarkus makes instances of a test as it likes. */
    private static @Nullable OidcProvider opened;

    @AfterAll
    static void close() {
        provider().close();
    }

    @BeforeEach
    void comeBack() {
        if (opened == null) {
            startsAndTakesKeysWithoutTheProvider();
        }
        provider().goAway(false);
        provider().callItself(provider().issuer());
    }

    /** Only once can the provider be away before it was ever seen, so this comes before the first test. */
    private void startsAndTakesKeysWithoutTheProvider() {
        int port = Integer.getInteger(PORT);
        TestConsumer consumer = bound(newClient(), "members:read");
        String early;
        try (OidcProvider elsewhere = OidcProvider.open(0)) {
            early = elsewhere.token(client(consumer), "", claims -> claims.setIssuer(OidcProvider.issuer(port)));
        }
        assertUnavailable(call(early));
        assertThat(Calls.as(consumer).get("/v1/consumer").statusCode()).isEqualTo(200);
        opened = OidcProvider.open(port);
        Awaitility.await().atMost(SOON).until(() -> call(token(consumer)).statusCode() == 200);
    }

    @Nested
    class LetsIn {

        @Test
        void theConsumerThatTheClientIsBoundToAndTellsItWhoItIs() {
            TestConsumer consumer = bound(newClient(), "members:read", "bookings:read");

            Response answer = call(token(consumer));

            answer.then()
                    .statusCode(200)
                    .header("RateLimit-Policy", containsString("\"burst\";q=100000"))
                    .header("API-Key-Expires", nullValue())
                    .body("id", is(consumer.publicId()))
                    .body("scopes", contains("members:read", "bookings:read"))
                    .body("key", nullValue());
            LoggedRequest row = LoggedRequest.of(answer);
            assertThat(row.tenantId()).isEqualTo(academy.id());
            assertThat(row.consumerId()).isEqualTo(consumer.id());
            assertThat(row.keyId()).isNull();
            assertThat(row.operation()).isEqualTo("readOwnConsumer");
        }

        @Test
        void withTheScopesThatTokenAndConsumerBothHold() {
            TestConsumer consumer = bound(newClient(), "members:read", "members:write");
            String client = client(consumer);

            call(provider().token(client, "openid members:read bookings:read"))
                    .then()
                    .body("scopes", contains("members:read"));
            assertThat(call(provider().token(client, "members:read"), "/v1/members")
                            .statusCode())
                    .isEqualTo(200);
            assertScopeMissing(call(provider().token(client, "members:write"), "/v1/members"), "members:read");
            assertScopeMissing(call(provider().token(client, "bookings:read"), "/v1/members"), "members:read");
            assertScopeMissing(call(provider().token(client, ""), "/v1/members"), "members:read");
            assertScopeMissing(
                    call(provider().token(client, "", claims -> claims.unsetClaim("scope")), "/v1/members"),
                    "members:read");
            assertThat(call(
                                    provider()
                                            .token(
                                                    client,
                                                    "",
                                                    claims -> claims.setStringListClaim(
                                                            "scope", "openid", "members:read")),
                                    "/v1/members")
                            .statusCode())
                    .isEqualTo(200);
        }

        @Test
        void intoItsOwnAcademyAndWithAnAuditRecordThatNamesNoKey() {
            TestConsumer consumer = bound(newClient(), "members:read", "members:write");
            Academy other = Academy.open();
            TestConsumer stranger = bound(other, newClient(), "members:read");

            Response added = Calls.nobody()
                    .header("Authorization", "Bearer " + token(consumer))
                    .contentType("application/json")
                    .body("{\"legal_name\": \"Ada Adult\", \"date_of_birth\": \"1990-01-01\"}")
                    .post("/v1/members");

            assertThat(added.statusCode()).as(added.asString()).isEqualTo(201);
            String member = "/v1/members/" + added.path("id");
            assertThat(call(token(consumer), member).statusCode()).isEqualTo(200);
            assertRefused(call(token(stranger), member), 404, "not_found");
            assertThat(Academy.query(
                            "select actor_id || coalesce(actor_key_id, ' without key') from audit_log"
                                    + " where tenant_id = ? and entity_id = ?",
                            academy.id(),
                            added.path("id")))
                    .containsExactly(consumer.publicId() + " without key");
        }

        @Test
        void aTestConsumerIntoTheSandbox() {
            TestConsumer consumer = academy.consumer(Environment.TEST, "members:write");
            bind(consumer, newClient());

            Response added = Calls.nobody()
                    .header("Authorization", "Bearer " + token(consumer))
                    .contentType("application/json")
                    .body("{\"legal_name\": \"Sandy Box\", \"date_of_birth\": \"1990-01-01\"}")
                    .post("/v1/members");

            assertThat(added.statusCode()).as(added.asString()).isEqualTo(201);
            assertThat(Academy.query("select legal_name from members where tenant_id = ?", academy.sandboxId()))
                    .contains("Sandy Box");
        }

        static Stream<Consumer<JwtClaims>> waysToSayThatItIsTheClients() {
            return Stream.of(
                    claims -> claims.setClaim("azp", claims.getClaimValue("client_id")),
                    claims -> {
                        claims.setClaim("azp", claims.getClaimValue("client_id"));
                        claims.unsetClaim("client_id");
                    },
                    claims -> claims.setSubject(claims.getClaimValue("client_id") + "@clients"),
                    claims -> {
                        claims.setSubject("another-name");
                        claims.setClaim("gty", "client-credentials");
                    },
                    claims -> {
                        claims.setSubject(UUID.randomUUID().toString());
                        claims.setClaim("typ", "Bearer");
                        claims.setClaim("preferred_username", "service-account-" + claims.getClaimValue("client_id"));
                    },
                    claims -> claims.setAudience("account", OidcProvider.AUDIENCE),
                    claims -> claims.setNotBeforeMinutesInThePast(1));
        }

        @ParameterizedTest
        @MethodSource("waysToSayThatItIsTheClients")
        void howeverTheProviderSaysThatTheTokenIsTheClients(Consumer<JwtClaims> change) {
            TestConsumer consumer = bound(newClient());
            assertThat(call(provider().token(client(consumer), "", change)).statusCode())
                    .isEqualTo(200);
        }

        @Test
        void withinTheConsumersOneLimitWhetherByKeyOrToken() {
            TestConsumer consumer = bound(newClient());
            Academy.execute(
                    "update api_consumers set burst_requests = 2, burst_seconds = 60 where id = ?", consumer.id());
            String token = token(consumer);

            assertThat(call(token).statusCode()).isEqualTo(200);
            assertThat(Calls.as(consumer).get("/v1/consumer").statusCode()).isEqualTo(200);
            assertRefusedForRate(call(token));
            assertRefusedForRate(Calls.as(consumer).get("/v1/consumer"));
        }

        @Test
        void withEachTokensOwnScopesThoughTheClientIsRemembered() {
            TestConsumer consumer = bound(newClient(), "members:read", "members:write");
            String wide = token(consumer);
            String narrow = provider().token(client(consumer), "members:write");
            for (int i = 0; i < 3; i++) {
                call(wide).then().statusCode(200).body("scopes", contains("members:read", "members:write"));
                call(narrow).then().statusCode(200).body("scopes", contains("members:write"));
                assertScopeMissing(call(narrow, "/v1/members"), "members:read");
            }
        }

        /** Or one client could fill the memory with tokens until the node has forgotten all other callers. */
        @Test
        void rememberingAClientOnceForAllItsTokens() throws Exception {
            TestConsumer other = bound(newClient(), "members:read");
            // That a client was bound is announced, and has it forgotten where that is heard after the first call.
            Rounds.firstGood(() -> {
                TestConsumer consumer = bound(newClient(), "members:read", "members:write");
                assertThat(call(token(consumer)).statusCode()).isEqualTo(200);
                withoutFindClient(() -> {
                    call(provider().token(client(consumer), "members:write"))
                            .then()
                            .statusCode(200)
                            .body("id", is(consumer.publicId()))
                            .body("scopes", contains("members:write"));
                    assertRefused(call(token(other)), 503, "database_unavailable");
                });
                return consumer;
            });
        }

        @Test
        void manyAtOnceWithTokensOfTheirOwn() throws Exception {
            TestConsumer consumer = bound(newClient(), "members:read");
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<Integer>> calls = new ArrayList<>();
                for (int i = 0; i < 60; i++) {
                    String token = token(consumer);
                    calls.add(threads.submit(() -> call(token, "/v1/members").statusCode()));
                }
                for (Future<Integer> call : calls) {
                    assertThat(call.get()).isEqualTo(200);
                }
            }
        }
    }

    private static void assertRefusedForRate(Response answer) {
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.<String>path("code")).isEqualTo("rate_limited");
    }

    @Nested
    class Refuses {

        private final TestConsumer consumer = bound(newClient(), "members:read");
        private final String client = client(consumer);

        static Map<String, Consumer<JwtClaims>> badClaims() {
            Map<String, Consumer<JwtClaims>> bad = new LinkedHashMap<>();
            bad.put("another issuer", claims -> claims.setIssuer("https://evil.example.com"));
            bad.put("the issuer with a slash", claims -> claims.setIssuer(issuer(claims) + "/"));
            bad.put("no issuer", claims -> claims.unsetClaim("iss"));
            bad.put("another audience", claims -> claims.setAudience("account"));
            bad.put("no audience", claims -> claims.unsetClaim("aud"));
            bad.put("an audience that is a number", claims -> claims.setClaim("aud", 7));
            bad.put("no expiry", claims -> claims.unsetClaim("exp"));
            bad.put("an expiry that is a text", claims -> claims.setClaim("exp", "tomorrow"));
            bad.put("an expiry beyond time", claims -> claims.setClaim("exp", Long.MAX_VALUE));
            bad.put("expired", claims -> claims.setExpirationTime(inSeconds(-31)));
            bad.put("not yet valid", claims -> claims.setNotBefore(inSeconds(120)));
            bad.put("another client", claims -> {
                claims.setClaim("client_id", "unbound");
                claims.setSubject("unbound");
            });
            bad.put("two clients", claims -> claims.setClaim("azp", "another"));
            bad.put("no client", claims -> claims.unsetClaim("client_id"));
            bad.put("a client that is an object", claims -> claims.setClaim("client_id", Map.of("a", 1)));
            bad.put("a client with a NUL", claims -> {
                claims.setClaim("client_id", "a\0b");
                claims.setSubject("a\0b");
            });
            bad.put("a person's", claims -> claims.setSubject(UUID.randomUUID().toString()));
            bad.put("nobody's", claims -> claims.unsetClaim("sub"));
            bad.put("of a person's session", claims -> claims.setClaim("sid", "1"));
            bad.put("of a person's sign-in", claims -> claims.setClaim("auth_time", 1_700_000_000));
            bad.put("a person named like a service account", claims -> {
                claims.setSubject(UUID.randomUUID().toString());
                claims.setClaim("preferred_username", "service-account-" + claims.getClaimValue("client_id"));
                claims.setClaim("sid", "1");
            });
            bad.put("an ID token", claims -> claims.setClaim("typ", "ID"));
            bad.put("with a nonce", claims -> claims.setClaim("nonce", "n"));
            bad.put("bound to a proof", claims -> claims.setClaim("cnf", Map.of("jkt", "x")));
            bad.put("scopes that are a number", claims -> claims.setClaim("scope", 7));
            return bad;
        }

        static Stream<String> names() {
            return badClaims().keySet().stream();
        }

        @ParameterizedTest
        @MethodSource("names")
        void aTokenThatIs(String name) {
            assertInvalid(call(provider()
                    .token(
                            client,
                            "members:read",
                            Objects.requireNonNull(badClaims().get(name)))));
        }

        @Test
        void aTokenOfAClientThatNobodyBoundAsNobodys() {
            LoggedRequest row = LoggedRequest.of(call(provider().token("unbound", "members:read")));
            assertThat(row.code()).isEqualTo("token_invalid");
            assertThat(row.tenantId()).isEqualTo(Tenant.NOBODY.id());
            assertThat(row.consumerId()).isNull();
        }

        @Test
        void aTokenThatSomebodyElseSigned() {
            JwtClaims claims = provider().claims(client, "members:read");
            assertInvalid(call(OidcProvider.sign(claims, OidcProvider.rsa("unknown"))));
            assertInvalid(call(
                    OidcProvider.sign(claims, OidcProvider.rsa(provider().key().getKeyId()))));
            assertInvalid(call(
                    OidcProvider.sign(claims, OidcProvider.ec(provider().key().getKeyId()))));
        }

        @Test
        void aTokenThatWasChanged() {
            String[] parts = provider().token(client, "").split("\\.", -1);
            String claims = encode(provider().claims(client, "members:read").toJson());
            assertInvalid(call(parts[0] + "." + claims + "." + parts[2]));
            assertInvalid(call(parts[0] + "." + parts[1] + "."));
            assertInvalid(call(parts[0] + "." + parts[1] + "." + parts[2].substring(4)));
        }

        @Test
        void aTokenWithoutASignature() {
            String claims = encode(provider().claims(client, "members:read").toJson());
            assertInvalid(call(encode("{\"alg\":\"none\"}") + "." + claims + "."));
            assertInvalid(call(encode("{\"alg\":\"none\",\"kid\":\"first\"}") + "." + claims + ".c2lnbmF0dXJl"));
        }

        /** The public key is public: whoever takes it for a shared secret lets anyone sign. */
        @Test
        void aTokenSignedWithThePublicKeyAsASharedSecret() throws JoseException {
            PublicJsonWebKey key = provider().key();
            JsonWebSignature signature = new JsonWebSignature();
            signature.setPayload(provider().claims(client, "members:read").toJson());
            signature.setKey(new SecretKeySpec(key.getPublicKey().getEncoded(), "HmacSHA256"));
            signature.setKeyIdHeaderValue(key.getKeyId());
            signature.setAlgorithmHeaderValue("HS256");
            assertInvalid(call(signature.getCompactSerialization()));
        }

        @Test
        void aTokenThatBringsItsOwnKey() throws JoseException {
            PublicJsonWebKey own = OidcProvider.rsa("own");
            JsonWebSignature signature = new JsonWebSignature();
            signature.setPayload(provider().claims(client, "members:read").toJson());
            signature.setKey(own.getPrivateKey());
            signature.setJwkHeader(own);
            signature.setAlgorithmHeaderValue("RS256");
            assertInvalid(call(signature.getCompactSerialization()));
        }

        @Test
        void aTokenOfAnotherType() {
            String claims = provider().claims(client, "members:read").toJson();
            assertInvalid(call(OidcProvider.sign(claims, provider().key(), "dpop+jwt")));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "a.b.c",
                    "..",
                    "a..",
                    "%%.%%.%%",
                    "eyJhbGciOjd9.e30.c2ln",
                    "eyJhbGciOiJSUzI1NiIsImtpZCI6N30.e30.c2ln",
                    "eyJhbGciOiJSUzI1NiIsImNyaXQiOjd9.e30.c2ln",
                    "W10.W10.c2ln",
                    "bnVsbA.bnVsbA.c2ln",
                    "eyJhbGciOiJSUzI1NiJ9.bnVsbA.c2ln",
                    "spine_live_000000000000000000000000000000.0.0"
                })
        void whatOnlyLooksLikeAToken(String token) {
            assertInvalid(call(token));
        }

        @ParameterizedTest
        @ValueSource(strings = {"null", "7", "[]", "\"text\"", "{", "{\"iss\":1,\"aud\":{},\"exp\":[],\"sub\":{}}"})
        void aSignedTokenWhoseClaimsAreNone(String payload) {
            assertInvalid(call(OidcProvider.sign(payload, provider().key(), "JWT")));
        }

        @Test
        void aTokenWithoutTouchingATableUntilItsSignatureHolds() {
            String forged = OidcProvider.sign(
                    provider().claims(client, "members:read"),
                    OidcProvider.rsa(provider().key().getKeyId()));
            withoutFindClient(() -> {
                assertInvalid(call(forged));
                assertRefused(call(token(consumer)), 503, "database_unavailable");
            });
        }

        /** Encodings make one text of this client and of one that has a question mark there. */
        @Test
        void aClientThatIsNoText() {
            bind(consumer, client + "?");
            assertThat(call(token(consumer)).statusCode()).isEqualTo(200);
            String claims =
                    provider().claims(client + "?", "members:read").toJson().replace("?", "\\ud800");
            assertInvalid(call(OidcProvider.sign(claims, provider().key(), "JWT")));
        }

        @Test
        void aSuspendedConsumersAndWithinASecondThoughRemembered() {
            String token = token(consumer);
            assertThat(call(token).statusCode()).isEqualTo(200);
            Academy.execute("update api_consumers set status = 'suspended' where id = ?", consumer.id());
            WithinASecond.shows(() -> call(token).statusCode() == 403);
            assertRefused(call(token), 403, "consumer_suspended");
        }

        @Test
        void anUnboundClientsWithinASecondThoughRemembered() {
            String token = token(consumer);
            assertThat(call(token).statusCode()).isEqualTo(200);
            bind(consumer, null);
            WithinASecond.shows(() -> call(token).statusCode() == 401);
            assertInvalid(call(token));
            bind(consumer, client);
            Awaitility.await().atMost(SOON).until(() -> call(token).statusCode() == 200);
        }

        @Test
        void aScopeThatTheConsumerLostWithinASecondThoughRemembered() {
            String token = token(consumer);
            assertThat(call(token, "/v1/members").statusCode()).isEqualTo(200);
            Academy.execute("update api_consumers set scopes = '{}' where id = ?", consumer.id());
            WithinASecond.shows(() -> call(token, "/v1/members").statusCode() == 403);
        }

        @Test
        void aRememberedTokenTheMomentItEnds() {
            String token = provider().token(client, "", claims -> {
                claims.setIssuedAt(inSeconds(-300));
                claims.setExpirationTime(inSeconds(-22));
            });
            assertThat(call(token).statusCode())
                    .as("the clocks may differ by 30 seconds")
                    .isEqualTo(200);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> call(token).statusCode() == 401);
            assertInvalid(call(token));
        }

        @Test
        void toRotateAKeyThatTheCallIsNotMadeWith() {
            Academy.execute("update api_consumers set scopes = '{keys:rotate}' where id = ?", consumer.id());
            assertRefused(
                    Calls.nobody()
                            .header("Authorization", "Bearer " + provider().token(client, "keys:rotate"))
                            .contentType("application/json")
                            .body("{}")
                            .post("/v1/consumer/keys/rotation"),
                    409,
                    "conflict");
        }
    }

    @Nested
    class OfTheProvidersKeys {

        private final TestConsumer consumer = bound(newClient());

        @Test
        void aNewOneIsFoundWithTheFirstTokenThatItSigned() {
            assertThat(call(token(consumer)).statusCode()).isEqualTo(200);
            provider().rotate(OidcProvider.ec("ec-" + UUID.randomUUID()), true);
            Awaitility.await().atMost(SOON).until(() -> call(token(consumer)).statusCode() == 200);
        }

        @Test
        void aWithdrawnOneProvesNothingMoreThoughItsTokensAreRemembered() {
            String old = token(consumer);
            assertThat(call(old).statusCode()).isEqualTo(200);
            provider().rotate(OidcProvider.rsa("next-" + UUID.randomUUID()), false);
            Awaitility.await().atMost(SOON).until(() -> {
                // A token that was not seen before has the keys looked at.
                call(token(consumer));
                return call(old).statusCode() == 401;
            });
            assertInvalid(call(old));
            assertThat(call(token(consumer)).statusCode()).isEqualTo(200);
        }

        @Test
        void aTokenIsNotRememberedThatWasProvenWhileOneWasWithdrawn() {
            assertThat(isRemembered(() -> {})).isTrue();
            assertThat(isRemembered(tokens::forgetAll)).isFalse();
        }

        private boolean isRemembered(Runnable meanwhile) {
            String token = token(consumer);
            KeyDigest digest = VerifyToken.digest(token);
            TokenRequest request =
                    TokenRequest.unproven(token, digest, List.of(provider().key()), tokens.withdrawals());
            meanwhile.run();
            assertThat(tokens.verify(request).clientId()).isEqualTo(client(consumer));
            return tokens.find(digest) != null;
        }

        @Test
        void thoseThatAreKnownGoOnWhileTheProviderIsAwayAndOthersWait() {
            assertThat(call(token(consumer)).statusCode()).isEqualTo(200);
            provider().goAway(true);
            PublicJsonWebKey unseen = OidcProvider.rsa("unseen");
            String early = OidcProvider.sign(provider().claims(client(consumer), ""), unseen);
            Awaitility.await().atMost(SOON).until(() -> call(early).statusCode() == 503);
            assertUnavailable(call(early));
            for (int i = 0; i < 20; i++) {
                assertThat(call(token(consumer)).statusCode()).isEqualTo(200);
            }
            assertThat(Calls.as(consumer).get("/v1/consumer").statusCode()).isEqualTo(200);
            provider().goAway(false);
            provider().rotate(unseen, true);
            Awaitility.await().atMost(SOON).until(() -> call(early).statusCode() == 200);
        }

        @Test
        void noneIsTakenFromADiscoveryDocumentOfAnotherIssuer() {
            provider().callItself("https://evil.example.com");
            PublicJsonWebKey unseen = OidcProvider.rsa("unseen-" + UUID.randomUUID());
            provider().rotate(unseen, true);
            String token = token(consumer);
            Awaitility.await().atMost(SOON).until(() -> call(token).statusCode() == 503);
            provider().callItself(provider().issuer());
            Awaitility.await().atMost(SOON).until(() -> call(token).statusCode() == 200);
        }

        @Test
        void inventedOnesCauseFewFetches() {
            JwtClaims claims = provider().claims(client(consumer), "");
            PublicJsonWebKey invented = OidcProvider.rsa("invented");
            int before = provider().fetches();
            long began = System.nanoTime();
            for (int i = 0; i < 100; i++) {
                assertInvalid(call(OidcProvider.sign(claims, invented)));
            }
            long seconds = 1 + Duration.ofNanos(System.nanoTime() - began).toSeconds();
            // Five a second are allowed here.
            assertThat(provider().fetches() - before).isBetween(1, (int) (6 * seconds));
        }
    }

    private static OidcProvider provider() {
        return Objects.requireNonNull(opened);
    }

    private TestConsumer bound(String client, String... scopes) {
        return bound(academy, client, scopes);
    }

    private static TestConsumer bound(Academy academy, String client, String... scopes) {
        TestConsumer consumer = academy.consumer(scopes);
        bind(consumer, client);
        return consumer;
    }

    private static void bind(TestConsumer consumer, @Nullable String client) {
        Academy.execute(
                "update api_consumers set oauth_issuer = ?, oauth_client_id = ? where id = ?",
                client == null ? null : OidcProvider.issuer(Integer.getInteger(PORT)),
                client,
                consumer.id());
    }

    /** Whoever asks the database for a client fails meanwhile. */
    private static void withoutFindClient(Runnable calls) {
        String app = EmbeddedDatabaseResource.properties().get("quarkus.datasource.username");
        Academy.execute("revoke execute on function find_client(text, text) from " + app);
        try {
            calls.run();
        } finally {
            Academy.execute("grant execute on function find_client(text, text) to " + app);
        }
    }

    private static String newClient() {
        return "client-" + UUID.randomUUID();
    }

    private static String client(TestConsumer consumer) {
        return (String) Academy.query("select oauth_client_id from api_consumers where id = ?", consumer.id())
                .getFirst();
    }

    /** A new token with all scopes that anyone has here. */
    private String token(TestConsumer consumer) {
        return provider().token(client(consumer), "members:read members:write bookings:read");
    }

    private static Response call(String token) {
        return call(token, "/v1/consumer");
    }

    private static Response call(String token, String path) {
        return Calls.nobody().header("Authorization", "Bearer " + token).get(path);
    }

    private static void assertInvalid(Response answer) {
        assertRefused(answer, 401, "token_invalid").header("WWW-Authenticate", CHALLENGE);
    }

    private static void assertUnavailable(Response answer) {
        assertRefused(answer, 503, "temporarily_reduced").header("Retry-After", is("5"));
    }

    private static NumericDate inSeconds(int seconds) {
        NumericDate date = NumericDate.now();
        date.addSeconds(seconds);
        return date;
    }

    private static String issuer(JwtClaims claims) {
        return String.valueOf(claims.getClaimValue("iss"));
    }

    private static String encode(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
