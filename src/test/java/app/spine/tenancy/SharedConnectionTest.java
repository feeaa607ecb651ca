package app.spine.tenancy;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** All tenants on one connection: what one leaves behind, the next would find. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(SharedConnectionTest.OneConnection.class)
class SharedConnectionTest {

    /** Enough for the driver to prepare a statement on the server, which it does from the fifth time on. */
    private static final int OFTEN = 12;

    @Inject
    DataSource dataSource;

    @Inject
    TenantScope scope;

    /** The pool holds one connection. */
    public static class OneConnection implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "quarkus.datasource.jdbc.max-size",
                    "1",
                    "quarkus.datasource.jdbc.min-size",
                    "1",
                    // Jobs want it as well.
                    "quarkus.datasource.jdbc.acquisition-timeout",
                    "30s");
        }
    }

    @Test
    void neverShowsOneTenantAnothersRowsAlsoAfterARollback() throws Exception {
        Records a = Records.make();
        Records b = Records.make();
        int session = assertNoTenant();
        for (int i = 0; i < OFTEN; i++) {
            assertThat(Job.run(() -> scope.call(tenant(b), this::members))).containsExactly(b.memberUuid());
            assertNoTenant();
            assertThatThrownBy(() -> Job.run(() -> scope.call(tenant(a), () -> {
                        assertThat(members()).containsExactly(a.memberUuid());
                        throw new IllegalArgumentException("rolls back");
                    })))
                    .hasStackTraceContaining("rolls back");
            assertNoTenant();
            assertThat(Job.run(() -> scope.call(tenant(b), this::members))).containsExactly(b.memberUuid());
            assertThat(Job.run(() -> scope.call(tenant(a), this::members))).containsExactly(a.memberUuid());
            assertThat(assertNoTenant()).isEqualTo(session);
        }
    }

    @Test
    void leavesTheTenantWhenAStatementBreaksTheTransaction() throws Exception {
        Records a = Records.make();
        int session = assertNoTenant();
        assertThatThrownBy(() -> Job.run(() -> scope.call(tenant(a), () -> {
                    try (Connection connection = dataSource.getConnection();
                            Statement statement = connection.createStatement()) {
                        return statement.execute("select 1 / 0");
                    }
                })))
                .hasStackTraceContaining("division by zero");
        assertThat(assertNoTenant()).isEqualTo(session);
    }

    @Test
    void leavesTheTenantWithTheStatementOfAHotRead() throws Exception {
        Records a = Records.make();
        Records b = Records.make();
        int session = assertNoTenant();
        for (int i = 0; i < OFTEN; i++) {
            for (Records records : List.of(a, b)) {
                assertThat(hotRead(records, "select id from members")).containsExactly(records.memberUuid());
                assertThat(assertNoTenant()).isEqualTo(session);
            }
        }
    }

    @Test
    void entersTheTenantBeforeTheSelectOfTheSameStatementAndLeavesItWithIt() throws Exception {
        Records a = Records.make();
        Records b = Records.make();
        int session = assertNoTenant();
        for (int i = 0; i < OFTEN; i++) {
            for (Records records : List.of(a, b)) {
                assertThat(readEntering(records, "select id from members")).containsExactly(records.memberUuid());
                assertThat(assertNoTenant()).isEqualTo(session);
            }
            assertThatThrownBy(() -> readEntering(a, "select id from members where 1 / (version - version) = 1"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("division by zero");
            assertThat(assertNoTenant()).isEqualTo(session);
        }
    }

    @Test
    void leavesTheTenantWhenAHotReadFails() throws Exception {
        Records a = Records.make();
        int session = assertNoTenant();
        for (int i = 0; i < OFTEN; i++) {
            // Not foldable, so that it fails while it runs and not while it is planned.
            assertThatThrownBy(() -> hotRead(a, "select id from members where 1 / (version - version) = 1"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("division by zero");
            assertThat(assertNoTenant()).isEqualTo(session);
        }
    }

    @Test
    void answersInterleavedCallsOfTwoAcademiesEachWithItsOwn() throws SQLException {
        Records a = Records.make();
        Records b = Records.make();
        int session = assertNoTenant();
        for (int i = 0; i < OFTEN; i++) {
            assertThat(get(a, "/v1/members/" + a.memberId()).statusCode()).isEqualTo(200);
            assertNoTenant();
            Response others = get(b, "/v1/members/" + a.memberId());
            assertThat(others.statusCode()).isEqualTo(404);
            assertNoTenant();
            assertThat(get(a, "/v1/members").<List<String>>path("data.id")).containsExactly(a.memberId());
            assertNoTenant();
            assertThat(get(b, "/v1/members").<List<String>>path("data.id")).containsExactly(b.memberId());
            assertThat(get(b, "/v1/members/" + b.memberId()).statusCode()).isEqualTo(200);
            assertThat(assertNoTenant()).isEqualTo(session);
        }
    }

    private static Response get(Records caller, String path) {
        return given().header("Authorization", caller.consumer().bearer()).get(path);
    }

    /** The way of the hot reads: tenant and select in one prepared statement outside any transaction. */
    private List<UUID> hotRead(Records records, String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(RowLevelSecurity.ENTER + "; " + sql)) {
            statement.setString(1, records.academy().id().toString());
            statement.execute();
            statement.getMoreResults();
            try (ResultSet row = statement.getResultSet()) {
                return ids(row);
            }
        }
    }

    private List<UUID> readEntering(Records records, String select) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(RowLevelSecurity.entering(select))) {
            statement.setObject(1, records.academy().id());
            try (ResultSet row = statement.executeQuery()) {
                return ids(row);
            }
        }
    }

    private List<UUID> members() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select id from members")) {
            return ids(row);
        }
    }

    /** That whoever borrows the connection next has no tenant and sees nothing; returns which session it is. */
    private int assertNoTenant() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select coalesce(current_setting('spine.tenant', true), ''), pg_backend_pid(),"
                                + " (select count(*) from members)")) {
            row.next();
            assertThat(row.getString(1)).isEmpty();
            assertThat(row.getLong(3)).isZero();
            return row.getInt(2);
        }
    }

    private static List<UUID> ids(ResultSet row) throws SQLException {
        List<UUID> ids = new ArrayList<>();
        while (row.next()) {
            ids.add(row.getObject(1, UUID.class));
        }
        return ids;
    }

    private static Tenant tenant(Records records) {
        return new Tenant(records.academy().id(), ZoneOffset.UTC);
    }
}
