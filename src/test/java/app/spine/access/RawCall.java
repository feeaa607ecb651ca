package app.spine.access;

import io.restassured.RestAssured;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A call whose path is sent exactly as it is written, which clients of good manners refuse to do. */
record RawCall(int status, Map<String, String> headers, String body) {

    static RawCall get(String path, String address, String authorization) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write("""
                            GET %s HTTP/1.1\r
                            Host: localhost\r
                            Connection: close\r
                            X-Forwarded-For: %s\r
                            Authorization: %s\r
                            \r
                            """.formatted(path, address, authorization).getBytes(StandardCharsets.ISO_8859_1));
            return parse(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static RawCall parse(String answer) {
        int end = answer.indexOf("\r\n\r\n");
        Map<String, String> headers = answer.substring(0, end)
                .lines()
                .skip(1)
                .map(line -> line.split(": ?", 2))
                .collect(Collectors.toMap(line -> line[0].toLowerCase(Locale.ROOT), line -> line[1], (a, b) -> a));
        return new RawCall(Integer.parseInt(answer.substring(9, 12)), headers, answer.substring(end + 4));
    }
}
