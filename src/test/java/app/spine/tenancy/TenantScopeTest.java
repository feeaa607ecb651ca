package app.spine.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.arc.Arc;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.enterprise.context.ContextNotActiveException;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class TenantScopeTest {

    @Inject
    TenantScope scope;

    @Inject
    TenantTransaction transaction;

    @Inject
    CurrentTenant currentTenant;

    @Inject
    EntityManager entities;

    @Inject
    DataSource dataSource;

    @Test
    void showsAJobWithoutATenantNothing() throws Exception {
        Records.make();
        assertThat(Job.run(() -> QuarkusTransaction.requiringNew().call(this::jdbc)))
                .isEmpty();
        assertThat(Job.run(this::jdbc)).isEmpty();
    }

    @Test
    void worksApartFromTheRequestThatAsksForIt() {
        Academy other = Academy.open();
        // The test framework has opened a request for this method.
        assertThat(Arc.container().requestContext().isActive()).isTrue();
        assertThat(scope.callApart(
                        new Tenant(other.id(), ZoneOffset.UTC),
                        () -> currentTenant.require().id()))
                .isEqualTo(other.id());
        assertThat(currentTenant.find()).isEmpty();
        assertThatThrownBy(() -> scope.callApart(new Tenant(other.id(), ZoneOffset.UTC), () -> {
                    throw new IllegalArgumentException("of the work");
                }))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAJobWithoutATenantASessionOfHibernate() {
        Records.make();
        assertThatThrownBy(() -> Job.run(() -> QuarkusTransaction.requiringNew().call(this::mapped)))
                .hasStackTraceContaining("no tenant identifier");
        assertThatThrownBy(() -> Job.run(() -> QuarkusTransaction.requiringNew().call(this::nativeThroughHibernate)))
                .hasStackTraceContaining("no tenant identifier");
    }

    @Test
    void showsARequestThatHasNotEnteredATenantNothing() {
        Records.make();
        // A test method runs in a request, and nobody has entered a tenant in this one.
        assertThat(currentTenant.find()).isEmpty();
        assertThat(QuarkusTransaction.requiringNew().call(this::mapped)).isEmpty();
        assertThat(QuarkusTransaction.requiringNew().call(this::nativeThroughHibernate))
                .isEmpty();
        assertThat(QuarkusTransaction.requiringNew().call(this::jdbc)).isEmpty();
    }

    @Test
    void refusesATransactionWithoutATenant() throws Exception {
        AtomicBoolean worked = new AtomicBoolean();
        assertThatThrownBy(() -> transaction.call(() -> {
                    worked.set(true);
                    return null;
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Job.run(() -> transaction.call(() -> {
                    worked.set(true);
                    return null;
                })))
                .isInstanceOf(ContextNotActiveException.class);
        assertThat(worked).isFalse();
    }

    @Test
    void entersExactlyItsTenant() throws Exception {
        Records one = Records.make();
        Records two = Records.make();
        for (Records records : List.of(one, two, one)) {
            assertThat(Job.run(() -> scope.call(tenant(records), this::mapped))).containsExactly(records.memberUuid());
            assertThat(Job.run(() -> scope.call(tenant(records), this::nativeThroughHibernate)))
                    .containsExactly(records.memberUuid());
            assertThat(Job.run(() -> scope.call(tenant(records), this::jdbc))).containsExactly(records.memberUuid());
        }
    }

    @Test
    void leavesNoTenantBehindOnItsThread() throws Exception {
        Records records = Records.make();
        assertThat(Job.run(() -> {
                    scope.call(tenant(records), this::jdbc);
                    assertThat(Arc.container().requestContext().isActive()).isFalse();
                    assertThat(jdbc()).isEmpty();
                    return QuarkusTransaction.requiringNew().call(this::jdbc);
                }))
                .isEmpty();
    }

    @Test
    void undoesTheWorkAndLeavesItsTenantWhenTheWorkFails() throws Exception {
        Records records = Records.make();
        assertThat(Job.run(() -> {
                    assertThatThrownBy(() -> scope.call(tenant(records), () -> {
                                entities.createNativeQuery("update members set legal_name = 'Changed'")
                                        .executeUpdate();
                                throw new IllegalArgumentException("the work failed");
                            }))
                            .hasStackTraceContaining("the work failed");
                    return jdbc();
                }))
                .isEmpty();
        assertThat(Academy.query(
                        "select legal_name from members where tenant_id = ?",
                        records.academy().id()))
                .containsExactly("Ada Adult");
    }

    @Test
    void commitsTheWork() throws Exception {
        Records records = Records.make();
        Job.run(() -> scope.call(
                tenant(records),
                () -> entities.createNativeQuery("update members set legal_name = 'Changed'")
                        .executeUpdate()));
        assertThat(Academy.query(
                        "select legal_name from members where tenant_id = ?",
                        records.academy().id()))
                .containsExactly("Changed");
    }

    @Test
    void refusesToChangeTheTenantOfARequestOrJob() throws Exception {
        Tenant one = new Tenant(UUID.randomUUID(), ZoneOffset.UTC);
        Tenant two = new Tenant(UUID.randomUUID(), ZoneOffset.UTC);
        // A test method runs in a request.
        assertThatThrownBy(() -> scope.call(one, () -> null)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Job.run(() -> scope.call(one, () -> scope.call(two, () -> null))))
                .hasStackTraceContaining("a tenant scope is for jobs");
        currentTenant.enter(one);
        currentTenant.enter(one);
        assertThatThrownBy(() -> currentTenant.enter(two)).isInstanceOf(IllegalStateException.class);
    }

    private List<UUID> mapped() {
        return entities.createQuery("select id from Member", UUID.class).getResultList();
    }

    private List<UUID> nativeThroughHibernate() {
        List<UUID> ids = new ArrayList<>();
        for (Object id :
                entities.createNativeQuery("select id from members", UUID.class).getResultList()) {
            ids.add((UUID) id);
        }
        return ids;
    }

    private List<UUID> jdbc() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select id from members")) {
            List<UUID> ids = new ArrayList<>();
            while (row.next()) {
                ids.add(row.getObject(1, UUID.class));
            }
            return ids;
        }
    }

    private static Tenant tenant(Records records) {
        return new Tenant(records.academy().id(), ZoneOffset.UTC);
    }
}
