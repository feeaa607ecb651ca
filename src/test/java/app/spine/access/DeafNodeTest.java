package app.spine.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.Forwarder;
import app.spine.testsupport.RawHttp;
import app.spine.testsupport.WithinASecond;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** A node whose feed cannot come back, while the database answers all else. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(DeafNodeTest.FeedThroughAForwarder.class)
class DeafNodeTest {

    /** A system property, since the profile and the test live in different class loaders. */
    private static final String CUT = "test-feed.cut";

    private static final String PROVIDER = "test-deaf-provider.port";
    private static final String CLIENT = "client-of-a-deaf-node";

    private static final Duration SOON = Duration.ofSeconds(20);

    @ConfigProperty(name = "spine.database.feed-url")
    String feedUrl;

    @Inject
    ContractFeed feed;

    @Inject
    MeterRegistry registry;

    @Test
    void asksTheDatabaseForEachKeyUntilItHearsAgain() {
        await().atMost(SOON).until(feed::isHeard);
        TestConsumer app = Academy.open().consumer("members:read");
        assertThat(status(app)).isEqualTo(200);
        int providerPort = Integer.getInteger(PROVIDER);
        try (OidcProvider provider = OidcProvider.open(providerPort)) {
            Academy.execute(
                    "update api_consumers set oauth_issuer = ?, oauth_client_id = ? where id = ?",
                    provider.issuer(),
                    CLIENT,
                    app.id());
            String token = provider.token(CLIENT, "members:read");
            await().atMost(SOON).until(() -> status(token) == 200);
            cutAndComeBack(app, token);
        }
    }

    private void cutAndComeBack(TestConsumer app, String token) {
        System.setProperty(CUT, "true");
        // A heartbeat that is late looks the same, as long as the way is open.
        await().atMost(SOON).until(() -> refusesConnections(port(feedUrl)));
        await().atMost(SOON).until(() -> !feed.isHeard());

        // Each change holds at the very next call.
        for (int i = 0; i < 10; i++) {
            set(app, "suspended");
            assertThat(status(app)).isEqualTo(403);
            assertThat(status(token)).isEqualTo(403);
            set(app, "active");
            assertThat(status(app)).isEqualTo(200);
            assertThat(status(token)).isEqualTo(200);
        }
        await().atMost(SOON).until(() -> silenceSeconds() > 2);
        assertThat(feed.isHeard()).isFalse();

        try (Forwarder _ = Forwarder.open(port(feedUrl), port(EmbeddedDatabaseResource.jdbcUrl()))) {
            await().atMost(SOON).until(feed::isHeard);
            await().atMost(SOON).until(() -> silenceSeconds() < 2);
            assertThat(status(app)).isEqualTo(200);
            set(app, "suspended");
            WithinASecond.shows(() -> status(app) == 403 && status(token) == 403);
        }
    }

    private static void set(TestConsumer consumer, String status) {
        Academy.execute("update api_consumers set status = ? where id = ?", status, consumer.id());
    }

    private static int status(TestConsumer consumer) {
        return RawHttp.request("GET", "/v1/members").as(consumer).send().status();
    }

    private static int status(String token) {
        return RawHttp.request("GET", "/v1/members")
                .with("Authorization", "Bearer " + token)
                .send()
                .status();
    }

    private double silenceSeconds() {
        return registry.get(ContractFeed.SILENCE).timeGauge().value(TimeUnit.SECONDS);
    }

    private static int port(String jdbcUrl) {
        return URI.create(jdbcUrl.substring("jdbc:".length())).getPort();
    }

    private static boolean refusesConnections(int port) {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return false;
        } catch (IOException refused) {
            return true;
        }
    }

    /** The feed's connection alone goes by a port of ours. */
    public static class FeedThroughAForwarder implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            String url = EmbeddedDatabaseResource.jdbcUrl();
            int port = Forwarder.freePort();
            Forwarder.open(port, port(url)).closingWhen(CUT);
            int provider = Forwarder.freePort();
            System.setProperty(PROVIDER, String.valueOf(provider));
            return Map.of(
                    "spine.database.feed-url",
                    url.replace(":" + port(url) + "/", ":" + port + "/"),
                    "spine.oidc.issuer",
                    OidcProvider.issuer(provider));
        }
    }
}
