package app.spine.portal;

import app.spine.consumers.Scope;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** All scopes in the groups in which a person looks for them. */
final class ScopeChoices {

    static final List<Group> ALL = groups();

    private ScopeChoices() {}

    /** Scopes of one concern. */
    record Group(String title, List<Scope> scopes) {}

    private static List<Group> groups() {
        Map<String, List<Scope>> groups = Arrays.stream(Scope.values())
                .collect(Collectors.groupingBy(ScopeChoices::title, LinkedHashMap::new, Collectors.toList()));
        return groups.entrySet().stream()
                .map(group -> new Group(group.getKey(), List.copyOf(group.getValue())))
                .toList();
    }

    private static String title(Scope scope) {
        String wire = scope.wire();
        String resource = wire.substring(0, wire.indexOf(':'));
        return switch (resource) {
            case "members", "members.contact", "members.minor", "members.health", "pickup" -> "People";
            case "bookings", "sessions" -> "Classes and bookings";
            case "payments", "refunds" -> "Money";
            case "webhooks", "events" -> "Events";
            case "consumers", "keys" -> "Consumers and keys";
            case "audit", "requests" -> "Records";
            default -> "Operations";
        };
    }
}
