package app.spine.access;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Where Valkey is and who connects.
 *
 * @param connectionString as the client wants it, with the password
 */
record ValkeyAddress(String connectionString) {

    private static final String REMEDY =
            "Set it to valkey://HOST:6379/0, or to valkeys://HOST:6379/0 with TLS; a user goes ahead of the host (USER@).";

    // The client knows the names that the protocol had first.
    private static final Map<String, String> SCHEMES =
            Map.of("valkey", "redis", "valkeys", "rediss", "redis", "redis", "rediss", "rediss");

    /**
     * Reads the settings.
     *
     * @throws ConfigurationException when there is no URL or it is none of Valkey's; without it, as it may hold a password
     */
    static ValkeyAddress of(Optional<String> givenUrl, Optional<String> givenPassword) {
        String url = givenUrl.map(String::strip)
                .filter(given -> !given.isEmpty())
                .orElseThrow(() -> new ConfigurationException(
                        "SPINE_LIMITS_STORE is valkey, and SPINE_LIMITS_VALKEY_URL is not set. " + REMEDY));
        URI uri = parse(url);
        String scheme = uri.getScheme() == null ? null : SCHEMES.get(uri.getScheme());
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        if (scheme == null
                || uri.getHost() == null
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null
                || !path.matches("(/\\d{0,4})?")) {
            throw new ConfigurationException("SPINE_LIMITS_VALKEY_URL is no URL of Valkey's. " + REMEDY);
        }
        String user = uri.getUserInfo();
        if (user != null && user.contains(":")) {
            throw new ConfigurationException("SPINE_LIMITS_VALKEY_URL holds a password. Set it as"
                    + " SPINE_LIMITS_VALKEY_PASSWORD, or name a file with it in SPINE_LIMITS_VALKEY_PASSWORD_FILE.");
        }
        Optional<String> password = givenPassword.filter(given -> !given.isEmpty());
        if (user != null && password.isEmpty()) {
            throw new ConfigurationException(
                    "SPINE_LIMITS_VALKEY_URL names a user, and there is no password. Set SPINE_LIMITS_VALKEY_PASSWORD or"
                            + " SPINE_LIMITS_VALKEY_PASSWORD_FILE.");
        }
        String login = password.map(given -> encode(user == null ? "default" : user) + ":" + encode(given) + "@")
                .orElse("");
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return new ValkeyAddress(scheme + "://" + login + uri.getHost() + port + path);
    }

    private static URI parse(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw new ConfigurationException("SPINE_LIMITS_VALKEY_URL is no URL. " + REMEDY);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "Valkey";
    }
}
