package app.spine.tenancy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What the demo's academies are called, and which of them a database holds. Anybody may call an academy so: the demo's are
 * those of which the audit trail says that the demo made them.
 */
public final class DemoTenants {

    public static final String HARBOUR = "harbour";
    public static final String LAKESIDE = "lakeside";

    /** Who the audit trail says made them. */
    public static final String MAKER = "demo";

    private static final String FIND = """
            select slug, a.id from unnest(array['%s', '%s']) as slug, find_academy(slug) as a""".formatted(HARBOUR, LAKESIDE);

    private static final String IS_MADE_BY_DEMO = RowLevelSecurity.entering("""
            select true from audit_log
            where actor_id = '%s' and actor_kind = 'system' and event = 'academy.created'
            limit 1""".formatted(MAKER));

    private DemoTenants() {}

    /** The slugs of those that are there, asked as a role that row-level security binds. */
    static List<String> read(Connection connection) throws SQLException {
        Map<UUID, String> called = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(FIND);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                called.put(row.getObject(2, UUID.class), row.getString(1));
            }
        }
        List<String> made = new ArrayList<>();
        for (Map.Entry<UUID, String> academy : called.entrySet()) {
            try (PreparedStatement statement = connection.prepareStatement(IS_MADE_BY_DEMO)) {
                statement.setObject(1, academy.getKey());
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    if (row.getBoolean(1)) {
                        made.add(academy.getValue());
                    }
                }
            }
        }
        return made.stream().sorted().toList();
    }
}
