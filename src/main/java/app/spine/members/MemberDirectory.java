package app.spine.members;

import app.spine.http.GrantedScopes;
import app.spine.http.Page;
import app.spine.http.Problem;
import app.spine.http.TypeId;
import app.spine.tenancy.CurrentTenant;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The members of the academy for its own people, who see them whole. Every method runs in the transaction that its caller
 * opened.
 */
@ApplicationScoped
public class MemberDirectory {

    /** What the academy's own people may see of members, in words of the API. */
    private static final Set<String> SEEN = Set.of(MemberScope.READ, MemberScope.CONTACT_READ, MemberScope.MINOR_READ);

    // A household is a family; whoever shares one with more is shown the first of them.
    private static final int MOST_SHARED = 100;

    private static final String HOUSEHOLDS = """
            select h.id as household, h.name, h.payer_member_id, o.member_id, o.role, o.since,
                   coalesce(m.preferred_name, m.legal_name) as shown_name
            from household_members mine
            join households h on h.tenant_id = mine.tenant_id and h.id = mine.household_id
            join household_members o on o.tenant_id = h.tenant_id and o.household_id = h.id and o.until is null
            join members m on m.tenant_id = o.tenant_id and m.id = o.member_id
            where mine.tenant_id = ? and mine.member_id = ? and mine.until is null
            order by h.id, o.role, o.since, o.member_id
            limit ?""";

    private final DataSource dataSource;
    private final Members members;
    private final MemberScope scope;
    private final GrantedScopes granted;
    private final CurrentTenant tenant;

    MemberDirectory(
            DataSource dataSource, Members members, MemberScope scope, GrantedScopes granted, CurrentTenant tenant) {
        this.dataSource = dataSource;
        this.members = members;
        this.scope = scope;
        this.granted = granted;
        this.tenant = tenant;
    }

    /**
     * Somebody with whom a member shares a household.
     *
     * @param role {@code adult} or {@code dependant}
     */
    public record Housemate(String memberId, String name, String role, LocalDate since) {}

    /** A household that a member is in now, with everyone in it. */
    public record Household(
            String id, String name, @Nullable String payerMemberId, List<Housemate> members) {}

    /**
     * Members in the order of their making.
     *
     * @param words beginnings of words of the name, e-mail address or phone number; null for any
     * @param status null for any
     * @throws Problem 400 for words that hold none, a status that is none, or an {@code after} of another list
     */
    public Page<MemberView> find(@Nullable String words, @Nullable String status, @Nullable String after, int limit) {
        granted.grant(SEEN);
        MemberFilter filter = MemberFilter.read(words, null, null, status, null, scope);
        UUID from = Page.after(after, Members.LIST, filter.fingerprint()).orElse(null);
        return members.list(filter, from, limit);
    }

    /**
     * One member.
     *
     * @throws Problem 404 when there is none
     */
    public MemberView require(String id) {
        granted.grant(SEEN);
        return members.read(id);
    }

    /** Whether somebody is under age today; an unknown date of birth counts as a minor's. */
    public boolean isMinor(MemberView member) {
        return scope.isMinor(member.dateOfBirth());
    }

    /** The households that a member is in now. */
    public List<Household> households(String memberId) throws SQLException {
        UUID member = TypeId.parse("member", memberId).orElseThrow(Problem::notFound);
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(HOUSEHOLDS)) {
            statement.setObject(1, tenant.require().id());
            statement.setObject(2, member);
            statement.setInt(3, MOST_SHARED);
            List<Household> households = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    String id = id("household", row, "household");
                    UUID payer = row.getObject("payer_member_id", UUID.class);
                    if (households.isEmpty() || !households.getLast().id().equals(id)) {
                        households.add(new Household(
                                id,
                                row.getString("name"),
                                payer == null ? null : TypeId.format("member", payer),
                                new ArrayList<>()));
                    }
                    households.getLast().members().add(housemate(row));
                }
            }
            return households;
        }
    }

    private static Housemate housemate(ResultSet row) throws SQLException {
        return new Housemate(
                id("member", row, "member_id"),
                row.getString("shown_name"),
                row.getString("role"),
                row.getObject("since", LocalDate.class));
    }

    private static String id(String prefix, ResultSet row, String column) throws SQLException {
        return TypeId.format(prefix, row.getObject(column, UUID.class));
    }
}
