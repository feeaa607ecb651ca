package app.spine.portal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The pages that there are, as the menu shows them to a role. */
final class Navigation {

    private Navigation() {}

    /** A page in the menu. Whoever builds one puts it here. */
    enum Page {
        CONSUMERS(Heading.CONSUMERS, "Consumers", "/portal/consumers", Role.OWNER, Role.ADMIN, Role.OPERATOR),
        OWN_CONSUMER(Heading.CONSUMERS, "Your app", "/portal/own", Role.PARTNER),
        REQUESTS(
                Heading.CONSUMERS, "Requests", "/portal/requests", Role.OWNER, Role.ADMIN, Role.OPERATOR, Role.PARTNER),
        APPROVALS(Heading.CONSUMERS, "Approvals", "/portal/approvals", Role.OWNER, Role.ADMIN, Role.OPERATOR),
        LEAKS(Heading.CONSUMERS, "Leaks and ends", "/portal/leaks", Role.OWNER, Role.ADMIN),
        MEMBERS(Heading.PEOPLE, "Members", "/portal/members", Role.OWNER, Role.ADMIN, Role.OPERATOR),
        AUDIT(Heading.AUDIT, "Records", "/portal/audit", Role.OWNER, Role.ADMIN, Role.OPERATOR),
        ACADEMY(Heading.SETTINGS, "Academy", "/portal/settings", Role.OWNER, Role.ADMIN, Role.OPERATOR),
        YOU(Heading.SETTINGS, "You", "/portal/you", Role.OWNER, Role.ADMIN, Role.OPERATOR, Role.PARTNER);

        private final Heading heading;
        private final String title;
        private final String path;

        @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable set of enum constants
        private final Set<Role> roles;

        Page(Heading heading, String title, String path, Role... roles) {
            this.heading = heading;
            this.title = title;
            this.path = path;
            this.roles = Set.of(roles);
        }

        /** Where a role finds a consumer. */
        static Page of(Role role) {
            return role == Role.PARTNER ? OWN_CONSUMER : CONSUMERS;
        }
    }

    /** The groups of pages, in their order. */
    enum Heading {
        CONSUMERS("Consumers", "key"),
        PEOPLE("People", "people"),
        AUDIT("Audit", "audit"),
        SETTINGS("Settings", "settings");

        private final String title;
        private final String icon;

        Heading(String title, String icon) {
            this.title = title;
            this.icon = icon;
        }
    }

    /**
     * A group with its pages.
     *
     * @param count how many things in it wait for somebody, and of what
     */
    record Group(String title, String path, String icon, boolean here, List<Entry> entries, long count) {}

    /** A page in a group. */
    record Entry(String title, String path, boolean here, long count) {}

    /**
     * The menu of a role.
     *
     * @param here the page that is shown; null for one that is not in the menu
     * @param waiting how many approvals wait
     */
    static List<Group> of(Role role, @Nullable Page here, long waiting) {
        List<Group> groups = new ArrayList<>();
        for (Heading heading : Heading.values()) {
            List<Entry> entries = Arrays.stream(Page.values())
                    .filter(page -> page.heading == heading && page.roles.contains(role))
                    .map(page -> new Entry(page.title, page.path, page == here, waits(page, waiting)))
                    .toList();
            if (!entries.isEmpty()) {
                groups.add(new Group(
                        heading.title,
                        entries.getFirst().path(),
                        heading.icon,
                        here != null && here.heading == heading,
                        entries,
                        entries.stream().mapToLong(Entry::count).sum()));
            }
        }
        return groups;
    }

    private static long waits(Page page, long waiting) {
        return page == Page.APPROVALS ? waiting : 0;
    }
}
