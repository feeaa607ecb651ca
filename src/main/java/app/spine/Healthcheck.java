package app.spine;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;

/**
 * The container's health check: asks the program on this machine whether it is ready, so that an image needs neither
 * curl nor wget.
 *
 * <p>It runs every few seconds beside the program and therefore boots nothing: the port is looked up by hand, and
 * {@link HttpURLConnection} loads a fraction of the classes of the newer client.
 */
final class Healthcheck {

    private static final int TIMEOUT_MILLIS = 2_000;

    private Healthcheck() {}

    /** The exit code: 0 when the program is ready, else 1 with the reason on standard error. */
    static int run() {
        String address = "http://127.0.0.1:" + port() + "/health/ready";
        try {
            HttpURLConnection request =
                    (HttpURLConnection) URI.create(address).toURL().openConnection(Proxy.NO_PROXY);
            request.setConnectTimeout(TIMEOUT_MILLIS);
            request.setReadTimeout(TIMEOUT_MILLIS);
            request.setInstanceFollowRedirects(false);
            int status = request.getResponseCode();
            if (status >= 200 && status < 300) {
                return 0;
            }
            System.err.println(address + " answered " + status);
        } catch (IOException | IllegalArgumentException e) {
            System.err.println(address + " does not answer: " + e.getMessage());
        }
        return 1;
    }

    private static String port() {
        String property = System.getProperty("quarkus.http.port");
        if (property != null) {
            return property;
        }
        String variable = System.getenv("QUARKUS_HTTP_PORT");
        return variable == null || variable.isBlank() ? "8080" : variable;
    }
}
