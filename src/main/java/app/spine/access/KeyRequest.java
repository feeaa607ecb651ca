package app.spine.access;

import io.quarkus.security.identity.request.BaseAuthenticationRequest;

/** Asks whose a well-formed key is. */
final class KeyRequest extends BaseAuthenticationRequest {

    final String key;
    final byte[] hash;

    KeyRequest(String key, byte[] hash) {
        this.key = key;
        this.hash = hash;
    }
}
