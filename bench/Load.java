import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The load that wrk cannot make: changes that need the ETag of the answer before, as many as the connections can send.
 *
 * <p>Arguments: change or add; port; file of "path, tab, key"; connections; seconds of warm-up; seconds of measurement.
 * It warms up, says READY, waits for a line on standard input, measures, says RESULT with JSON, and ends when standard
 * input does, so that its CPU time can be read. Every request that it began is answered before it ends.
 */
final class Load {

    private static final String JSON = "application/json";
    private static final String MERGE_PATCH = "application/merge-patch+json";

    /** Of each run its own, because a change to what a record is already changes and records nothing. */
    private final String run = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);

    private final String kind;
    private final int port;
    private final List<String[]> targets;
    private final int connections;

    private Load(String kind, int port, List<String[]> targets, int connections) {
        this.kind = kind;
        this.port = port;
        this.targets = targets;
        this.connections = connections;
    }

    public static void main(String[] arguments) throws Exception {
        List<String[]> targets = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(arguments[2]))) {
            targets.add(line.split("\t"));
        }
        Load load = new Load(arguments[0], Integer.parseInt(arguments[1]), targets, Integer.parseInt(arguments[3]));
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < load.connections; i++) {
            Client client = load.new Client(i);
            if (load.kind.equals("change")) {
                client.prepare();
            }
            clients.add(client);
        }
        load.run(clients, Double.parseDouble(arguments[4]));
        System.out.println("READY");
        if (System.in.read() < 0) {
            return;
        }
        System.out.println("RESULT " + load.run(clients, Double.parseDouble(arguments[5])));
        while (System.in.read() >= 0) {
            // until the reader has seen what it needs of this process
        }
    }

    /** All clients at once for that long; then what they saw, as JSON. */
    private String run(List<Client> clients, double seconds) throws InterruptedException {
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        List<Thread> threads = new ArrayList<>();
        for (Client client : clients) {
            client.forget();
            threads.add(Thread.ofPlatform().start(() -> client.work(end)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double took = (System.nanoTime() - start) / 1e9;
        Samples latency = new Samples();
        Map<Integer, Integer> statuses = new TreeMap<>();
        int broken = 0;
        for (Client client : clients) {
            latency.addAll(client.latency);
            client.statuses.forEach((status, count) -> statuses.merge(status, count, Integer::sum));
            broken += client.broken;
        }
        latency.sort();
        List<String> counted = new ArrayList<>();
        statuses.forEach((status, count) -> counted.add("\"" + status + "\":" + count));
        return String.format(
                Locale.ROOT,
                "{\"n\":%d,\"secs\":%.6f,\"p50\":%.3f,\"p90\":%.3f,\"p99\":%.3f,\"p999\":%.3f,\"max\":%.3f,"
                        + "\"broken\":%d,\"statuses\":{%s}}",
                latency.size,
                took,
                latency.quantile(0.5),
                latency.quantile(0.9),
                latency.quantile(0.99),
                latency.quantile(0.999),
                latency.quantile(1),
                broken,
                String.join(",", counted));
    }

    /** One connection. A target belongs to one client alone, so that nobody else makes its ETag stale. */
    private final class Client {

        private final int first;
        private final byte[] buffer = new byte[32 * 1024];
        private final Map<String, String> etags = new TreeMap<>();
        private Samples latency = new Samples();
        private Map<Integer, Integer> statuses = new TreeMap<>();
        private int broken;
        private int sent;
        private Socket socket;

        Client(int number) {
            first = number;
        }

        void forget() {
            latency = new Samples();
            statuses = new TreeMap<>();
            broken = 0;
        }

        /** Reads the ETag of each of its targets. */
        void prepare() throws IOException {
            for (int at = first; at < targets.size(); at += connections) {
                String[] target = targets.get(at);
                etags.put(target[0], exchange("GET", target, "", "").etag);
            }
        }

        void work(long end) {
            for (long began = System.nanoTime(); began < end; began = System.nanoTime()) {
                try {
                    int status = send();
                    latency.add(System.nanoTime() - began);
                    statuses.merge(status, 1, Integer::sum);
                } catch (IOException e) {
                    broken++;
                    System.err.println("connection " + first + ": " + e);
                    close();
                    return;
                }
            }
        }

        private int send() throws IOException {
            int number = sent++;
            String[] target = targets.get((first + number * connections) % targets.size());
            switch (kind) {
                case "add":
                    int unique = number * connections + first;
                    return exchange("POST", target, "Content-Type: " + JSON + "\r\n", """
                            {"legal_name": "Load Person %d", "date_of_birth": "1990-01-01", "contacts": [\
                            {"type": "email", "value": "load.%d@example.com"}, {"type": "phone", "value": "+6142%07d"}]}""".formatted(
                                            unique, unique, unique % 10_000_000))
                            .status;
                case "change":
                    Answer answer = exchange(
                            "PATCH",
                            target,
                            "Content-Type: " + MERGE_PATCH + "\r\nIf-Match: " + etags.get(target[0]) + "\r\n",
                            "{\"preferred_name\": \"Load" + run + " " + number + "\"}");
                    if (answer.etag != null) {
                        etags.put(target[0], answer.etag);
                    }
                    return answer.status;
                default:
                    throw new IllegalArgumentException(kind);
            }
        }

        private Answer exchange(String method, String[] target, String headers, String body) throws IOException {
            if (socket == null) {
                socket = new Socket(InetAddress.getLoopbackAddress(), port);
                socket.setTcpNoDelay(true);
            }
            StringBuilder text = new StringBuilder(512)
                    .append(method + " " + target[0] + " HTTP/1.1\r\nHost: 127.0.0.1\r\n")
                    .append(target.length > 1 ? "Authorization: Bearer " + target[1] + "\r\n" : "")
                    .append(headers);
            if (!body.isEmpty()) {
                text.append("Content-Length: ").append(body.length()).append("\r\n");
            }
            OutputStream out = socket.getOutputStream();
            out.write(text.append("\r\n").append(body).toString().getBytes(StandardCharsets.ISO_8859_1));
            return read(socket.getInputStream());
        }

        private Answer read(InputStream in) throws IOException {
            int filled = 0;
            int headersEnd = -1;
            while (headersEnd < 0) {
                filled += more(in, filled);
                headersEnd = endOfHeaders(filled);
            }
            String[] lines = new String(buffer, 0, headersEnd, StandardCharsets.ISO_8859_1).split("\r\n");
            int length = -1;
            String etag = null;
            for (String line : lines) {
                String lower = line.toLowerCase(Locale.ROOT);
                if (lower.startsWith("content-length:")) {
                    length = Integer.parseInt(line.substring(15).strip());
                } else if (lower.startsWith("etag:")) {
                    etag = line.substring(5).strip();
                }
            }
            if (length < 0) {
                throw new IOException("an answer without a length: " + lines[0]);
            }
            while (filled < headersEnd + length) {
                filled += more(in, filled);
            }
            return new Answer(Integer.parseInt(lines[0].substring(9, 12)), etag);
        }

        private int more(InputStream in, int filled) throws IOException {
            int count = in.read(buffer, filled, buffer.length - filled);
            if (count <= 0) {
                throw new IOException(count < 0 ? "closed by the server" : "an answer beyond the buffer");
            }
            return count;
        }

        private int endOfHeaders(int filled) {
            for (int i = 3; i < filled; i++) {
                if (buffer[i] == '\n' && buffer[i - 1] == '\r' && buffer[i - 2] == '\n' && buffer[i - 3] == '\r') {
                    return i + 1;
                }
            }
            return -1;
        }

        private void close() {
            try {
                if (socket != null) {
                    socket.close();
                }
            } catch (IOException e) {
                System.err.println("connection " + first + ": " + e);
            }
        }
    }

    private record Answer(int status, String etag) {}

    /** Every single duration, in nanoseconds. */
    private static final class Samples {

        private long[] nanos = new long[1024];
        private int size;

        void add(long duration) {
            if (size == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * size);
            }
            nanos[size++] = duration;
        }

        void addAll(Samples others) {
            for (int i = 0; i < others.size; i++) {
                add(others.nanos[i]);
            }
        }

        void sort() {
            Arrays.sort(nanos, 0, size);
        }

        /** In milliseconds; 0 without any. */
        double quantile(double part) {
            return size == 0 ? 0 : nanos[(int) Math.min(size - 1, Math.floor(part * size))] / 1e6;
        }
    }
}
