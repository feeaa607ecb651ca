package app.spine.access;

import java.time.Instant;
import java.util.Set;

/**
 * What a token says whose signature and claims hold.
 *
 * @param subject stands for client and academy in {@link KeyCache}, the same for each token of the client
 * @param academy the slug that it names; empty where the configuration asks for none
 * @param endsAt from when on it no longer counts, clock skew included
 */
record ClientToken(KeyDigest subject, String clientId, Set<String> scopes, String academy, Instant endsAt) {}
