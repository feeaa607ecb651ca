package app.spine.access;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/** Leaves an answer that waits for its row in the log to itself, which sends itself. */
@Provider
public class HeldWriter implements ServerMessageBodyWriter<Held> {

    @Override
    public boolean isWriteable(Class<?> type, Type generic, ResteasyReactiveResourceInfo target, MediaType mediaType) {
        return type == Held.class;
    }

    @Override
    public boolean isWriteable(Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
        return type == Held.class;
    }

    @Override
    public void writeResponse(Held held, Type generic, ServerRequestContext context) {
        held.sendWhenDurable(context.serverResponse());
    }

    /** Only a writer interceptor would come here, and there is none: what it writes would leave before its row. */
    @Override
    public void writeTo(
            Held held,
            Class<?> type,
            Type generic,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, Object> headers,
            OutputStream out) {
        throw new IllegalStateException(
                "an answer that waits for its log row cannot be written through an interceptor");
    }
}
