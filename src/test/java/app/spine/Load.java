package app.spine;

import app.spine.consumers.Environment;
import app.spine.consumers.KeyText;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Callers of a program that go on until it dies or they are stopped, and every answer that reached them completely. */
final class Load implements AutoCloseable {

    private static final String JSON = "application/json";

    /** The name in front of everything the load makes, so that it is told apart from the demo's. */
    static final String MARK = "Load ";

    private static final int WORKING_CLIENTS = 3;
    private static final int REFUSED_CLIENTS = 6;
    static final int CLIENTS = WORKING_CLIENTS + REFUSED_CLIENTS;

    /** Above what a program may take for its 503, so that only a dead one fails a call. */
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(20);

    /** Who calls: keys that may do everything, that may only read, and one that nobody knows. */
    record Keys(String everything, String reading, String unknown) {

        /** Those that a program with demo data wrote below the directory that it runs in. */
        static Keys ofDemo(Path directory) throws IOException {
            Properties demo = new Properties();
            try (var reader = Files.newBufferedReader(directory.resolve(".spine/demo-keys.env"))) {
                demo.load(reader);
            }
            return new Keys(
                    demo.getProperty("SPINE_ADMIN_KEY"),
                    demo.getProperty("SPINE_OPERATIONS_KEY"),
                    KeyText.generate(Environment.LIVE, new SecureRandom()));
        }
    }

    /** An answer received to its last byte. The subject is the record that was made or changed, null for others. */
    record Answer(
            Call call,
            int status,
            String requestId,
            @Nullable String subject,
            String body,
            long askedNanos) {}

    /** A call that got no answer. */
    record Failure(Call call, long askedNanos, long failedNanos, IOException cause) {}

    /** What a client does, and the status of its answer when nothing is wrong. */
    enum Call {
        READ(200),
        LIST(200),
        ADD_MEMBER(201),
        CHANGE_MEMBER(200),
        CREATE_CONSUMER(201),
        WITHOUT_KEY(401),
        UNKNOWN_KEY(401),
        WITHOUT_SCOPE(403),
        NOT_THERE(404),
        STALE(412),
        INVALID(422);

        final int status;

        Call(int status) {
            this.status = status;
        }

        boolean isChange() {
            return this == ADD_MEMBER || this == CHANGE_MEMBER || this == CREATE_CONSUMER;
        }
    }

    private final URI program;
    private final Keys keys;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ANSWERED_WITHIN)
            .build();
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final Queue<Failure> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> clients = new ArrayList<>();
    private final AtomicLong names = new AtomicLong();
    private volatile boolean stopped;

    private Load(URI program, Keys keys) {
        this.program = program;
        this.keys = keys;
    }

    static Load start(URI program, Keys keys) {
        Load load = new Load(program, keys);
        for (int i = 0; i < WORKING_CLIENTS; i++) {
            load.begin(load.new Client()::work);
        }
        for (int i = 0; i < REFUSED_CLIENTS; i++) {
            load.begin(load::beRefused);
        }
        return load;
    }

    private void begin(Work work) {
        clients.add(Thread.ofPlatform().start(() -> {
            try {
                while (!stopped) {
                    work.once();
                }
            } catch (IOException e) {
                // It is noted, and ends the client.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    List<Answer> answers() {
        return List.copyOf(answers);
    }

    /** Calls that got no answer, each the end of its client. */
    List<Failure> failures() {
        return List.copyOf(failures);
    }

    /** Returns when the last answer is in. */
    void stop() {
        stopped = true;
        try {
            for (Thread thread : clients) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
        client.close();
    }

    private interface Work {
        void once() throws IOException, InterruptedException;
    }

    /** Alike and many in a second, so that some of them share rows of the log. */
    private void beRefused() throws IOException, InterruptedException {
        send(Call.WITHOUT_KEY, request("/v1/members", null));
        send(Call.UNKNOWN_KEY, request("/v1/members", keys.unknown));
        send(Call.NOT_THERE, request("/v1/members/member_00000000000000000000000000", keys.everything));
        send(Call.WITHOUT_SCOPE, post("/v1/members", keys.reading, newMember()));
    }

    private final class Client {

        private @Nullable String member;
        private String etag = "";

        void work() throws IOException, InterruptedException {
            HttpResponse<String> added = send(Call.ADD_MEMBER, post("/v1/members", keys.everything, newMember()));
            if (added.statusCode() == 201) {
                member = subject(added);
                etag = etag(added);
            }
            if (member != null) {
                workOn("/v1/members/" + member);
            }
            send(Call.LIST, request("/v1/members?limit=5", keys.everything));
            send(Call.CREATE_CONSUMER, post("/v1/consumers", keys.everything, """
                    {"name": "%s", "owner_name": "Owner", "owner_email": "owner@example.com", "environment": "live",
                     "scopes": ["members:read"]}""".formatted(name())));
            send(Call.INVALID, post("/v1/members", keys.everything, """
                    {"legal_name": "%s", "date_of_birth": "2999-01-01"}""".formatted(name())));
        }

        private void workOn(String path) throws IOException, InterruptedException {
            send(Call.READ, request(path, keys.everything));
            String stale = etag;
            HttpResponse<String> changed = send(Call.CHANGE_MEMBER, patch(path, etag));
            if (changed.statusCode() == 200) {
                etag = etag(changed);
                send(Call.STALE, patch(path, stale));
            }
        }

        private HttpRequest patch(String path, String ifMatch) {
            return request(path, keys.everything, "If-Match", ifMatch, "Content-Type", "application/merge-patch+json")
                    .method("PATCH", BodyPublishers.ofString("{\"preferred_name\": \"%s\"}".formatted(name())))
                    .build();
        }
    }

    private HttpResponse<String> send(Call call, HttpRequest request) throws IOException, InterruptedException {
        if (stopped) {
            throw new InterruptedException("stopped between two calls");
        }
        long askedNanos = System.nanoTime();
        HttpResponse<String> response;
        try {
            response = client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            failures.add(new Failure(call, askedNanos, System.nanoTime(), e));
            throw e;
        }
        answers.add(new Answer(
                call,
                response.statusCode(),
                response.headers().firstValue("Request-Id").orElse(""),
                call.isChange() && response.statusCode() < 300 ? subject(response) : null,
                response.body(),
                askedNanos));
        return response;
    }

    private static String subject(HttpResponse<String> response) {
        String path = response.headers()
                .firstValue("Location")
                .orElse(response.request().uri().getPath());
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static String etag(HttpResponse<String> response) {
        return response.headers().firstValue("ETag").orElseThrow();
    }

    private String newMember() {
        return """
                {"legal_name": "%s", "date_of_birth": "1990-01-01", "contacts": [
                  {"type": "email", "value": "load@example.com"}]}""".formatted(name());
    }

    private String name() {
        return MARK + names.incrementAndGet();
    }

    private HttpRequest request(String path, @Nullable String key) {
        return request(path, key, new String[0]).build();
    }

    private HttpRequest post(String path, String key, String body) {
        return request(path, key, "Content-Type", JSON)
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    private HttpRequest.Builder request(String path, @Nullable String key, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(program.resolve(path)).timeout(ANSWERED_WITHIN);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return key == null ? request : request.header("Authorization", "Bearer " + key);
    }
}
