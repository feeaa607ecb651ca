package app.spine.access;

import app.spine.consumers.OidcConfig;
import app.spine.http.Problem;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.jwt.consumer.JwtContext;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * Proves that a token is the configured provider's, meant for this API, in its time, and the client's own.
 *
 * <p>The client's own is a token that says so and nothing else: it names no session or sign-in of a person ({@code sid},
 * {@code session_state}, {@code auth_time}, {@code nonce}), and its subject is the client, in one of the ways in which
 * providers say that. Whatever says neither is taken for a person's.
 */
@ApplicationScoped
class VerifyToken {

    private static final Logger LOG = Logger.getLogger(VerifyToken.class);

    private static final String MALFORMED =
            "The token is malformed, or no key of the configured provider signed it by an algorithm that counts here.";

    /** Signatures with a private key only: whoever can check one of a shared secret could make it. */
    private static final AlgorithmConstraints ALGORITHMS = new AlgorithmConstraints(
            ConstraintType.PERMIT,
            AlgorithmIdentifiers.RSA_USING_SHA256,
            AlgorithmIdentifiers.RSA_USING_SHA384,
            AlgorithmIdentifiers.RSA_USING_SHA512,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA256,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA384,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA512,
            AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
            AlgorithmIdentifiers.ECDSA_USING_P384_CURVE_AND_SHA384,
            AlgorithmIdentifiers.ECDSA_USING_P521_CURVE_AND_SHA512,
            AlgorithmIdentifiers.EDDSA);

    /** RFC 9068 calls an access token's type at+jwt; older providers say JWT or nothing. */
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt");

    private static final List<String> OF_A_PERSON = List.of("sid", "session_state", "auth_time", "nonce");
    private static final Set<String> CLIENT_GRANTS = Set.of("client-credentials", "client_credentials");

    // As much as clocks of servers differ that keep time at all.
    private static final Duration SKEW = Duration.ofSeconds(30);

    // About 500 bytes each. A client's token lives for minutes; one that is crowded out is proven anew.
    private static final int TOKENS = 20_000;

    // A withdrawn key is noticed when a token is proven by the keys, so that each is from time to time.
    private static final Duration PROVEN_FOR = Duration.ofMinutes(10);

    private final OidcConfig config;
    private final Clock clock;
    private final Cache<KeyDigest, ClientToken> proven = Caffeine.newBuilder()
            .maximumSize(TOKENS)
            .expireAfterWrite(PROVEN_FOR)
            .build();
    private final AtomicLong withdrawals = new AtomicLong();

    VerifyToken(OidcConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    /** What a token that was proven before says; null for one that has ended meanwhile, too. */
    @Nullable
    ClientToken find(KeyDigest digest) {
        ClientToken token = proven.getIfPresent(digest);
        return token != null && clock.instant().isBefore(token.endsAt()) ? token : null;
    }

    /** A key that was withdrawn proves nothing more. */
    void forgetAll() {
        withdrawals.incrementAndGet();
        proven.invalidateAll();
    }

    /** To be read before the keys are asked for that a token is verified with. */
    long withdrawals() {
        return withdrawals.get();
    }

    /**
     * Checks signature and claims, which takes up to a millisecond of computing.
     *
     * @throws Problem token_invalid, with what is wrong
     */
    ClientToken verify(TokenRequest request) {
        try {
            JwtContext read = new JwtConsumerBuilder()
                    .setVerificationKeyResolver(new JwksVerificationKeyResolver(request.keys))
                    .setJwsAlgorithmConstraints(ALGORITHMS)
                    .setExpectedIssuer(true, config.issuer().orElseThrow())
                    .setExpectedAudience(true, config.audience())
                    .setRequireExpirationTime()
                    .setAllowedClockSkewInSeconds((int) SKEW.toSeconds())
                    .setEvaluationTime(
                            NumericDate.fromMilliseconds(clock.instant().toEpochMilli()))
                    .build()
                    .process(request.token);
            requireType(read);
            ClientToken found = read(read.getJwtClaims());
            proven.put(request.digest, found);
            // Put first and looked at afterwards: a withdrawal in between empties the cache or is seen here.
            if (withdrawals.get() != request.withdrawalsBefore) {
                proven.invalidate(request.digest);
            }
            return found;
        } catch (InvalidJwtException e) {
            throw refusal(reason(e));
        } catch (MalformedClaimException | ClassCastException | IllegalArgumentException | ArithmeticException e) {
            // The library takes members of a header and claims for what they should be.
            LOG.debugf("A token's members are not what they should be: %s", e.getMessage());
            throw refusal(MALFORMED);
        }
    }

    /**
     * Reads the header of a token that was not proven yet.
     *
     * @throws Problem token_invalid for what is no signed token of an algorithm that counts, whoever's keys there are
     */
    static JsonWebSignature read(String token) {
        try {
            JsonWebSignature signature = new JsonWebSignature();
            signature.setCompactSerialization(token);
            ALGORITHMS.checkConstraint(signature.getAlgorithmHeaderValue());
            return signature;
        } catch (JoseException | ClassCastException | IllegalArgumentException e) {
            LOG.debugf("A token's header does not count: %s", e.getMessage());
            throw refusal(MALFORMED);
        }
    }

    /** The refusal of a token, with the challenge of RFC 6750. */
    static Problem refusal(String detail) {
        return new Problem(AccessProblem.TOKEN_INVALID, detail)
                .withHeader("WWW-Authenticate", AuthenticateKey.CHALLENGE + ", error=\"invalid_token\"");
    }

    private static String reason(InvalidJwtException e) {
        if (e.hasErrorCode(ErrorCodes.EXPIRED)) {
            return "The token has expired. Fetch a new one.";
        }
        if (e.hasErrorCode(ErrorCodes.EXPIRATION_MISSING)) {
            return "The token has no expiry (exp), which it needs.";
        }
        if (e.hasErrorCode(ErrorCodes.NOT_YET_VALID)) {
            return "The token is not valid yet (nbf).";
        }
        if (e.hasErrorCode(ErrorCodes.ISSUER_INVALID) || e.hasErrorCode(ErrorCodes.ISSUER_MISSING)) {
            return "The token is of another issuer than the configured one (iss).";
        }
        if (e.hasErrorCode(ErrorCodes.AUDIENCE_INVALID) || e.hasErrorCode(ErrorCodes.AUDIENCE_MISSING)) {
            return "The token is meant for somebody else: its audience (aud) does not name this API.";
        }
        return MALFORMED;
    }

    /** No ID, refresh or logout token, and none that is bound to a proof that a bearer does not bring. */
    private static void requireType(JwtContext read) {
        String type = read.getJoseObjects().getFirst().getHeader("typ");
        String kind = text(read.getJwtClaims(), "typ");
        if ((type != null && !TYPES.contains(type.toLowerCase(Locale.ROOT)))
                || (kind != null && !kind.equalsIgnoreCase("Bearer"))
                || read.getJwtClaims().hasClaim("cnf")) {
            throw refusal("The token is no access token for a bearer: it says so in typ or cnf.");
        }
    }

    private ClientToken read(JwtClaims claims) throws MalformedClaimException {
        String client = client(claims);
        if (OF_A_PERSON.stream().anyMatch(claims::hasClaim) || !isOfTheClient(claims, client)) {
            throw refusal(
                    "The token is a person's. Only a client's own, by the client-credentials grant, counts here.");
        }
        String academy = config.clientTenantClaim().isEmpty()
                ? ""
                : Objects.requireNonNullElse(
                        text(claims, config.clientTenantClaim().get()), "");
        Instant end = Instant.ofEpochMilli(claims.getExpirationTime().getValueInMillis());
        // With the length, so that no two pairs read the same.
        KeyDigest subject = digest(client.length() + ":" + client + academy);
        return new ClientToken(subject, client, scopes(claims), academy, end.plus(SKEW));
    }

    /**
     * What stands for a text in a cache.
     *
     * @throws IllegalArgumentException for half a surrogate pair, which an encoding would replace: two texts would be one
     */
    static KeyDigest digest(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text)));
            return KeyDigest.of(digest.digest());
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("no Unicode text", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private String client(JwtClaims claims) {
        List<String> names = config.clientClaim().map(List::of).orElseGet(() -> List.of("client_id", "azp"));
        Set<String> clients = names.stream()
                .map(name -> text(claims, name))
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        String client = clients.size() == 1 ? clients.iterator().next() : "";
        // No text of the database holds a NUL.
        if (client.isBlank() || client.indexOf(0) >= 0) {
            throw refusal("The token does not say of which client it is.");
        }
        return client;
    }

    /**
     * RFC 9068 and Better Auth: the subject is the client. Auth0: the same with {@code @clients}, and {@code gty}.
     * Keycloak: the client's service account, whose name no person can have since it is taken.
     */
    private static boolean isOfTheClient(JwtClaims claims, String client) {
        String subject = text(claims, "sub");
        String grant = text(claims, "gty");
        String user = text(claims, "preferred_username");
        return client.equals(subject)
                || (client + "@clients").equals(subject)
                || (grant != null && CLIENT_GRANTS.contains(grant))
                || ("service-account-" + client).equalsIgnoreCase(user);
    }

    private Set<String> scopes(JwtClaims claims) throws MalformedClaimException {
        Object value = claims.getClaimValue(config.scopeClaim());
        Collection<?> listed = switch (value) {
            case null -> List.of();
            case String text -> List.of(text.split(" ", -1));
            case Collection<?> list -> list;
            default -> throw new MalformedClaimException(config.scopeClaim());
        };
        return listed.stream().map(String::valueOf).collect(Collectors.toUnmodifiableSet());
    }

    private static @Nullable String text(JwtClaims claims, String name) {
        Object value = claims.getClaimValue(name);
        return value == null ? null : value.toString();
    }
}
