package app.spine.testsupport;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.RestAssured;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Sends requests to the running application byte by byte, also those that HTTP clients refuse to send. */
public final class RawHttp {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern LENGTH = Pattern.compile("(?i)\\r\\ncontent-length: *([0-9]+)");
    private static final int PATIENCE_MILLIS = 20_000;

    private RawHttp() {}

    /** A request without headers or body. */
    public static Request request(String method, String target) {
        return new Request(method, target, List.of(), "");
    }

    /** A request as it will be written. Its texts are of ISO 8859-1, one byte a character. */
    public record Request(String method, String target, List<String> headers, String body) {

        /** With one more header. */
        public Request with(String name, String value) {
            return new Request(
                    method,
                    target,
                    Stream.concat(headers.stream(), Stream.of(name + ": " + value))
                            .toList(),
                    body);
        }

        /** With the header of a consumer. */
        public Request as(Academy.TestConsumer consumer) {
            return with("Authorization", consumer.bearer());
        }

        /** With a JSON body. */
        public Request json(String json) {
            return body("application/json", utf8(json));
        }

        /** With a body of a type. */
        public Request body(String type, String bytes) {
            return new Request(method, target, headers, bytes)
                    .with("Content-Type", type)
                    .with("Content-Length", Integer.toString(bytes.length()));
        }

        /** Sends it on a connection of its own and waits for the answer. */
        public Answer send() {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port)) {
                socket.setSoTimeout(PATIENCE_MILLIS);
                String head = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                        + String.join("", headers.stream().map(h -> h + "\r\n").toList()) + "\r\n" + body;
                socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
                return Answer.read(receive(socket.getInputStream()));
            } catch (IOException e) {
                throw new UncheckedIOException(this.toString(), e);
            }
        }

        /** Up to the announced length, since after a refused body the connection may stay open; else to the end. */
        private static byte[] receive(InputStream in) throws IOException {
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            byte[] buffer = new byte[16_384];
            while (true) {
                int count = in.read(buffer);
                if (count < 0) {
                    return received.toByteArray();
                }
                received.write(buffer, 0, count);
                String text = received.toString(StandardCharsets.ISO_8859_1);
                int end = text.indexOf("\r\n\r\n");
                Matcher length = LENGTH.matcher(end < 0 ? "" : text.substring(0, end));
                if (length.find() && text.length() >= end + 4 + Integer.parseInt(length.group(1))) {
                    return received.toByteArray();
                }
            }
        }

        /** Sends it so many times at the same instant, each on a connection of its own. */
        public List<Answer> sendAtOnce(int times) throws ExecutionException, InterruptedException {
            CountDownLatch start = new CountDownLatch(1);
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<Answer>> running = new ArrayList<>();
                for (int i = 0; i < times; i++) {
                    running.add(threads.submit(() -> {
                        start.await();
                        return send();
                    }));
                }
                start.countDown();
                List<Answer> answers = new ArrayList<>();
                for (Future<Answer> answer : running) {
                    answers.add(answer.get());
                }
                return answers;
            }
        }

        @Override
        public String toString() {
            return method + " " + target + "\n"
                    + String.join(
                            "\n",
                            headers.stream()
                                    .filter(header -> !header.startsWith("Authorization"))
                                    .toList())
                    + "\n\n" + body.substring(0, Math.min(2_000, body.length()));
        }
    }

    /** An answer. */
    public record Answer(int status, Map<String, String> headers, String text) {

        /** A header's value, or null. */
        public @Nullable String header(String name) {
            return headers.get(name.toLowerCase(Locale.ROOT));
        }

        /** The body as a tree; fails for what is no JSON. */
        public JsonNode json() {
            return parse(text);
        }

        /** The code of a problem. */
        public String code() {
            return json().path("code").asText();
        }

        @Override
        public String toString() {
            return status + " " + headers + " " + text;
        }

        private static Answer read(byte[] bytes) throws IOException {
            String all = new String(bytes, StandardCharsets.ISO_8859_1);
            int end = all.indexOf("\r\n\r\n");
            if (end < 0) {
                throw new IOException("no answer: " + all);
            }
            String[] lines = all.substring(0, end).split("\r\n", -1);
            Map<String, String> headers = new TreeMap<>();
            for (String line : Arrays.asList(lines).subList(1, lines.length)) {
                int colon = line.indexOf(':');
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
            boolean chunked = "chunked".equalsIgnoreCase(headers.get("transfer-encoding"));
            String body = chunked ? dechunk(all, end + 4) : all.substring(end + 4);
            return new Answer(
                    Integer.parseInt(lines[0].substring(9, 12)),
                    headers,
                    new String(body.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
        }

        private static String dechunk(String all, int from) {
            StringBuilder body = new StringBuilder();
            int at = from;
            while (true) {
                int line = all.indexOf("\r\n", at);
                int length = Integer.parseInt(all.substring(at, line), 16);
                if (length == 0) {
                    return body.toString();
                }
                body.append(all, line + 2, line + 2 + length);
                at = line + 2 + length + 2;
            }
        }
    }

    /** The bytes of a text in UTF-8, as characters of ISO 8859-1. */
    public static String utf8(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** Reads JSON that is known to be some. */
    public static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(json, e);
        }
    }
}
