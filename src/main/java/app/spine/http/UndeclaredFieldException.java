package app.spine.http;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.List;

/** Fields look sensitive and nobody said where they may be written. A start ends with this message and exit code 1. */
public final class UndeclaredFieldException extends ConfigurationException {

    UndeclaredFieldException(List<String> fields) {
        super("""
                Operating Spine does not start: these fields look sensitive, and it is not declared what they hold:
                  %s
                Say it in src/main/resources/redaction.properties, with a line for each such as
                  %s = personal
                (public, personal, health or secret: where each of them may be written stands there).""".formatted(String.join("\n  ", fields), fields.getFirst()));
    }
}
