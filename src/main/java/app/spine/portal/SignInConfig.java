package app.spine.portal;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How people sign in: at the provider whose tokens count under {@code /v1} too, as a client of it that is the portal's own.
 * Without issuer and client nobody does.
 */
@ConfigMapping(prefix = "spine.oidc")
interface SignInConfig {

    /** Where a claim is looked for. */
    enum Source {
        ID_TOKEN,
        ACCESS_TOKEN,
        USERINFO
    }

    /** The provider as it names itself in {@code iss}; its discovery document is found below it. */
    Optional<String> issuer();

    /** The portal's own client at the provider. */
    Optional<String> clientId();

    /** What the portal proves itself with; without it, it is a public client that has PKCE alone. */
    Optional<String> clientSecret();

    /**
     * Where people reach the portal, without {@code /portal}. Without it the address is what the request says, so set it
     * wherever requests come through a proxy.
     */
    Optional<String> portalUrl();

    /** The claim that is the slug of the person's academy. A member of a member is written with a slash. */
    @WithDefault("academy")
    String tenantClaim();

    /** The claim that lists the person's roles: a text with spaces or an array. */
    @WithDefault("roles")
    String rolesClaim();

    /** What has the two claims. */
    @WithDefault("id_token")
    Source claimsSource();

    /** What is asked of the provider beside {@code openid}. */
    @WithDefault("profile,email")
    List<String> scopes();

    /** Whether the ID token must repeat the sign-in's nonce. Every provider does but the one of dev mode. */
    @WithDefault("true")
    boolean nonce();

    /**
     * What the session cookie is encrypted under, 32 characters or more, 8 of them different, the same on every node.
     * Without it, it is made of the current pepper, which every node has.
     */
    Optional<String> sessionSecret();

    /** How long a session lives that nobody uses, beyond the life of the provider's ID token. */
    @WithDefault("PT30M")
    Duration sessionIdle();

    /** How long a session lives at most. A working day, so that nobody signs in twice in one. */
    @WithDefault("PT12H")
    Duration sessionLength();

    /**
     * How often an address may start to sign in within a minute. An office behind one address signs in together in the
     * morning; whoever guesses gains nothing here, but each start costs the provider work.
     */
    @WithDefault("30")
    int signInsPerMinute();

    /** Whether people can sign in here. */
    default boolean isOn() {
        return issuer().isPresent() && clientId().isPresent();
    }
}
