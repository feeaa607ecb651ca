package app.spine.demo;

import app.spine.consumers.Scope;
import app.spine.setup.FirstConsumer;
import java.util.Arrays;
import java.util.List;

/** The demo's consumers: the apps that the operations boards name, and one for the academy's own automation. */
enum DemoConsumer {
    ADMIN("SPINE_ADMIN_KEY", "Academy automation", "Maria Rossi", 2_000, 100_000, all()),
    MEMBER_APP(
            "SPINE_MEMBER_APP_KEY",
            "Member app",
            "Platform",
            200,
            6_000,
            List.of(
                    Scope.MEMBERS_READ,
                    Scope.MEMBERS_WRITE,
                    Scope.MEMBERS_CONTACT_READ,
                    Scope.BOOKINGS_READ,
                    Scope.BOOKINGS_WRITE)),
    PARTNER(
            "SPINE_PARTNER_KEY",
            "Partner widgets",
            "Platform",
            20,
            600,
            List.of(Scope.BOOKINGS_READ, Scope.BOOKINGS_WRITE, Scope.MEMBERS_READ)),
    OPERATIONS(
            "SPINE_OPERATIONS_KEY",
            "Coolify and operations",
            "Platform",
            50,
            3_000,
            List.of(
                    Scope.HEALTH_READ,
                    Scope.OPERATIONS_READ,
                    Scope.PROVIDERS_READ,
                    Scope.PROVIDERS_WRITE,
                    Scope.INCIDENTS_READ,
                    Scope.INCIDENTS_WRITE,
                    Scope.TASKS_READ,
                    Scope.TASKS_WRITE)),
    OTHER_TENANT("SPINE_OTHER_TENANT_KEY", "Academy automation", "Beatrix Vandenberg", 2_000, 100_000, all());

    final String variable;
    final String title;
    private final String owner;
    private final int perSecond;
    private final int perMinute;

    @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable list of enum constants
    private final List<Scope> scopes;

    DemoConsumer(String variable, String title, String owner, int perSecond, int perMinute, List<Scope> scopes) {
        this.variable = variable;
        this.title = title;
        this.owner = owner;
        this.perSecond = perSecond;
        this.perMinute = perMinute;
        this.scopes = List.copyOf(scopes);
    }

    boolean ofSecondAcademy() {
        return this == OTHER_TENANT;
    }

    FirstConsumer firstConsumer() {
        return new FirstConsumer(title, owner, "platform@example.com", scopes, perSecond, perMinute);
    }

    private static List<Scope> all() {
        return Arrays.asList(Scope.values());
    }
}
