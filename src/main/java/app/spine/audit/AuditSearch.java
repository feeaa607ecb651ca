package app.spine.audit;

import app.spine.http.Cursor;
import app.spine.http.Page;
import app.spine.http.Problem;
import app.spine.http.Redaction;
import app.spine.http.TypeId;
import app.spine.tenancy.CurrentTenant;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Reads the audit trail, newest first. Every method runs in the transaction that its caller opened. */
@ApplicationScoped
public class AuditSearch {

    private static final String LIST = "audit-log";

    /** What one page looks at, at most, when nothing of it is what was asked for. */
    private static final int SCANNED_ROWS = 10_000;

    private static final int VALUE_LENGTH = 2_000;

    private static final String COLUMNS = """
            id, occurred_at, event, actor_kind, actor_id, actor_key_id, entity_kind, entity_id, source_workflow, request_id""";

    private static final String READ = """
            select %s, before_hash, after_hash, salt, before, after
            from audit_log l left join audit_values v on v.tenant_id = l.tenant_id and v.audit_id = l.id
            where l.tenant_id = ? and l.id = ?""".formatted(String.join(
            ", ", Arrays.stream(COLUMNS.split(", ")).map("l."::concat).toList()));

    // Jumps from name to name in the index of events: a step for each name, however many records there are.
    private static final String EVENTS = """
            with recursive names as (
                (select event from audit_log where tenant_id = ? order by event limit 1)
                union all
                select (select event from audit_log where tenant_id = ? and event > names.event order by event limit 1)
                from names where names.event is not null)
            select event from names where event is not null limit 500""";

    private final DataSource dataSource;
    private final CurrentTenant tenant;
    private final ObjectMapper json;

    AuditSearch(DataSource dataSource, CurrentTenant tenant, ObjectMapper json) {
        this.dataSource = dataSource;
        this.tenant = tenant;
        this.json = json;
    }

    /**
     * One page. It may hold fewer than asked for and still have a next one, since each looks at a bounded number of
     * records.
     *
     * @param after the {@code next} of an earlier page with the same filters; null for the first
     * @throws Problem 400 for an {@code after} that is none
     */
    public Page<AuditRecord> list(AuditFilter filter, @Nullable String after, int limit) throws SQLException {
        UUID behind = Page.after(after, LIST, filter.fingerprint()).orElse(null);
        Scan scan = Scan.of(filter, tenant.require().id(), behind);
        try (Connection connection = dataSource.getConnection()) {
            List<AuditRecord> found = find(connection, scan, limit + 1);
            if (found.size() > limit || !scan.isBounded()) {
                return Page.of(found, limit, LIST, filter.fingerprint(), AuditSearch::uuid, record -> record);
            }
            UUID last = lastScanned(connection, scan);
            String next = last == null ? null : Cursor.encode(LIST, filter.fingerprint(), last);
            return new Page<>(found, next);
        }
    }

    /** The names of the events that the academy has records of, in alphabetical order. */
    public List<String> events() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(EVENTS)) {
            statement.setObject(1, tenant.require().id());
            statement.setObject(2, tenant.require().id());
            List<String> names = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    names.add(row.getString(1));
                }
            }
            return names;
        }
    }

    /**
     * One record with what it changed.
     *
     * @throws Problem 404 when there is none
     */
    public AuditDetail require(String id) throws SQLException {
        UUID uuid = TypeId.parse("audit", id).orElseThrow(Problem::notFound);
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(READ)) {
            statement.setObject(1, tenant.require().id());
            statement.setObject(2, uuid);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw Problem.notFound();
                }
                return detail(row);
            }
        }
    }

    private AuditDetail detail(ResultSet row) throws SQLException {
        AuditRecord record = record(row);
        byte[] salt = row.getBytes("salt");
        if (salt == null) {
            return new AuditDetail(record, List.of(), AuditDetail.Proof.ERASED);
        }
        String before = row.getString("before");
        String after = row.getString("after");
        boolean matches = Arrays.equals(AuditSql.hash(salt, before), row.getBytes("before_hash"))
                && Arrays.equals(AuditSql.hash(salt, after), row.getBytes("after_hash"));
        return new AuditDetail(
                record, fields(before, after), matches ? AuditDetail.Proof.MATCHES : AuditDetail.Proof.DIFFERS);
    }

    private List<AuditDetail.Field> fields(@Nullable String before, @Nullable String after) {
        Map<String, String> old = values(before);
        Map<String, String> changed = values(after);
        Set<String> names = new TreeSet<>(old.keySet());
        names.addAll(changed.keySet());
        return names.stream()
                .map(name -> new AuditDetail.Field(
                        name, old.get(name), changed.get(name), !Objects.equals(old.get(name), changed.get(name))))
                .toList();
    }

    private Map<String, String> values(@Nullable String text) {
        Map<String, String> values = new TreeMap<>();
        if (text == null) {
            return values;
        }
        try {
            JsonNode tree = json.readTree(text);
            tree.properties().forEach(field -> {
                if (!field.getValue().isNull()) {
                    values.put(field.getKey(), Redaction.clean(said(field.getValue()), VALUE_LENGTH));
                }
            });
            return values;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the trail holds values that are no JSON", e);
        }
    }

    private static String said(JsonNode value) {
        return value.isValueNode() ? value.asText() : value.toString();
    }

    private static List<AuditRecord> find(Connection connection, Scan scan, int limit) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(scan.find(COLUMNS))) {
            scan.bind(statement, true, limit);
            List<AuditRecord> found = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(record(row));
                }
            }
            return found;
        }
    }

    /** Where the next page goes on; null when this one has looked at all that there is. */
    private static @Nullable UUID lastScanned(Connection connection, Scan scan) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(scan.findLast())) {
            scan.bind(statement, false, 1);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getObject(1, UUID.class) : null;
            }
        }
    }

    private static AuditRecord record(ResultSet row) throws SQLException {
        return new AuditRecord(
                TypeId.format("audit", row.getObject("id", UUID.class)),
                row.getObject("occurred_at", OffsetDateTime.class).toInstant(),
                row.getString("event"),
                row.getString("actor_kind"),
                row.getString("actor_id"),
                row.getString("actor_key_id"),
                row.getString("entity_kind"),
                row.getString("entity_id"),
                row.getString("source_workflow"),
                row.getString("request_id"));
    }

    private static UUID uuid(AuditRecord record) {
        return TypeId.parse("audit", record.id()).orElseThrow();
    }

    /**
     * How a list is read: along one index, that of the filter with the fewest records, or of the ids where there is none;
     * other filters are tried on what is met on the way, which is bounded.
     */
    private record Scan(List<String> along, List<Object> alongValues, List<String> also, List<Object> alsoValues) {

        static Scan of(AuditFilter filter, UUID tenantId, @Nullable UUID behind) {
            List<String> along = new ArrayList<>(List.of("tenant_id = ?"));
            List<Object> alongValues = new ArrayList<>(List.of(tenantId));
            List<String> also = new ArrayList<>();
            List<Object> alsoValues = new ArrayList<>();
            String[] columns = {"entity_id", "actor_id", "event"};
            String[] values = {filter.entity(), filter.actor(), filter.event()};
            boolean indexed = false;
            for (int i = 0; i < columns.length; i++) {
                if (values[i] != null) {
                    (indexed ? also : along).add(columns[i] + " = ?");
                    (indexed ? alsoValues : alongValues).add(values[i]);
                    indexed = true;
                }
            }
            if (behind != null) {
                along.add("id < ?");
                alongValues.add(behind);
            }
            // Ids begin with the instant they were made at.
            bound(along, alongValues, "id >= uuid_v7_floor(?)", filter.from());
            bound(along, alongValues, "id < uuid_v7_floor(?)", filter.to());
            return new Scan(along, alongValues, also, alsoValues);
        }

        private static void bound(List<String> along, List<Object> values, String condition, @Nullable Instant at) {
            if (at != null) {
                along.add(condition);
                values.add(at.atOffset(ZoneOffset.UTC));
            }
        }

        boolean isBounded() {
            return !also.isEmpty();
        }

        String find(String columns) {
            String scanned =
                    "select " + columns + " from audit_log where " + String.join(" and ", along) + " order by id desc";
            return also.isEmpty()
                    ? scanned + " limit ?"
                    : "select * from (" + scanned + " limit " + SCANNED_ROWS + ") scanned where "
                            + String.join(" and ", also) + " order by id desc limit ?";
        }

        String findLast() {
            return "select id from audit_log where " + String.join(" and ", along) + " order by id desc offset "
                    + (SCANNED_ROWS - 1) + " limit ?";
        }

        void bind(PreparedStatement statement, boolean withAlso, int limit) throws SQLException {
            List<Object> values = new ArrayList<>(alongValues);
            if (withAlso) {
                values.addAll(alsoValues);
            }
            values.add(limit);
            for (int i = 0; i < values.size(); i++) {
                statement.setObject(i + 1, values.get(i));
            }
        }
    }
}
