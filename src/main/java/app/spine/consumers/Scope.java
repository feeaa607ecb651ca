package app.spine.consumers;

import app.spine.http.WireName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a key may do, {@code resource:action}. The list is closed and nothing implies anything else: {@code :write} does
 * not grant {@code :read}, and there are no wildcards.
 */
public enum Scope implements WireName {
    MEMBERS_READ("members:read", "See adult members and their households, without contact details or health."),
    MEMBERS_WRITE("members:write", "Add, change, merge and import members and households."),
    MEMBERS_CONTACT_READ("members.contact:read", "See e-mail addresses and phone numbers, and search by them."),
    MEMBERS_MINOR_READ("members.minor:read", "See members under 18 at all.", true),
    MEMBERS_HEALTH_READ("members.health:read", "See medical holds and the reasons for them.", true),
    MEMBERS_HEALTH_WRITE("members.health:write", "Place, change and clear medical holds.", true),
    PICKUP_READ("pickup:read", "See who may and who must not pick up a child, and past releases."),
    PICKUP_WRITE("pickup:write", "Change who may pick up a child, and record releases.", true),
    BOOKINGS_READ("bookings:read", "See classes, places left, bookings, waitlists and plans."),
    BOOKINGS_WRITE("bookings:write", "Book, cancel, check in and join waitlists for members."),
    SESSIONS_WRITE("sessions:write", "Plan, change and cancel classes."),
    TASKS_READ("tasks:read", "See operational tasks."),
    TASKS_WRITE("tasks:write", "Open, assign, block and complete operational tasks."),
    INCIDENTS_READ("incidents:read", "See incidents and their timelines."),
    INCIDENTS_WRITE("incidents:write", "Open incidents, add to their timelines and close them."),
    PAYMENTS_READ("payments:read", "See invoices, payments, the ledger, recoveries and provider events."),
    PAYMENTS_WRITE("payments:write", "Issue invoices, record and retry payments, and replay provider events.", true),
    REFUNDS_WRITE("refunds:write", "Give money back.", true),
    WEBHOOKS_READ("webhooks:read", "See webhook endpoints and their deliveries."),
    WEBHOOKS_WRITE("webhooks:write", "Add and change webhook endpoints, rotate their secrets and replay deliveries."),
    EVENTS_READ("events:read", "Read every event of the academy in order, and the log of automated decisions."),
    EVENTS_WRITE("events:write", "Add to the log of automated decisions and review them."),
    PROVIDERS_READ("providers:read", "See providers, their checks and paused automation."),
    PROVIDERS_WRITE(
            "providers:write", "Add and review providers, send heartbeats, record deploys and pause automation."),
    HEALTH_READ("health:read", "See the health of the academy's components, providers and queues."),
    OPERATIONS_READ("operations:read", "See the two operations boards."),
    AUDIT_READ("audit:read", "Read the audit trail and verify its seals."),
    AUDIT_REVIEW("audit:review", "Record the outcome of reviewing an audit record.", true),
    REQUESTS_READ("requests:read", "Read the log of API requests."),
    CONSUMERS_READ("consumers:read", "See consumers, their keys' details, use and waiting approvals."),
    CONSUMERS_WRITE("consumers:write", "Add consumers, and issue, rotate and revoke their keys.", true),
    KEYS_ROTATE("keys:rotate", "Rotate the calling consumer's own key.");

    private static final Map<String, Scope> BY_WIRE =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Scope::wire, Function.identity()));

    private final String wire;
    private final String description;
    private final boolean sensitive;

    Scope(String wire, String description) {
        this(wire, description, false);
    }

    Scope(String wire, String description, boolean sensitive) {
        this.wire = wire;
        this.description = description;
        this.sensitive = sensitive;
    }

    /** As it stands in requests, tokens and the database. */
    @JsonValue
    @Override
    public String wire() {
        return wire;
    }

    /** One plain sentence on what it allows. */
    public String description() {
        return description;
    }

    /** Stays pending until an owner or admin other than the requester approves it in the portal. */
    public boolean isSensitive() {
        return sensitive;
    }

    public static Optional<Scope> parse(@Nullable String text) {
        return text == null ? Optional.empty() : Optional.ofNullable(BY_WIRE.get(text));
    }
}
