package app.spine.members;

import static app.spine.members.MemberStatus.ACTIVE;
import static app.spine.members.MemberStatus.ARCHIVED;
import static app.spine.members.MemberStatus.ERASED;
import static app.spine.members.MemberStatus.LAPSED;
import static app.spine.members.MemberStatus.MERGED;
import static app.spine.members.MemberStatus.PAUSED;
import static app.spine.members.MemberStatus.TRIAL;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MemberStatusTest {

    @Test
    void theseStepsAndNoOthersAreAllowed() {
        Map<MemberStatus, List<MemberStatus>> steps = Map.of(
                TRIAL, List.of(ACTIVE, LAPSED, MERGED),
                ACTIVE, List.of(PAUSED, LAPSED, MERGED),
                PAUSED, List.of(ACTIVE, LAPSED, MERGED),
                LAPSED, List.of(ACTIVE, ARCHIVED, MERGED),
                ARCHIVED, List.of(ACTIVE, ERASED, MERGED),
                ERASED, List.of(),
                MERGED, List.of());

        steps.forEach((from, allowed) -> assertThat(
                        Arrays.stream(MemberStatus.values()).filter(from::mayBecome))
                .containsExactlyElementsOf(allowed));
    }

    @ParameterizedTest
    @EnumSource
    void isReadBack(MemberStatus status) {
        assertThat(MemberStatus.parse(status.wire())).contains(status);
        assertThat(status.wire()).isLowerCase();
        assertThat(MemberStatus.parse(status.name())).isEmpty();
        assertThat(MemberStatus.parse(null)).isEmpty();
    }
}
