package app.spine.access;

import app.spine.http.HttpProblem;
import app.spine.http.Problem;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Refuses bodies over 1 MiB while they are read (those that announce their length were refused before), and bodies that
 * take too long in all, whether they stall or trickle.
 */
@Provider
@ApplicationScoped
public class LimitBody implements ReaderInterceptor {

    static final int MAX_BYTES = 1_048_576;

    private final Vertx vertx;
    private final long patienceMillis;

    LimitBody(Vertx vertx, AccessConfig config) {
        this.vertx = vertx;
        this.patienceMillis = config.bodyPatience().toMillis();
    }

    @Override
    public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
        ReadingDeadline deadline = new ReadingDeadline(Thread.currentThread());
        long timer = vertx.setTimer(patienceMillis, fired -> deadline.pass());
        try {
            context.setInputStream(new Bounded(context.getInputStream(), deadline));
            return context.proceed();
        } finally {
            vertx.cancelTimer(timer);
            deadline.lift();
        }
    }

    // What is left of a refused body is not read, so the connection cannot be used again.

    static Problem tooLarge() {
        return new Problem(HttpProblem.TOO_LARGE, "A body may have 1 MiB. Split what is larger.")
                .withHeader("Connection", "close");
    }

    private static Problem tooSlow() {
        return new Problem(HttpProblem.REQUEST_TIMEOUT, "The body did not arrive in time. Send it whole and at once.")
                .withHeader("Connection", "close");
    }

    private static Problem brokenOff() {
        return new Problem(HttpProblem.MALFORMED_JSON, "The body broke off before its end. Send it whole.")
                .withHeader("Connection", "close");
    }

    private static final class Bounded extends FilterInputStream {

        private final ReadingDeadline deadline;
        private long left = MAX_BYTES;
        private boolean broken;

        Bounded(InputStream in, ReadingDeadline deadline) {
            super(in);
            this.deadline = deadline;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count;
            try {
                count = super.read(buffer, offset, length);
            } catch (IOException e) {
                // The caller's doing, one way or the other: it stalled, or it hung up.
                broken = true;
                throw deadline.hasPassed() ? tooSlow() : brokenOff();
            }
            left -= Math.max(0, count);
            if (left < 0) {
                throw tooLarge();
            }
            return count;
        }

        /** Reads what is left, so not where nothing more is going to come. */
        @Override
        public void close() throws IOException {
            if (!broken) {
                super.close();
            }
        }
    }
}
