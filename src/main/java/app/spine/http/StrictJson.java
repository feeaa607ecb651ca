package app.spine.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How JSON is read and written: snake_case; unknown and duplicate members, trailing text, numbers for texts and texts
 * for numbers are refused, since a caller who misspells a member should hear of it.
 */
@Singleton
class StrictJson implements ObjectMapperCustomizer {

    // No body of the contract nests deeper than 6; 32 leaves room and keeps a hostile body from costing stack.
    private static final int MAX_DEPTH = 32;

    private static final CoercionInputShape[] NOT_A_SCALAR_OF_ITS_TYPE = {
        CoercionInputShape.String,
        CoercionInputShape.EmptyString,
        CoercionInputShape.EmptyArray,
        CoercionInputShape.EmptyObject
    };

    /** After everybody else's, whose readers of dates and times would otherwise be asked first. */
    @Override
    public int priority() {
        return MINIMUM_PRIORITY;
    }

    @Override
    public void customize(ObjectMapper mapper) {
        mapper.setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
        mapper.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .build());
        mapper.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
        mapper.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        mapper.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        mapper.enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
        mapper.enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS);
        mapper.disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT);
        mapper.disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
        for (LogicalType type : new LogicalType[] {LogicalType.Integer, LogicalType.Float, LogicalType.Boolean}) {
            for (CoercionInputShape shape : NOT_A_SCALAR_OF_ITS_TYPE) {
                mapper.coercionConfigFor(type).setCoercion(shape, CoercionAction.Fail);
            }
        }
        mapper.coercionConfigFor(LogicalType.Boolean).setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
        mapper.coercionConfigFor(LogicalType.Integer).setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
        mapper.registerModule(new SimpleModule("strict text")
                .addDeserializer(String.class, new StrictText())
                .addDeserializer(LocalDate.class, new StrictTime<>(LocalDate.class, WireTime::date))
                .addDeserializer(Instant.class, new StrictTime<>(Instant.class, WireTime::instant))
                .addDeserializer(Duration.class, new StrictTime<>(Duration.class, WireTime::duration)));
    }

    /**
     * Reads a text that is a date, a time or a duration. Jackson's own readers also take numbers and lists, and an empty text for
     * null, which would make a key with an empty expiry one that never expires.
     */
    private static final class StrictTime<T> extends StdScalarDeserializer<T> {

        private final transient Function<String, T> reader;

        StrictTime(Class<T> type, Function<String, T> reader) {
            super(type);
            this.reader = reader;
        }

        @Override
        @SuppressWarnings("unchecked") // what handledType() says
        public @Nullable T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (parser.currentToken() != JsonToken.VALUE_STRING) {
                return (T) context.handleUnexpectedToken(handledType(), parser);
            }
            try {
                return reader.apply(parser.getText());
            } catch (DateTimeException e) {
                throw InvalidFormatException.from(
                        parser, String.valueOf(e.getMessage()), parser.getText(), handledType());
            }
        }
    }

    /** Reads a text that PostgreSQL can hold: no other type, no NUL, no half of a surrogate pair. */
    private static final class StrictText extends StdScalarDeserializer<String> {

        StrictText() {
            super(String.class);
        }

        @Override
        public @Nullable String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (parser.currentToken() != JsonToken.VALUE_STRING) {
                return (String) context.handleUnexpectedToken(String.class, parser);
            }
            String text = parser.getText();
            if (!Texts.isStorable(text)) {
                throw InvalidFormatException.from(
                        parser, "text holds NUL or half of a surrogate pair", text, String.class);
            }
            return text;
        }
    }
}
