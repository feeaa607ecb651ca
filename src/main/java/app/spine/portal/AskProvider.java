package app.spine.portal;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.eclipse.microprofile.faulttolerance.CircuitBreaker;
import org.eclipse.microprofile.faulttolerance.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Asks the provider for its discovery document. Somebody is waiting, so it may take two seconds; after three failures
 * nobody waits for it any more, and it is asked again every five seconds.
 */
@ApplicationScoped
class AskProvider {

    private static final String DISCOVERY = "/.well-known/openid-configuration";
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final SignInConfig config;
    private @Nullable HttpClient client;

    AskProvider(SignInConfig config) {
        this.config = config;
    }

    /** The provider cannot be reached, or fails itself. */
    static final class NoAnswer extends Exception {

        NoAnswer(String message) {
            super(message);
        }
    }

    @Timeout(value = 2_500, unit = ChronoUnit.MILLIS)
    @CircuitBreaker(
            failOn = {NoAnswer.class, org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException.class},
            requestVolumeThreshold = 3,
            failureRatio = 1,
            delay = 5,
            delayUnit = ChronoUnit.SECONDS)
    boolean answers() throws NoAnswer {
        String issuer = config.issuer().orElseThrow();
        URI address =
                URI.create((issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer) + DISCOVERY);
        try {
            int status = client().send(
                            HttpRequest.newBuilder(address).timeout(PATIENCE).build(), BodyHandlers.discarding())
                    .statusCode();
            if (status >= 500) {
                throw new NoAnswer(address + " answered " + status);
            }
            return true;
        } catch (IOException e) {
            throw new NoAnswer(String.valueOf(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NoAnswer("interrupted");
        }
    }

    /** Made when it is first needed, so that an installation without a provider has no threads for it. */
    private synchronized HttpClient client() {
        HttpClient found = client;
        if (found == null) {
            found = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(PATIENCE)
                    .build();
            client = found;
        }
        return found;
    }

    @PreDestroy
    synchronized void stop() {
        if (client != null) {
            client.shutdownNow();
        }
    }
}
