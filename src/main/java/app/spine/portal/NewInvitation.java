package app.spine.portal;

/**
 * An invitation as its maker sees it, this once.
 *
 * @param code what the invited developer enters at {@code /portal/invitation}; it opens one door once, for seven days
 */
public record NewInvitation(Invitation invitation, String code) {}
