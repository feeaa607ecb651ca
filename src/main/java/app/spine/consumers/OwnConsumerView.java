package app.spine.consumers;

import app.spine.http.TypeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a consumer learns about itself: who it is, what it may do and how much, and when its key ends. */
public record OwnConsumerView(
        String id,
        String name,
        String environment,
        String status,
        List<String> scopes,
        List<String> scopesPending,
        Limits limits,
        String contractVersion,
        @Nullable KeyView key) {

    static OwnConsumerView of(Consumer consumer, @Nullable KeyView key) {
        return new OwnConsumerView(
                TypeId.format("consumer", consumer.id),
                consumer.name,
                consumer.environment,
                consumer.status,
                List.copyOf(consumer.scopes),
                List.copyOf(consumer.scopesPending),
                consumer.limits(),
                consumer.contractVersion,
                key);
    }
}
