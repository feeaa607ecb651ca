package app.spine.access;

import app.spine.http.HttpProblem;
import app.spine.http.Problem;
import app.spine.http.ProblemKind;
import app.spine.http.Reason;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import java.util.stream.Collectors;

/** Says what is wrong with a body, where, and how to mend it. */
final class JsonProblems {

    private static final PropertyNamingStrategies.SnakeCaseStrategy SNAKE =
            new PropertyNamingStrategies.SnakeCaseStrategy();

    private JsonProblems() {}

    static Problem of(JsonProcessingException failure) {
        if (failure.getCause() instanceof Problem problem) {
            return problem;
        }
        return switch (failure) {
            case UnrecognizedPropertyException e ->
                at(
                        HttpProblem.UNKNOWN_MEMBER,
                        e,
                        "There is no member " + quoted(e.getPropertyName()) + " here. Known are "
                                + (e.getKnownPropertyIds() == null
                                        ? "others"
                                        : e.getKnownPropertyIds().stream()
                                                .map(String::valueOf)
                                                .sorted()
                                                .collect(Collectors.joining(", ")))
                                + ".");
            case InvalidFormatException e ->
                at(HttpProblem.BAD_VALUE, e, "The value cannot be read" + expected(e.getTargetType()) + ".");
            case MismatchedInputException e
            when !e.getPath().isEmpty() ->
                at(HttpProblem.WRONG_TYPE, e, "The value has the wrong type" + expected(e.getTargetType()) + ".");
            case MismatchedInputException e
            when e.getTargetType() != null
                    && e.getTargetType().isRecord()
                    && !String.valueOf(e.getOriginalMessage()).matches("(?s)(No content|Trailing token).*") ->
                at(HttpProblem.WRONG_TYPE, e, "The body is not a JSON object.");
            case JsonMappingException e
            when e.getCause() instanceof JsonProcessingException cause && !(cause instanceof JsonMappingException) ->
                of(cause);
            default ->
                new Problem(
                        HttpProblem.MALFORMED_JSON,
                        Reason.at(
                                HttpProblem.MALFORMED_JSON,
                                "",
                                "Send one JSON object with each member once, nested no deeper than 32"
                                        + (failure.getLocation() == null
                                                ? "."
                                                : "; reading stopped at line "
                                                        + failure.getLocation().getLineNr() + ", column "
                                                        + failure.getLocation().getColumnNr() + ".")));
        };
    }

    private static Problem at(ProblemKind kind, JsonMappingException failure, String detail) {
        return new Problem(kind, Reason.at(kind, pointer(failure), detail));
    }

    private static String pointer(JsonMappingException failure) {
        return failure.getPath().stream()
                .map(step -> step.getFieldName() == null ? String.valueOf(step.getIndex()) : step.getFieldName())
                .map(step -> "/" + quoted(step).replace("~", "~0").replace("/", "~1"))
                .collect(Collectors.joining());
    }

    private static String quoted(String name) {
        return app.spine.http.Redaction.clean(name, 100);
    }

    private static String expected(Class<?> type) {
        if (type == null) {
            return "";
        }
        if (type.isEnum()) {
            return ": it is one of "
                    + java.util.Arrays.stream(type.getEnumConstants())
                            .map(constant -> constant instanceof app.spine.http.WireName wire
                                    ? wire.wire()
                                    : constant.toString())
                            .collect(Collectors.joining(", "));
        }
        return switch (type.getSimpleName()) {
            case "LocalDate" -> ": it is a date, such as 2012-05-31";
            case "Instant" -> ": it is an RFC 3339 time in UTC, such as 2027-04-03T22:00:00Z";
            case "Duration" -> ": it is an ISO 8601 duration, such as PT24H";
            case "String" -> ": it is a text without NUL or half surrogate pairs";
            case "int", "long", "Integer", "Long" -> ": it is a whole number within range";
            case "boolean", "Boolean" -> ": it is true or false";
            default ->
                type.isArray() || java.util.Collection.class.isAssignableFrom(type)
                        ? ": it is a list"
                        : ": it is an object";
        };
    }

    /** A broken rule of Bean Validation, its path as a JSON pointer in the body's own names. */
    static Reason reason(ConstraintViolation<?> violation) {
        StringBuilder pointer = new StringBuilder();
        for (Path.Node node : violation.getPropertyPath()) {
            if (node.getKind() == ElementKind.METHOD || node.getKind() == ElementKind.PARAMETER) {
                continue;
            }
            if (node.getIndex() != null) {
                pointer.append('/').append(node.getIndex());
            }
            if (node.getKind() == ElementKind.PROPERTY && node.getName() != null) {
                pointer.append('/').append(SNAKE.translate(node.getName()));
            }
        }
        return Reason.at(
                HttpProblem.INVALID,
                pointer.toString(),
                pointer.isEmpty()
                        ? "The body is missing."
                        : pointer.substring(pointer.lastIndexOf("/") + 1) + " " + violation.getMessage() + ".");
    }
}
