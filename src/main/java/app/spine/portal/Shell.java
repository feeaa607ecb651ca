package app.spine.portal;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What stands around the content of every page.
 *
 * @param theme {@code light} or {@code dark}; null for the system's
 * @param density {@code compact}; null for comfortable
 * @param done what the person has just done, said once; null for nothing
 * @param names of people who did something
 */
record Shell(
        Person person,
        Times times,
        List<Navigation.Group> groups,
        @Nullable String theme,
        @Nullable String density,
        @Nullable String done,
        People.Names names) {

    private static final int DOCK_PLACES = 4;

    public String academy() {
        return person.academyName();
    }

    public Role role() {
        return person.role();
    }

    /** The first sections, for which a phone has room; the menu has them all. */
    public List<Navigation.Group> dock() {
        return groups.subList(0, Math.min(DOCK_PLACES, groups.size()));
    }

    public String initials() {
        StringBuilder initials = new StringBuilder();
        for (String word : person.name().strip().split("[\\s.@_-]+", 3)) {
            if (!word.isEmpty() && initials.length() < 2) {
                initials.appendCodePoint(Character.toUpperCase(word.codePointAt(0)));
            }
        }
        return initials.toString();
    }

    public String roleName() {
        return switch (role()) {
            case OWNER -> "Owner";
            case ADMIN -> "Admin";
            case OPERATOR -> "Operator";
            case PARTNER -> "Partner developer";
        };
    }

    /** Who did something, as far as the reader knows the person. */
    public String who(String actorId) {
        if (actorId.equals(person.subject())) {
            return "you";
        }
        if (actorId.startsWith("consumer_")) {
            return "an API call";
        }
        return actorId.contains("-report") ? "the program" : Objects.requireNonNullElse(names.find(actorId), actorId);
    }

    /** {@code Sydney} of {@code Australia/Sydney}. */
    public String zoneName() {
        String id = times.zone().getId();
        return id.substring(id.lastIndexOf('/') + 1).replace('_', ' ');
    }

    /** Whether the person has to prove itself again before a key is issued, rotated or revoked. */
    public boolean stale() {
        return !person.isFresh(times.now());
    }
}
