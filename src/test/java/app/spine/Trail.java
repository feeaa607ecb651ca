package app.spine;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.Load.Answer;
import app.spine.Load.Call;
import app.spine.http.TypeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** What a program's embedded database holds of its calls, past every right and policy, and whether it is what they saw. */
record Trail(Map<String, Row> log, Map<String, Audited> audit, Set<String> members, Set<String> consumers) {

    private static final Set<String> CHANGES = Set.of("addMember", "changeMember", "createConsumer");

    /** One row of the request log. */
    record Row(String operation, int status, long count) {}

    /** One audit record, by the request that caused it. */
    record Audited(String event, String entity) {}

    static Trail read(Path directory) throws IOException, SQLException {
        Properties secrets = new Properties();
        try (var reader = Files.newBufferedReader(directory.resolve(".spine/secrets.properties"))) {
            secrets.load(reader);
        }
        String port = Files.readString(directory.resolve(".spine/port")).strip();
        try (Connection superuser = DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/spine",
                "postgres",
                secrets.getProperty("superuser.password"))) {
            Map<String, Row> log = new HashMap<>();
            for (List<String> row :
                    query(superuser, "select id, coalesce(operation, ''), status, count from api_requests")) {
                Row before = log.put(
                        publicId("req", row.getFirst()),
                        new Row(row.get(1), Integer.parseInt(row.get(2)), Long.parseLong(row.get(3))));
                assertThat(before).as("a request has one row: %s", row).isNull();
            }
            Map<String, Audited> audit = new HashMap<>();
            // What the making of the demo left there was caused by no request.
            for (List<String> row : query(
                    superuser, "select request_id, event, entity_id from audit_log where request_id is not null")) {
                Audited before = audit.put(row.getFirst(), new Audited(row.get(1), row.get(2)));
                assertThat(before).as("a change has one audit record: %s", row).isNull();
            }
            return new Trail(
                    log,
                    audit,
                    ids(superuser, "member", "select id from members where legal_name like ?"),
                    ids(superuser, "consumer", "select id from api_consumers where name like ?"));
        }
    }

    /** Holds the answers against the log, and every effect against both. */
    void proves(List<Answer> answers) {
        Map<String, List<Answer>> byRequest = answers.stream().collect(Collectors.groupingBy(Answer::requestId));
        byRequest.forEach((id, those) -> {
            Row row = log.get(id);
            assertThat(row).as("the row of %s", those).isNotNull();
            assertThat(those).as("%s", row).allMatch(answer -> answer.status() == row.status);
            assertThat(row.count).as("what %s counts", id).isGreaterThanOrEqualTo(those.size());
        });
        for (Answer answer : answers) {
            if (answer.subject() != null) {
                assertThat(audit.get(answer.requestId())).as("%s", answer).isEqualTo(audited(answer));
                assertThat(answer.call() == Call.CREATE_CONSUMER ? consumers : members)
                        .contains(answer.subject());
            }
        }
        hasNoEffectWithoutItsRows();
    }

    /** Rows and effects are made in one transaction, also for calls whose answer never arrived. */
    private void hasNoEffectWithoutItsRows() {
        assertThat(audit.keySet())
                .as("requests with an audit record are those with the row of a change")
                .isEqualTo(log.entrySet().stream()
                        .filter(entry -> CHANGES.contains(entry.getValue().operation) && entry.getValue().status < 300)
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet()));
        assertThat(members).as("members are those whose making is in the trail").isEqualTo(madeBy("member.created"));
        assertThat(consumers)
                .as("consumers are those whose making is in the trail")
                .isEqualTo(madeBy("consumer.created"));
    }

    private Set<String> madeBy(String event) {
        return audit.values().stream()
                .filter(record -> record.event.equals(event))
                .map(Audited::entity)
                .collect(Collectors.toSet());
    }

    private static Audited audited(Answer answer) {
        String event = switch (answer.call()) {
            case ADD_MEMBER -> "member.created";
            case CHANGE_MEMBER -> "member.updated";
            case CREATE_CONSUMER -> "consumer.created";
            case READ, LIST, WITHOUT_KEY, UNKNOWN_KEY, WITHOUT_SCOPE, NOT_THERE, STALE, INVALID ->
                throw new AssertionError(answer.call() + " changes nothing");
        };
        return new Audited(event, String.valueOf(answer.subject()));
    }

    private static Set<String> ids(Connection connection, String prefix, String sql) throws SQLException {
        Set<String> ids = new HashSet<>();
        for (List<String> row : query(connection, sql, Load.MARK + "%")) {
            ids.add(publicId(prefix, row.getFirst()));
        }
        return ids;
    }

    private static String publicId(String prefix, String uuid) {
        return TypeId.format(prefix, UUID.fromString(uuid));
    }

    private static List<List<String>> query(Connection connection, String sql, String... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            List<List<String>> found = new ArrayList<>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    List<String> row = new ArrayList<>();
                    for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                        row.add(rows.getString(i));
                    }
                    found.add(row);
                }
            }
            return found;
        }
    }
}
