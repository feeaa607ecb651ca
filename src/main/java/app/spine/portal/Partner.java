package app.spine.portal;

import java.time.Instant;

/**
 * A developer of a partner who may use the portal for one consumer.
 *
 * @param id names the binding
 * @param name as the provider had it when the binding was made, for people to read
 */
public record Partner(String id, String issuer, String subject, String name, Instant boundAt) {}
