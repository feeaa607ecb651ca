package app.spine.consumers;

/**
 * The client of the OIDC provider with whose tokens a consumer may call.
 *
 * @param issuer the provider, as tokens name it
 */
public record OAuthClient(String issuer, String clientId) {}
