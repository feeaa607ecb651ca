package app.spine.portal;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a person has just done. An address carries the name alone, so that nobody can make a page say something else. */
enum Done {
    CONSUMER_CREATED("Consumer created. Issue its first key next."),
    CONSUMER_CHANGED("Changes saved"),
    CONSUMER_SUSPENDED("Suspended. Its calls are refused on every server within a second."),
    CONSUMER_RESTORED("Restored. Its keys work again."),
    KEY_LIMITED("Networks saved. They hold on every server within a second."),
    KEY_REVOKED("Key revoked. It stops on every server within a second."),
    ROTATION_ENDED("The old key stopped. The rotation is complete."),
    SCOPES_DROPPED("Scopes dropped. They can be granted again."),
    REQUEST_APPROVED("Approved. The keys may use the scopes within a second."),
    REQUEST_REFUSED("Refused. The scopes were not granted."),
    CLIENT_BOUND("Bound. Tokens of the client count from now on."),
    CLIENT_UNBOUND("Ended. Tokens of the client are refused on every server within a second."),
    PARTNER_ENDED("Ended. The developer sees nothing of it any more."),
    SETTINGS_SAVED("Saved. New limits hold on every server within a second."),
    APPEARANCE_SAVED("Saved for this browser");

    private final String text;

    Done(String text) {
        this.text = text;
    }

    /** As it stands in an address. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What to say; null for a name that nobody of ours gave. */
    static @Nullable String say(@Nullable String wire) {
        for (Done done : values()) {
            if (done.wire().equals(wire)) {
                return done.text;
            }
        }
        return null;
    }
}
