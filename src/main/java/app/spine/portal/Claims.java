package app.spine.portal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.oidc.AccessTokenCredential;
import io.quarkus.oidc.UserInfo;
import io.quarkus.oidc.runtime.OidcUtils;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/** Reads who signed in from what the provider says, which the extension has verified. */
@ApplicationScoped
class Claims {

    private static final int MOST_CHARACTERS = 255;

    private final SignInConfig config;
    private final ObjectMapper json;
    private final Instance<AcademyOfSubject> academyOfSubject;

    Claims(SignInConfig config, ObjectMapper json, Instance<AcademyOfSubject> academyOfSubject) {
        this.config = config;
        this.json = json;
        this.academyOfSubject = academyOfSubject;
    }

    /**
     * What the provider says of a person.
     *
     * @param role the highest of several; null where none is one of ours
     * @param academySlug null where the provider names none
     * @param authenticatedAt null where the provider does not say
     */
    record Claimed(
            String issuer,
            String subject,
            String name,
            @Nullable String email,
            @Nullable Role role,
            @Nullable String academySlug,
            @Nullable Instant authenticatedAt) {}

    Claimed of(SecurityIdentity identity) {
        JsonNode token = payload(((JsonWebToken) identity.getPrincipal()).getRawToken());
        JsonNode claims = switch (config.claimsSource()) {
            case ID_TOKEN -> token;
            case ACCESS_TOKEN ->
                payload(identity.getCredential(AccessTokenCredential.class).getToken());
            case USERINFO ->
                tree(((UserInfo) identity.getAttribute(OidcUtils.USER_INFO_ATTRIBUTE)).getUserInfoString());
        };
        String subject = Objects.requireNonNull(text(token, "sub"), "the provider's ID token has no sub");
        JsonNode authTime = token.path("auth_time");
        return new Claimed(
                Objects.requireNonNull(text(token, "iss"), "the provider's ID token has no iss"),
                subject,
                name(claims, token, subject),
                email(claims, token),
                texts(find(claims, config.rolesClaim()))
                        .flatMap(Claims::highest)
                        .orElse(null),
                texts(find(claims, config.tenantClaim()))
                        // Several academies are none: one session is of one academy, and nobody but the provider says
                        // which.
                        .filter(slugs -> slugs.size() == 1)
                        .map(List::getFirst)
                        .or(() -> academyOfSubject.stream()
                                .flatMap(map -> map.find(subject).stream())
                                .findFirst())
                        .orElse(null),
                authTime.isIntegralNumber() ? Instant.ofEpochSecond(authTime.asLong()) : null);
    }

    private static Optional<Role> highest(List<String> names) {
        return names.stream().flatMap(name -> Role.parse(name).stream()).min(Comparator.naturalOrder());
    }

    /** The ID token of a code flow need not have it (OpenID Connect Core, 5.4). */
    private static String name(JsonNode claims, JsonNode token, String subject) {
        for (String claim : List.of("name", "preferred_username", "email")) {
            for (JsonNode source : List.of(claims, token)) {
                String found = text(source, claim);
                if (found != null) {
                    return found;
                }
            }
        }
        return subject.length() > MOST_CHARACTERS ? subject.substring(0, MOST_CHARACTERS) : subject;
    }

    private static @Nullable String email(JsonNode claims, JsonNode token) {
        String found = text(claims, "email");
        return found != null ? found : text(token, "email");
    }

    /** The member of this name, which may contain slashes as URLs do; else the member of a member and so on. */
    static JsonNode find(JsonNode claims, String path) {
        if (claims.has(path)) {
            return claims.get(path);
        }
        JsonNode found = claims;
        for (String name : path.split("/", -1)) {
            found = found.path(name);
        }
        return found;
    }

    private static Optional<List<String>> texts(JsonNode claim) {
        if (claim.isTextual()) {
            return Optional.of(Arrays.stream(claim.asText().split(" ", -1))
                    .filter(text -> !text.isEmpty())
                    .toList());
        }
        if (!claim.isArray()) {
            return Optional.empty();
        }
        List<String> texts = new ArrayList<>();
        claim.forEach(entry -> texts.add(entry.asText()));
        return Optional.of(texts);
    }

    private static @Nullable String text(JsonNode token, String claim) {
        String text = token.path(claim).textValue();
        return text == null || text.isBlank() || text.length() > MOST_CHARACTERS ? null : text;
    }

    private JsonNode payload(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            throw new IllegalStateException("the provider's token is no signed JWT, so its claims cannot be read");
        }
        return tree(new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8));
    }

    private JsonNode tree(String text) {
        try {
            return json.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the provider's claims are no JSON", e);
        }
    }
}
