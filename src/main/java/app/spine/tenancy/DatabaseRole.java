package app.spine.tenancy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What the program's role may do in its database, and what the server promises to it.
 *
 * @param owned a table with row-level security that it owns, or whose owner it can become; null for none
 * @param mightier a role that row-level security does not bind and that it can become; null for none
 * @param version the server's version as a number, 150018 for 15.18
 */
record DatabaseRole(
        String name,
        boolean superuser,
        boolean bypassesRowLevelSecurity,
        @Nullable String owned,
        @Nullable String mightier,
        boolean forgetsWrites,
        boolean forgetsCommits,
        int version,
        String release) {

    // PostgreSQL lets superusers, BYPASSRLS and a table's owner past its policies. Whoever is a member of such
    // a role can become it.
    private static final String OF_THIS_SESSION = """
            select r.rolname, r.rolsuper, r.rolbypassrls,
                   (select min(c.relname) from pg_class c
                    where c.relrowsecurity and pg_has_role(r.oid, c.relowner, 'MEMBER')) as owned,
                   (select min(other.rolname) from pg_roles other
                    where (other.rolsuper or other.rolbypassrls) and other.oid <> r.oid
                        and pg_has_role(r.oid, other.oid, 'MEMBER')) as mightier,
                   current_setting('fsync') = 'off' as forgets_writes,
                   current_setting('synchronous_commit') = 'off' as forgets_commits,
                   current_setting('server_version_num')::int as version, current_setting('server_version') as release
            from pg_roles r
            where r.rolname = current_user""";

    static DatabaseRole read(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(OF_THIS_SESSION);
                ResultSet found = statement.executeQuery()) {
            found.next();
            return new DatabaseRole(
                    found.getString("rolname"),
                    found.getBoolean("rolsuper"),
                    found.getBoolean("rolbypassrls"),
                    found.getString("owned"),
                    found.getString("mightier"),
                    found.getBoolean("forgets_writes"),
                    found.getBoolean("forgets_commits"),
                    found.getInt("version"),
                    found.getString("release"));
        }
    }

    /** What lets it past row-level security; null when nothing does. */
    @Nullable
    String power() {
        if (superuser) {
            return "is a superuser";
        }
        if (bypassesRowLevelSecurity) {
            return "has BYPASSRLS";
        }
        if (owned != null) {
            return "owns the table " + owned + " or is a member of its owner";
        }
        return mightier == null ? null : "is a member of " + mightier + ", a superuser or a role with BYPASSRLS";
    }
}
