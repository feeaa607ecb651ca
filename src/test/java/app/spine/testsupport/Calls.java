package app.spine.testsupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.is;

import app.spine.testsupport.Academy.TestConsumer;
import io.restassured.RestAssured;
import io.restassured.config.LogConfig;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Calls over HTTP as a consumer's server makes them, and what every refusal has in common. */
public final class Calls {

    private Calls() {}

    /** With this consumer's key. */
    public static RequestSpecification as(TestConsumer consumer) {
        return nobody().header("Authorization", consumer.bearer());
    }

    /** With this consumer's key and a JSON body. */
    public static RequestSpecification as(TestConsumer consumer, String json) {
        return as(consumer).contentType("application/json; charset=UTF-8").body(json);
    }

    /** The status of a call whose body REST Assured would choke on, as it formats each for its own log. */
    public static int status(TestConsumer consumer, String method, String path, String mediaType, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + path))
                .header("Authorization", consumer.bearer())
                .header("Content-Type", mediaType)
                .header("If-Match", "*")
                // Or a refusal by size would meet a body still on its way.
                .expectContinue(true)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * Without a key, or with one that is added: REST Assured prints a call whose answer is not the expected one, also where
     * it is awaited, and leaves the key out of that.
     */
    public static RequestSpecification nobody() {
        LogConfig withoutKeys = RestAssured.config().getLogConfig().blacklistHeader("Authorization");
        return RestAssured.given().config(RestAssured.config().logConfig(withoutKeys));
    }

    /** Checks that it is a refusal of this kind, with everything that problem details must say. */
    public static ValidatableResponse assertRefused(Response response, int status, String code) {
        ValidatableResponse refusal = response.then()
                .statusCode(status)
                .contentType("application/problem+json")
                .header("Cache-Control", "no-store")
                .body("status", is(status))
                .body("code", is(code))
                .body("type", endsWith("#" + code))
                .body("request_id", is(response.header("Request-Id")));
        assertThat(response.jsonPath().getString("title")).isNotBlank();
        assertThat(response.jsonPath().getString("detail")).isNotBlank();
        return refusal;
    }

    /** Checks the refusal of a call without a key. */
    public static void assertKeyMissing(Response response) {
        assertRefused(response, 401, "key_missing").header("WWW-Authenticate", "Bearer realm=\"operating-spine\"");
    }

    /** Checks the refusal of a call whose key lacks these scopes, separated by blanks. */
    public static ValidatableResponse assertScopeMissing(Response response, String scopes) {
        return assertRefused(response, 403, "insufficient_scope")
                .header(
                        "WWW-Authenticate",
                        "Bearer realm=\"operating-spine\", error=\"insufficient_scope\", scope=\"" + scopes + "\"");
    }

    /** The answer byte for byte, but for the id of the request it answers. */
    public static String withoutRequestId(Response response) {
        return response.asString().replace(response.header("Request-Id"), "req_");
    }
}
