package app.spine.access;

import io.quarkus.security.identity.request.BaseAuthenticationRequest;
import java.util.List;
import org.jose4j.jwk.JsonWebKey;

/** Asks whose client a token is of, and whether it is one at all. */
final class TokenRequest extends BaseAuthenticationRequest {

    final String token;
    final KeyDigest digest;

    /** What its signature may be by; unused where the token was proven before. */
    final List<JsonWebKey> keys;

    TokenRequest(String token, KeyDigest digest, List<JsonWebKey> keys) {
        this.token = token;
        this.digest = digest;
        this.keys = keys;
    }
}
