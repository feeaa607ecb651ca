package app.spine.consumers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScopeTest {

    @Test
    void isTheClosedListOfTheContract() {
        assertThat(Arrays.stream(Scope.values()).map(Scope::wire))
                .containsExactly(
                        ("members:read members:write members.contact:read members.minor:read members.health:read"
                                        + " members.health:write pickup:read pickup:write bookings:read bookings:write"
                                        + " sessions:write tasks:read tasks:write incidents:read incidents:write"
                                        + " payments:read payments:write refunds:write webhooks:read webhooks:write"
                                        + " events:read events:write providers:read providers:write health:read"
                                        + " operations:read audit:read audit:review requests:read consumers:read"
                                        + " consumers:write keys:rotate")
                                .split(" ", -1));
    }

    @Test
    void someWaitForApproval() {
        assertThat(Arrays.stream(Scope.values()).filter(Scope::isSensitive).map(Scope::wire))
                .containsExactlyInAnyOrder(
                        "members.minor:read",
                        "members.health:read",
                        "members.health:write",
                        "pickup:write",
                        "payments:write",
                        "refunds:write",
                        "audit:review",
                        "consumers:write");
    }

    @ParameterizedTest
    @EnumSource
    void isReadBackAndDescribedInOneSentence(Scope scope) {
        assertThat(Scope.parse(scope.wire())).contains(scope);
        assertThat(scope.description()).matches("[A-Z][^.]*\\.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "members", "members:*", "*", "MEMBERS:READ", "members:read ", "MEMBERS_READ"})
    void nothingElseIsAScope(String text) {
        assertThat(Scope.parse(text)).isEmpty();
        assertThat(Scope.parse(null)).isEmpty();
    }
}
