package app.spine.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.spine.testsupport.EmbeddedDatabaseResource;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration;
import io.quarkus.agroal.DataSource;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class PoolsTest {

    private static final String URL = "jdbc:postgresql://127.0.0.1:1/spine";

    @Inject
    DatabaseConfig config;

    @Inject
    @DataSource("read")
    AgroalDataSource reads;

    @Inject
    @DataSource("log")
    AgroalDataSource log;

    @Inject
    @DataSource("feed")
    AgroalDataSource feed;

    @Inject
    @DataSource("probe")
    AgroalDataSource probe;

    @Test
    void haveFewConnectionsAndGiveUpInTime() {
        assertPool(reads, 4, 3, Map.of("connectTimeout", "3", "loginTimeout", "5", "tcpKeepAlive", "true"));
        assertPool(log, 2, 2, Map.of("connectTimeout", "2", "socketTimeout", "4", "prepareThreshold", "1"));
        assertPool(feed, 1, 2, Map.of("connectTimeout", "2", "socketTimeout", "1"));
        assertPool(probe, 1, 2, Map.of("connectTimeout", "2", "socketTimeout", "2"));
        assertThat(properties(reads))
                .as("a wait of a virtual thread is no timed one")
                .doesNotContainKey("socketTimeout");
    }

    @Test
    void workAsTheRoleOfTheProgramUnderNamesOfTheirOwn() throws SQLException {
        for (AgroalDataSource pool : new AgroalDataSource[] {reads, log, probe}) {
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet row =
                            statement.executeQuery("select current_user, current_setting('application_name')")) {
                row.next();
                assertThat(row.getString(1)).isEqualTo("spine_app");
                assertThat(row.getString(2)).isEqualTo(properties(pool).get("ApplicationName"));
            }
        }
    }

    @Test
    void takeAUrlWithBlanksAroundItAndNoLoginBesideIt() {
        try (AgroalDataSource pool =
                new Pools(config, " " + URL + "\r\n", Optional.empty(), Optional.empty()).probe()) {
            assertThat(pool.getConfiguration()
                            .connectionPoolConfiguration()
                            .connectionFactoryConfiguration()
                            .jdbcUrl())
                    .isEqualTo(URL);
        }
    }

    @Test
    void letTheFeedAloneConnectElsewhere() {
        Pools pools = pools("jdbc:postgresql://server:5432/spine");
        assertThat(url(pools.feed())).isEqualTo("jdbc:postgresql://server:5432/spine");
        assertThat(url(pools.probe())).isEqualTo(URL);
        assertThat(url(pools.log())).isEqualTo(URL);
    }

    @Test
    void refuseAnotherUrlOfTheFeedWithoutSayingIt() {
        assertThatThrownBy(
                        () -> pools("postgres://server/spine?password=hidden").feed())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("SPINE_DATABASE_FEED_URL")
                .hasMessageNotContaining("hidden");
    }

    private Pools pools(String feedUrl) {
        DatabaseConfig apart = (DatabaseConfig) Proxy.newProxyInstance(
                DatabaseConfig.class.getClassLoader(),
                new Class<?>[] {DatabaseConfig.class},
                (_, method, arguments) ->
                        method.getName().equals("feedUrl") ? Optional.of(feedUrl) : method.invoke(config, arguments));
        return new Pools(apart, URL, Optional.of("spine_app"), Optional.of("secret"));
    }

    private static String url(AgroalDataSource pool) {
        try (pool) {
            return pool.getConfiguration()
                    .connectionPoolConfiguration()
                    .connectionFactoryConfiguration()
                    .jdbcUrl();
        }
    }

    private static Map<String, String> properties(AgroalDataSource pool) {
        Map<String, String> properties = new HashMap<>();
        pool.getConfiguration()
                .connectionPoolConfiguration()
                .connectionFactoryConfiguration()
                .jdbcProperties()
                .forEach((name, value) -> properties.put(name.toString(), value.toString()));
        return properties;
    }

    private static void assertPool(AgroalDataSource pool, int most, int patience, Map<String, String> properties) {
        AgroalConnectionPoolConfiguration pooled = pool.getConfiguration().connectionPoolConfiguration();
        assertThat(pooled.maxSize()).isEqualTo(most);
        assertThat(pooled.acquisitionTimeout()).isEqualTo(Duration.ofSeconds(patience));
        assertThat(properties(pool)).containsAllEntriesOf(properties).containsEntry("logServerErrorDetail", "false");
    }
}
