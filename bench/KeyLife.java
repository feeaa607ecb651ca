import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What callers of several nodes see of the end of a key, with keys that it makes through the API by the key in ADMIN_KEY.
 *
 * <p>{@code revocation ports path trials}: callers of each node use each key in turn, as fast as they are answered, until
 * {@link #WATCHED} after it was revoked. Before it revokes one it says NEXT and waits for a line, and before the next
 * one DONE and waits again. Then RESULT with JSON: how long after the revocation was sent, and after it was answered,
 * the last call began that was still let in on any node.
 *
 * <p>{@code rotation ports path rate seconds overlapSeconds}: one consumer calls all nodes at a fixed rate; its key is
 * rotated after a third of the time, its callers go over to the new key one after the other, and the old one ends.
 */
final class KeyLife {

    /** How long a revoked key is still tried; what comes later would be seen at the next of them. */
    private static final Duration WATCHED = Duration.ofMillis(1_200);

    // Beyond ten refusals of one consumer in a second, answers wait for a row that they share, and callers with them.
    private static final long REFUSED_AGAIN_NANOS = 150_000_000L;

    private static final int CALLERS_OF_A_NODE = 2;
    private static final int CLIENTS = 24;
    private static final Duration WARM_UP = Duration.ofSeconds(8);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String admin = System.getenv("ADMIN_KEY");
    private final int[] ports;
    private final String path;

    private KeyLife(int[] ports, String path) {
        this.ports = ports;
        this.path = path;
    }

    public static void main(String[] arguments) throws Exception {
        KeyLife life = new KeyLife(
                Arrays.stream(arguments[1].split(","))
                        .mapToInt(Integer::parseInt)
                        .toArray(),
                arguments[2]);
        String result = switch (arguments[0]) {
            case "revocation" -> life.revoke(Integer.parseInt(arguments[3]));
            case "rotation" ->
                life.rotate(
                        Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]), Integer.parseInt(arguments[5]));
            default -> throw new IllegalArgumentException(arguments[0]);
        };
        System.out.println("RESULT " + result);
        System.exit(0);
    }

    // ---- revocation ---------------------------------------------------------

    private final List<Subject> watched = new CopyOnWriteArrayList<>();
    private final AtomicLong calls = new AtomicLong();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    /** A key and what became of calls with it. */
    private final class Subject {

        final Key key;
        final AtomicLongArray accepted = new AtomicLongArray(ports.length);
        final AtomicLongArray refused = new AtomicLongArray(ports.length);
        final AtomicLongArray nextNanos = new AtomicLongArray(ports.length);
        final AtomicLong lastNanos = new AtomicLong(Long.MIN_VALUE);
        volatile long sentNanos;
        volatile long answeredNanos;

        Subject(Key key) {
            this.key = key;
        }
    }

    private String revoke(int trials) throws Exception {
        List<Subject> subjects = new ArrayList<>();
        for (int i = 0; i < trials; i++) {
            subjects.add(new Subject(newKey()));
        }
        Subject warm = new Subject(newKey());
        watched.add(warm);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < ports.length * CALLERS_OF_A_NODE; i++) {
            int node = i % ports.length;
            threads.add(Thread.ofPlatform().start(() -> call(node)));
        }
        Thread.sleep(WARM_UP);
        watched.remove(warm);
        for (int i = 0; i < trials; i++) {
            Subject subject = subjects.get(i);
            watched.add(subject);
            while (!everywhere(subject.accepted)) {
                Thread.sleep(1);
            }
            // At any moment between two heartbeats of a feed.
            Thread.sleep(ThreadLocalRandom.current().nextInt(150));
            ask("NEXT");
            subject.sentNanos = System.nanoTime();
            HttpResponse<String> answer = send(request(
                            ports[i % ports.length],
                            "/v1/consumers/" + subject.key.consumer + "/keys/" + subject.key.id,
                            admin)
                    .DELETE());
            subject.answeredNanos = System.nanoTime();
            require(answer, 200);
            ask("DONE");
            long now = System.nanoTime();
            watched.removeIf(old -> old.answeredNanos != 0 && now - old.answeredNanos > WATCHED.toNanos());
        }
        Thread.sleep(WATCHED);
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
        List<String> afterSent = new ArrayList<>();
        List<String> afterAnswer = new ArrayList<>();
        for (Subject subject : subjects) {
            if (!everywhere(subject.refused)) {
                failures.add("a revoked key was not refused on each node");
            }
            afterSent.add(millis(subject.lastNanos.get() - subject.sentNanos));
            afterAnswer.add(millis(subject.lastNanos.get() - subject.answeredNanos));
        }
        return "{\"calls\":" + calls + ",\"failures\":" + json(failures) + ",\"after_sent\":" + afterSent
                + ",\"after_answer\":" + afterAnswer + "}";
    }

    private static boolean everywhere(AtomicLongArray counts) {
        for (int i = 0; i < counts.length(); i++) {
            if (counts.get(i) == 0) {
                return false;
            }
        }
        return true;
    }

    private void call(int node) {
        while (!stopped) {
            boolean idle = true;
            for (Subject subject : watched) {
                long askedNanos = System.nanoTime();
                long nextNanos = subject.nextNanos.get(node);
                if (nextNanos != 0
                        && (askedNanos < nextNanos
                                || !subject.nextNanos.compareAndSet(
                                        node, nextNanos, askedNanos + REFUSED_AGAIN_NANOS))) {
                    continue;
                }
                idle = false;
                try {
                    int status =
                            send(request(ports[node], path, subject.key.text)).statusCode();
                    calls.incrementAndGet();
                    if (status == 200) {
                        subject.accepted.incrementAndGet(node);
                        subject.lastNanos.accumulateAndGet(askedNanos, Math::max);
                    } else if (status == 401 && subject.sentNanos != 0) {
                        subject.refused.incrementAndGet(node);
                        subject.nextNanos.set(node, System.nanoTime() + REFUSED_AGAIN_NANOS);
                    } else {
                        failures.add("status " + status);
                    }
                } catch (IOException | InterruptedException e) {
                    failures.add(e.toString());
                }
            }
            if (idle) {
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    private static void ask(String word) throws IOException {
        System.out.println(word);
        if (System.in.read() < 0) {
            throw new IOException("nobody listens any more");
        }
    }

    // ---- rotation -----------------------------------------------------------

    private String rotate(int rate, int seconds, int overlapSeconds) throws Exception {
        Key old = newKey();
        // Callers go over one by one while half of the overlap passes.
        AtomicLong overNanos = new AtomicLong(Long.MAX_VALUE);
        Key[] replacement = new Key[1];
        AtomicInteger withOld = new AtomicInteger();
        AtomicInteger withNew = new AtomicInteger();
        AtomicInteger told = new AtomicInteger();
        Queue<Long> latencies = new ConcurrentLinkedQueue<>();
        AtomicLong taken = new AtomicLong();
        long start = System.nanoTime();
        long measured = start + WARM_UP.toNanos();
        long end = measured + seconds * 1_000_000_000L;
        long step = overlapSeconds * 500_000_000L / CLIENTS;
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            int client = i;
            threads.add(Thread.ofPlatform().start(() -> {
                while (true) {
                    long number = taken.getAndIncrement();
                    long due = start + (long) (number * 1e9 / rate);
                    if (due >= end) {
                        return;
                    }
                    for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
                        LockSupport.parkNanos(due - now);
                    }
                    long over = overNanos.get();
                    boolean isOver = over != Long.MAX_VALUE && System.nanoTime() - over >= client * step;
                    try {
                        HttpResponse<String> answer = send(request(
                                ports[(int) (number % ports.length)], path, isOver ? replacement[0].text : old.text));
                        if (answer.statusCode() != 200) {
                            failures.add("status " + answer.statusCode() + " " + answer.body());
                        } else if (due >= measured) {
                            (isOver ? withNew : withOld).incrementAndGet();
                            told.addAndGet(
                                    answer.headers()
                                                    .firstValue("API-Key-Expires")
                                                    .isPresent()
                                            ? 1
                                            : 0);
                            latencies.add(System.nanoTime() - due);
                        }
                    } catch (IOException | InterruptedException e) {
                        failures.add(e.toString());
                    }
                }
            }));
        }
        Thread.sleep(Duration.ofNanos(measured - System.nanoTime()).plusSeconds(seconds / 3));
        HttpResponse<String> rotation =
                send(request(ports[0], "/v1/consumers/" + old.consumer + "/keys/" + old.id + "/rotation", admin)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"overlap\": \"PT" + overlapSeconds + "S\"}")));
        require(rotation, 201);
        replacement[0] = new Key(old.consumer, field(rotation.body(), "id"), field(rotation.body(), "key"));
        // Time for the holder to put the new key in place.
        Thread.sleep(seconds * 1_000L / 12);
        overNanos.set(System.nanoTime());
        for (Thread thread : threads) {
            thread.join();
        }
        int refusedOn = 0;
        for (int port : ports) {
            HttpResponse<String> late = send(request(port, path, old.text));
            refusedOn += late.statusCode() == 401 && late.body().contains("\"key_expired\"") ? 1 : 0;
        }
        long[] sorted = latencies.stream().mapToLong(Long::longValue).sorted().toArray();
        return String.format(
                Locale.ROOT,
                "{\"calls\":%d,\"with_old\":%d,\"with_new\":%d,\"told_of_end\":%d,\"old_refused_on\":%d,\"p50\":%s,\"p99\":%s,"
                        + "\"max\":%s,\"failures\":%s}",
                sorted.length,
                withOld.get(),
                withNew.get(),
                told.get(),
                refusedOn,
                millis(sorted[sorted.length / 2]),
                millis(sorted[(int) (sorted.length * 0.99)]),
                millis(sorted[sorted.length - 1]),
                json(failures));
    }

    // ---- calls --------------------------------------------------------------

    private record Key(String consumer, String id, String text) {}

    /** A new consumer's first key. */
    private Key newKey() throws IOException, InterruptedException {
        HttpResponse<String> consumer = send(request(ports[0], "/v1/consumers", admin)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(
                        "{\"name\": \"Bench\", \"owner_name\": \"Bench\", \"owner_email\": \"bench@example.com\","
                                + " \"environment\": \"live\", \"scopes\": [\"members:read\"]}")));
        require(consumer, 201);
        String id = field(consumer.body(), "id");
        HttpResponse<String> key = send(request(ports[0], "/v1/consumers/" + id + "/keys", admin)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}")));
        require(key, 201);
        return new Key(id, field(key.body(), "id"), field(key.body(), "key"));
    }

    private static HttpRequest.Builder request(int port, String path, String key) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + key)
                .timeout(Duration.ofSeconds(20));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static void require(HttpResponse<String> answer, int status) throws IOException {
        if (answer.statusCode() != status) {
            throw new IOException(
                    answer.request().uri().getPath() + " answered " + answer.statusCode() + " " + answer.body());
        }
    }

    private static String field(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"]*)\"").matcher(json);
        if (!found.find()) {
            throw new IllegalArgumentException("an answer without " + name);
        }
        return found.group(1);
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.2f", nanos / 1e6);
    }

    /** The first of them and how many there are. */
    private static String json(Queue<String> failures) {
        String first = failures.isEmpty() ? "" : failures.peek().replaceAll("[\"\\\\\\s]+", " ");
        return "{\"count\":" + failures.size() + ",\"first\":\"" + first + "\"}";
    }
}
