package app.spine.members;

/**
 * One way to reach a member.
 *
 * @param value as it was given
 * @param normalised as it is compared: E.164 for a phone, lower-cased for an e-mail address
 */
public record ContactView(ContactType type, String value, String normalised) {}
