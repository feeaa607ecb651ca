package app.spine.access;

import io.quarkus.security.identity.request.BaseAuthenticationRequest;
import java.util.List;
import org.jose4j.jwk.JsonWebKey;
import org.jspecify.annotations.Nullable;

/** Asks whose client a token is of, and whether it is one at all. */
final class TokenRequest extends BaseAuthenticationRequest {

    final String token;
    final KeyDigest digest;

    /** What its signature may be by; none where the token was proven before. */
    final List<JsonWebKey> keys;

    /** {@link VerifyToken#withdrawals} before the keys were asked for. */
    final long withdrawalsBefore;

    /** What it says, if it was proven before. */
    final @Nullable ClientToken proven;

    private TokenRequest(
            String token,
            KeyDigest digest,
            List<JsonWebKey> keys,
            long withdrawalsBefore,
            @Nullable ClientToken proven) {
        this.token = token;
        this.digest = digest;
        this.keys = keys;
        this.withdrawalsBefore = withdrawalsBefore;
        this.proven = proven;
    }

    static TokenRequest unproven(String token, KeyDigest digest, List<JsonWebKey> keys, long withdrawalsBefore) {
        return new TokenRequest(token, digest, keys, withdrawalsBefore, null);
    }

    static TokenRequest proven(String token, KeyDigest digest, ClientToken proven) {
        return new TokenRequest(token, digest, List.of(), 0, proven);
    }
}
