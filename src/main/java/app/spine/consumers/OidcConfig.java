package app.spine.consumers;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** The OIDC provider whose tokens count beside keys. Without an issuer none does. */
@ConfigMapping(prefix = "spine.oidc")
public interface OidcConfig {

    /** The provider as it names itself in {@code iss}, to the letter; its discovery document is found below it. */
    Optional<String> issuer();

    /** Where its signing keys are, for a network in which the issuer's own address leads nowhere; else discovered. */
    Optional<String> jwksUrl();

    /** What a token must be meant for ({@code aud}). */
    @WithDefault("operating-spine")
    String audience();

    /**
     * The claim that names the client; without it {@code client_id} (RFC 9068) and {@code azp} do, which must not
     * contradict each other.
     */
    Optional<String> clientClaim();

    /** The claim that lists the scopes: one text with spaces, or an array. */
    @WithDefault("scope")
    String scopeClaim();

    /**
     * A claim that must be the slug of the academy whose consumer the client is bound to. It takes the binding out of the
     * academies' hands where they share a provider but do not trust each other.
     */
    Optional<String> clientTenantClaim();

    /** How old signing keys become before they are fetched anew, while the old ones go on. */
    @WithDefault("PT5M")
    Duration keysRefreshed();

    /**
     * How long signing keys count while the provider is away. A day bridges an outage; a key that the provider withdrew
     * meanwhile signs no longer than that.
     */
    @WithDefault("PT24H")
    Duration keysTrusted();

    /** The least time between two fetches, since anyone can invent a token of a key that nobody knows. */
    @WithDefault("PT5S")
    Duration keysDistance();

    /** How long a fetch may take. Tokens that need it wait so long at most. */
    @WithDefault("PT3S")
    Duration patience();
}
