package app.spine.access;

import app.spine.http.HttpProblem;
import app.spine.http.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Refuses bodies over 1 MiB while they are read; those that announce their length were refused before. */
@Provider
@ApplicationScoped
public class LimitBody implements ReaderInterceptor {

    static final int MAX_BYTES = 1_048_576;

    @Override
    public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
        context.setInputStream(new Bounded(context.getInputStream()));
        return context.proceed();
    }

    static Problem tooLarge() {
        // What is left of the body is not read, so the connection cannot be used again.
        return new Problem(HttpProblem.TOO_LARGE, "A body may have 1 MiB. Split what is larger.")
                .withHeader("Connection", "close");
    }

    private static final class Bounded extends FilterInputStream {

        private long left = MAX_BYTES;

        Bounded(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = super.read(buffer, offset, length);
            count(Math.max(0, count));
            return count;
        }

        private void count(int bytes) {
            left -= bytes;
            if (left < 0) {
                throw tooLarge();
            }
        }
    }
}
