package app.spine.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.RestAssured;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** What a browser does at the portal: it keeps cookies, follows redirects when it is told to, and sends forms. */
public final class Browser {

    private static final Pattern TOKEN = Pattern.compile("name=\"csrf-token\" value=\"([^\"]*)\"");

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Map<String, String> cookies = new LinkedHashMap<>();
    private final URI portal;

    private Browser(URI portal) {
        this.portal = portal;
    }

    /** A browser of the application under test that knows nothing yet. */
    public static Browser open() {
        return open(URI.create("http://localhost:" + RestAssured.port));
    }

    /** A browser before the application is there. */
    public static Browser nowhere() {
        return open(URI.create("http://localhost"));
    }

    /** A browser of a program at this address. */
    public static Browser open(URI portal) {
        return new Browser(portal);
    }

    /** A browser in which somebody is signed in, at the dev service. */
    public static Browser signedIn(String subject, String roles) {
        Browser browser = open();
        // Right after the start of an application the provider may not have answered it yet.
        Page door = Awaitility.await("the way to the provider")
                .pollDelay(Duration.ZERO)
                .atMost(Duration.ofSeconds(30))
                .until(() -> browser.get("/portal"), page -> page.status() != 503);
        Page home = browser.follow(browser.atProvider(door, subject, roles));
        assertThat(home.status()).as(home.body()).isIn(200, 403);
        return browser;
    }

    /** The dev service's name of somebody at an academy. */
    public static String at(Academy academy, String name) {
        return name + "@" + academy.slug();
    }

    /** Opens a page, signs in at the dev service and comes back; the page where that ends. */
    public Page signIn(String path, String subject, String roles) {
        return follow(atProvider(get(path), subject, roles));
    }

    /** From the redirect to the dev service to the one back from it. */
    public Page atProvider(Page redirect, String subject, String roles) {
        assertThat(redirect.status()).as(redirect.body()).isEqualTo(302);
        URI authorize = URI.create(redirect.header("Location").orElseThrow());
        Map<String, String> asked = query(authorize);
        assertThat(asked).containsEntry("response_type", "code").containsKey("code_challenge");
        return send(HttpRequest.newBuilder(authorize.resolve("/login"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form(Map.of(
                        "name",
                        subject,
                        "roles",
                        roles,
                        "response_type",
                        "code",
                        "client_id",
                        asked.get("client_id"),
                        "scope",
                        asked.get("scope"),
                        "redirect_uri",
                        asked.get("redirect_uri") + "?state=" + asked.get("state"))))));
    }

    /** Follows redirects as long as they lead to the portal. */
    public Page follow(Page page) {
        Page here = page;
        for (int hops = 0; hops < 10 && here.location().filter(this::isPortal).isPresent(); hops++) {
            here = get(here.location().orElseThrow().toString());
        }
        return here;
    }

    private boolean isPortal(URI address) {
        return !address.isAbsolute() || address.getAuthority().equals(portal.getAuthority());
    }

    /** Opens a page, without following where it leads. */
    public Page get(String path, String... headers) {
        return send(request(path, headers).GET());
    }

    /** The page of whoever is signed in, with its name, its role and forms. */
    public Page you() {
        return get("/portal/you");
    }

    /** Sends a form with the token of the page it is on. */
    public Page submit(Page on, String path, Map<String, String> fields, String... headers) {
        Map<String, String> all = new LinkedHashMap<>(fields);
        all.put("csrf-token", on.token());
        return post(path, all, headers);
    }

    /** Sends a form as it is. */
    public Page post(String path, Map<String, String> fields, String... headers) {
        return send(request(path, headers)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form(fields))));
    }

    /** What the browser would send of this cookie; null when it has none. */
    public @Nullable String cookie(String name) {
        return cookies.get(name);
    }

    public Map<String, String> cookies() {
        return Map.copyOf(cookies);
    }

    /** Puts a cookie into the browser, or takes it away with null. */
    public void setCookie(String name, @Nullable String value) {
        if (value == null) {
            cookies.remove(name);
        } else {
            cookies.put(name, value);
        }
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(portal.resolve(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request;
    }

    /** Sends any request with the browser's cookies, which are of one host here. */
    public Page send(HttpRequest.Builder request) {
        HttpRequest built = request.build();
        if (!cookies.isEmpty() && isPortal(built.uri())) {
            request.header(
                    "Cookie",
                    cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(Collectors.joining("; ")));
            built = request.build();
        }
        try {
            HttpResponse<String> answer = CLIENT.send(built, HttpResponse.BodyHandlers.ofString());
            if (isPortal(built.uri())) {
                answer.headers().allValues("set-cookie").forEach(this::keep);
            }
            return new Page(built.uri(), answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void keep(String header) {
        String[] parts = header.split(";", -1);
        int equals = parts[0].indexOf('=');
        String name = parts[0].substring(0, equals).strip();
        boolean over = Arrays.stream(parts).anyMatch(part -> part.strip().equalsIgnoreCase("max-age=0"));
        if (over) {
            cookies.remove(name);
        } else {
            cookies.put(name, parts[0].substring(equals + 1).strip());
        }
    }

    private static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** The parameters of an address, each once. */
    public static Map<String, String> query(URI address) {
        return Arrays.stream(address.getRawQuery().split("&", -1))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(
                        pair -> pair[0], pair -> java.net.URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    }

    /** One answer. */
    public record Page(URI address, HttpResponse<String> answer) {

        public int status() {
            return answer.statusCode();
        }

        public String body() {
            return answer.body();
        }

        public Optional<String> header(String name) {
            return answer.headers().firstValue(name);
        }

        public List<String> headers(String name) {
            return answer.headers().allValues(name);
        }

        /** Where it leads to; empty where it leads nowhere. */
        public Optional<URI> location() {
            return status() / 100 == 3 ? header("Location").map(URI::create) : Optional.empty();
        }

        /** Whether the person with this name and role is signed in on it. */
        public boolean isOf(String name, String role) {
            return body().contains(">" + name + "<") && body().contains(">" + role + ", ");
        }

        /** The proof that its forms carry. */
        public String token() {
            Matcher found = TOKEN.matcher(body());
            assertThat(found.find()).as("a form in " + body()).isTrue();
            return found.group(1);
        }
    }
}
