package app.spine.http;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/**
 * What each field holds, as {@code redaction.properties} declares it: {@code owner.field=health}, or {@code field=secret}
 * for every owner. The owner is a table, or a record as the OpenAPI document names it. What a rule without an owner says
 * can be tightened or loosened for one owner; such a rule itself never says that a field is public, so that no field of a
 * name that is harmless elsewhere is public because nobody thought of it.
 */
@Singleton
public class RedactionRules {

    private static final String FILE = "redaction.properties";

    private final Map<String, Sensitivity> rules;

    @Inject
    RedactionRules() {
        this(read());
    }

    /** @throws IllegalArgumentException for a rule that is none */
    RedactionRules(Properties declared) {
        Map<String, Sensitivity> read = new HashMap<>();
        for (String field : declared.stringPropertyNames()) {
            Sensitivity is =
                    Sensitivity.valueOf(declared.getProperty(field).strip().toUpperCase(Locale.ROOT));
            if (is == Sensitivity.PUBLIC && field.indexOf('.') < 0) {
                throw new IllegalArgumentException(
                        field + " cannot be public in whatever has it: name the table or record, as in Owner." + field);
            }
            read.put(field, is);
        }
        rules = Map.copyOf(read);
    }

    /** A field of something that is written or answered. */
    public record Field(String owner, String name, boolean isOfSensitiveType) {

        @Override
        public String toString() {
            return owner + "." + name;
        }
    }

    /** What the field holds; empty where nobody said. */
    public Optional<Sensitivity> find(String owner, String name) {
        Sensitivity own = rules.get(owner + "." + name);
        return Optional.ofNullable(own == null ? rules.get(name) : own);
    }

    /** Whether the field looks sensitive, by its name or its type, and nobody said what it holds. */
    public boolean isUndeclared(Field field) {
        return (field.isOfSensitiveType() || SensitiveNames.matches(field.name()))
                && find(field.owner(), field.name()).isEmpty();
    }

    /**
     * For the start of the program.
     *
     * @throws UndeclaredFieldException when one of the fields is undeclared; it names all of them and the remedy
     */
    public void requireDeclared(Collection<Field> fields) {
        List<String> undeclared = fields.stream()
                .filter(this::isUndeclared)
                .map(Field::toString)
                .distinct()
                .sorted()
                .toList();
        if (!undeclared.isEmpty()) {
            throw new UndeclaredFieldException(undeclared);
        }
    }

    /** The rules that are of one owner, so that a test can find those whose field is gone. */
    Set<String> qualified() {
        return rules.keySet().stream()
                .filter(field -> field.indexOf('.') >= 0)
                .collect(java.util.stream.Collectors.toUnmodifiableSet());
    }

    private static Properties read() {
        try (InputStream file = Objects.requireNonNull(RedactionRules.class.getResourceAsStream("/" + FILE), FILE);
                Reader reader = new InputStreamReader(file, StandardCharsets.UTF_8)) {
            Properties declared = new Properties();
            declared.load(reader);
            return declared;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
