package app.spine.portal;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.Browser;
import app.spine.testsupport.Browser.Page;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.SignIn;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every route of the portal, as the classes declare them: who may use it, and what everybody else gets. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(SignIn.class)
class PortalRoutesTest {

    private static final String STAFF = "owner admin operator";
    private static final String MANAGERS = "owner admin";
    private static final String KEY_HOLDERS = "owner admin partner";
    private static final String ALL = "owner admin operator partner";

    /** Takes no sign-in: for whoever has no role here, and for whoever has just left. */
    private static final String ANYONE = "";

    /** A route that is not here has no rule, and fails the test. A star: its sign-in must be ten minutes old at most. */
    private static final Map<String, String> RULES = Map.ofEntries(
            Map.entry("GET /portal", ALL),
            Map.entry("GET /portal/{path: .+}", ALL),
            Map.entry("GET /portal/callback", ALL),
            Map.entry("GET /portal/sign-in-again", ALL),
            Map.entry("POST /portal/sign-out", ALL),
            Map.entry("GET /portal/switch", ANYONE),
            Map.entry("GET /portal/signed-out", ANYONE),
            Map.entry("GET /portal/invitation", "partner"),
            Map.entry("POST /portal/invitation", "partner"),
            Map.entry("GET /portal/own", "partner"),
            Map.entry("GET /portal/find", ALL),
            Map.entry("POST /portal/find", ALL),
            Map.entry("GET /portal/you", ALL),
            Map.entry("POST /portal/you", ALL),
            Map.entry("GET /portal/consumers", STAFF),
            Map.entry("POST /portal/consumers", STAFF),
            Map.entry("GET /portal/consumers/new", MANAGERS),
            Map.entry("POST /portal/consumers/new", MANAGERS),
            Map.entry("GET /portal/consumers/{id}", ALL),
            Map.entry("GET /portal/consumers/{id}/examples", ALL),
            Map.entry("GET /portal/consumers/{id}/rotations", KEY_HOLDERS),
            Map.entry("GET /portal/consumers/{id}/edit", MANAGERS),
            Map.entry("POST /portal/consumers/{id}/edit", MANAGERS),
            Map.entry("GET /portal/consumers/{id}/suspension", MANAGERS),
            Map.entry("POST /portal/consumers/{id}/suspension", MANAGERS),
            Map.entry("GET /portal/consumers/{id}/restoration", MANAGERS),
            Map.entry("POST /portal/consumers/{id}/restoration", MANAGERS),
            Map.entry("GET /portal/consumers/{id}/unused-scopes", MANAGERS),
            Map.entry("POST /portal/consumers/{id}/unused-scopes", MANAGERS),
            Map.entry("GET /portal/consumers/{id}/keys/new", KEY_HOLDERS + " *"),
            Map.entry("POST /portal/consumers/{id}/keys", KEY_HOLDERS + " *"),
            Map.entry("GET /portal/consumers/{id}/keys/{key}/rotation", KEY_HOLDERS + " *"),
            Map.entry("POST /portal/consumers/{id}/keys/{key}/rotation", KEY_HOLDERS + " *"),
            Map.entry("GET /portal/consumers/{id}/keys/{key}/revocation", KEY_HOLDERS + " *"),
            Map.entry("POST /portal/consumers/{id}/keys/{key}/revocation", KEY_HOLDERS + " *"),
            Map.entry("GET /portal/consumers/{id}/keys/{key}/networks", KEY_HOLDERS + " *"),
            Map.entry("POST /portal/consumers/{id}/keys/{key}/networks", KEY_HOLDERS + " *"),
            Map.entry("GET /portal/consumers/{id}/oauth-client", MANAGERS + " *"),
            Map.entry("POST /portal/consumers/{id}/oauth-client", MANAGERS + " *"),
            Map.entry("POST /portal/consumers/{id}/oauth-client/end", MANAGERS + " *"),
            Map.entry("GET /portal/consumers/{id}/invitations/new", MANAGERS + " *"),
            Map.entry("POST /portal/consumers/{id}/invitations", MANAGERS + " *"),
            Map.entry("GET /portal/consumers/{id}/partners/{partner}/end", MANAGERS + " *"),
            Map.entry("POST /portal/consumers/{id}/partners/{partner}/end", MANAGERS + " *"),
            Map.entry("GET /portal/approvals", STAFF),
            Map.entry("POST /portal/approvals/{consumer}/approval", MANAGERS),
            Map.entry("GET /portal/approvals/{consumer}/refusal", MANAGERS),
            Map.entry("POST /portal/approvals/{consumer}/refusal", MANAGERS),
            Map.entry("GET /portal/leaks", MANAGERS),
            Map.entry("GET /portal/requests", ALL),
            Map.entry("GET /portal/requests/{id}", ALL),
            Map.entry("GET /portal/members", STAFF),
            Map.entry("POST /portal/members", STAFF),
            Map.entry("GET /portal/members/{id}", STAFF),
            Map.entry("GET /portal/audit", STAFF),
            Map.entry("GET /portal/audit/{id}", STAFF),
            Map.entry("GET /portal/settings", STAFF),
            Map.entry("POST /portal/settings", "owner"));

    private final Academy academy = Academy.open();
    private final TestConsumer own = academy.consumer("members:read");
    private final TestConsumer neighbour = academy.consumer("members:read");
    private final TestConsumer foreign = Academy.open().consumer("members:read");

    @Test
    void hasARuleForEachRoute() {
        assertThat(declared()).isEqualTo(new TreeMap<>(RULES));
    }

    @Test
    void letsNobodyInWhoIsNotSignedIn() {
        protectedRoutes().forEach(route -> {
            Browser nobody = Browser.open();
            Page answer = isRead(route) ? nobody.get(path(route, own)) : nobody.post(path(route, own), Map.of());
            assertThat(answer.status()).as(route).isEqualTo(isRead(route) ? 302 : 401);
        });
    }

    @Test
    void keepsEachRouteFromOtherRoles() {
        Map<String, Browser> people = people();
        protectedRoutes()
                .forEach(route -> people.forEach((role, person) -> {
                    if (!roles(route).contains(role)) {
                        assertThat(send(person, route, own).status())
                                .as(role + " at " + route)
                                .isEqualTo(403);
                    } else if (isRead(route)) {
                        assertThat(person.get(path(route, own)).status())
                                .as(role + " at " + route)
                                .isIn(200, 303, 404);
                    }
                }));
    }

    @Test
    void takesNoFormWithoutItsToken() {
        Map<String, Browser> people = people();
        protectedRoutes()
                .filter(route -> !isRead(route))
                .forEach(route -> people.forEach((role, person) -> {
                    if (roles(route).contains(role)) {
                        Page answer = person.post(path(route, own), Map.of("csrf-token", "forged"));
                        assertThat(answer.status()).as(role + " at " + route).isEqualTo(403);
                        assertThat(answer.body()).as(role + " at " + route).contains("Nothing was changed");
                    }
                }));
    }

    @Test
    void knowsNothingOfAnotherAcademysRecords() {
        Browser owner = Browser.signedIn(Browser.at(academy, "olga"), "owner");
        protectedRoutes()
                .filter(route -> route.contains("{"))
                .forEach(route -> assertThat(send(owner, route, foreign).status())
                        .as(route)
                        .isEqualTo(roles(route).equals("partner") ? 403 : 404));
    }

    @Test
    void showsAPartnerNothingOfItsNeighbour() {
        Browser partner = PartnerBrowser.of(academy, own);
        protectedRoutes()
                .filter(route -> route.contains("{") && roles(route).contains("partner"))
                .forEach(route -> assertThat(send(partner, route, neighbour).status())
                        .as(route)
                        .isEqualTo(404));
    }

    /** Routes with their rules as the annotations have them. */
    private static Map<String, String> declared() {
        Map<String, String> routes = new TreeMap<>();
        for (JavaClass page : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("app.spine.portal")) {
            for (JavaMethod method : page.getMethods()) {
                verb(method).ifPresent(verb -> routes.put(verb + " " + pathOf(page, method), rule(page, method)));
            }
        }
        return routes;
    }

    private static Optional<String> verb(JavaMethod method) {
        return method.getAnnotations().stream()
                .filter(annotation -> annotation.getRawType().isAnnotatedWith(HttpMethod.class))
                .map(annotation -> annotation
                        .getRawType()
                        .getAnnotationOfType(HttpMethod.class)
                        .value())
                .findFirst();
    }

    private static String pathOf(JavaClass page, JavaMethod method) {
        return page.getAnnotationOfType(Path.class).value()
                + method.tryGetAnnotationOfType(Path.class).map(Path::value).orElse("");
    }

    private static String rule(JavaClass page, JavaMethod method) {
        Set<Role> roles = method.tryGetAnnotationOfType(Allowed.class)
                .or(() -> page.tryGetAnnotationOfType(Allowed.class))
                .map(allowed -> Arrays.stream(allowed.value()).collect(toCollection(TreeSet::new)))
                .orElseGet(TreeSet::new);
        boolean fresh = method.isAnnotatedWith(FreshSignIn.class) || page.isAnnotatedWith(FreshSignIn.class);
        return roles.stream().map(Role::wire).collect(Collectors.joining(" ")) + (fresh ? " *" : "");
    }

    private static Stream<String> protectedRoutes() {
        return new TreeMap<>(RULES)
                .entrySet().stream()
                        .filter(rule -> !rule.getValue().equals(ANYONE))
                        // It would end the session that the others need.
                        .filter(rule -> !rule.getKey().equals("POST /portal/sign-out"))
                        .map(Map.Entry::getKey);
    }

    private static String roles(String route) {
        return Objects.requireNonNull(RULES.get(route));
    }

    private Map<String, Browser> people() {
        Map<String, Browser> people = new TreeMap<>();
        for (String role : List.of("owner", "admin", "operator")) {
            people.put(role, Browser.signedIn(Browser.at(academy, role), role));
        }
        people.put("partner", PartnerBrowser.of(academy, own));
        return people;
    }

    private static boolean isRead(String route) {
        return route.startsWith(GET.class.getSimpleName());
    }

    private static Page send(Browser person, String route, TestConsumer of) {
        String path = path(route, of);
        return isRead(route)
                ? person.get(path)
                : person.submit(person.you(), path, Map.of("scopes", "members.minor:read", "overlap", "PT24H"));
    }

    /** The route's address of a consumer and its key; other records are of nobody. */
    private static String path(String route, TestConsumer consumer) {
        String path = route.substring(route.indexOf(' ') + 1);
        String record = path.startsWith("/portal/requests")
                ? "req_01h455vb4pex5vsknk084sn02q"
                : path.startsWith("/portal/members")
                        ? "member_01h455vb4pex5vsknk084sn02q"
                        : path.startsWith("/portal/audit") ? "audit_01h455vb4pex5vsknk084sn02q" : consumer.publicId();
        return path.replace("{id}", record)
                .replace("{consumer}", consumer.publicId())
                .replace("{key}", consumer.publicKeyId())
                .replace("{partner}", "partner_01h455vb4pex5vsknk084sn02q")
                .replace("{path: .+}", "nothing/is/here");
    }
}
