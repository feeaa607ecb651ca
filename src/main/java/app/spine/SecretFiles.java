package app.spine;

import io.smallrye.config.EnvConfigSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.eclipse.microprofile.config.spi.ConfigSourceProvider;

/**
 * Secrets from files, as Docker and Kubernetes mount them: {@code QUARKUS_DATASOURCE_PASSWORD_FILE=/run/secrets/app} is
 * the variable without {@code _FILE}, with what the file holds.
 *
 * <p>Only variables that name a secret count, since other settings end in {@code _FILE} on their own account.
 */
public final class SecretFiles implements ConfigSourceProvider {

    /** Above the environment, in which the variable itself may be there without a value, as in deploy/compose.yaml. */
    private static final int ORDINAL = 301;

    private static final String SUFFIX = "_FILE";

    private static final Pattern SECRET = Pattern.compile("(QUARKUS|SPINE)_[A-Z0-9_]*(PASSWORD|SECRET|PEPPERS)_FILE");

    private final Map<String, String> environment;

    /** For the service loader. */
    public SecretFiles() {
        this(System.getenv());
    }

    SecretFiles(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * Reads all of them and forgets them again, before Quarkus does, which would tell of a failure with its whole stack.
     *
     * @throws UnusableSecretFileException when a file cannot be read, or the variable is set both ways
     */
    static void check() {
        new SecretFiles().secrets();
    }

    /** @throws UnusableSecretFileException when a file cannot be read, or the variable is set both ways */
    @Override
    public Iterable<ConfigSource> getConfigSources(ClassLoader loader) {
        Map<String, String> secrets = secrets();
        return secrets.isEmpty() ? List.of() : List.of(new EnvConfigSource(secrets, ORDINAL));
    }

    private Map<String, String> secrets() {
        Map<String, String> secrets = new HashMap<>();
        environment.forEach((variable, file) -> {
            if (SECRET.matcher(variable).matches() && !file.isBlank()) {
                secrets.put(variable.substring(0, variable.length() - SUFFIX.length()), read(variable, file));
            }
        });
        return secrets;
    }

    private String read(String variable, String file) {
        String name = variable.substring(0, variable.length() - SUFFIX.length());
        if (!environment.getOrDefault(name, "").isBlank()) {
            throw new UnusableSecretFileException(name + " and " + variable + " are both set: set one of them.");
        }
        try {
            String secret = Files.readString(Path.of(file)).strip();
            if (secret.isEmpty()) {
                throw new UnusableSecretFileException(variable + " names " + file + ", which is empty.");
            }
            return secret;
        } catch (IOException | InvalidPathException e) {
            throw new UnusableSecretFileException(
                    variable + " names " + file + ", which cannot be read by the program's user: " + e);
        }
    }
}
