package app.spine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TypeIdTest {

    /** The vectors of valid.yml of the specification, version 0.3. */
    @ParameterizedTest
    @CsvSource({
        "00000000000000000000000000, '', 00000000-0000-0000-0000-000000000000",
        "00000000000000000000000001, '', 00000000-0000-0000-0000-000000000001",
        "0000000000000000000000000a, '', 00000000-0000-0000-0000-00000000000a",
        "0000000000000000000000000g, '', 00000000-0000-0000-0000-000000000010",
        "00000000000000000000000010, '', 00000000-0000-0000-0000-000000000020",
        "7zzzzzzzzzzzzzzzzzzzzzzzzz, '', ffffffff-ffff-ffff-ffff-ffffffffffff",
        "prefix_0123456789abcdefghjkmnpqrs, prefix, 0110c853-1d09-52d8-d73e-1194e95b5f19",
        "prefix_01h455vb4pex5vsknk084sn02q, prefix, 01890a5d-ac96-774b-bcce-b302099a8057",
        "pre_fix_00000000000000000000000000, pre_fix, 00000000-0000-0000-0000-000000000000",
    })
    void readsAndWritesTheValidVectors(String text, String prefix, UUID uuid) {
        assertThat(TypeId.format(prefix, uuid)).isEqualTo(text);
        assertThat(TypeId.parse(prefix, text)).contains(uuid);
        assertThat(TypeId.parse(text)).contains(new TypeId(prefix, uuid));
        assertThat(new TypeId(prefix, uuid)).hasToString(text);
    }

    /** The vectors of invalid.yml of the specification, version 0.3, and a few of our own. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "PREFIX_00000000000000000000000000",
                "12345_00000000000000000000000000",
                "pre.fix_00000000000000000000000000",
                "pr\u00e9fix_00000000000000000000000000",
                "  prefix_00000000000000000000000000",
                "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl_00000000000000000000000000",
                "_00000000000000000000000000",
                "_",
                "prefix_1234567890123456789012345",
                "prefix_123456789012345678901234567",
                "prefix_1234567890123456789012345 ",
                "prefix_0123456789ABCDEFGHJKMNPQRS",
                "prefix_123456789-123456789-123456",
                "prefix_ooooooiiiiiiuuuuuuulllllll",
                "prefix_i23456789ol23456789oi23456",
                "prefix_123456789-0123456789-0123456",
                "prefix_8zzzzzzzzzzzzzzzzzzzzzzzzz",
                "_prefix_00000000000000000000000000",
                "prefix__00000000000000000000000000",
                "",
                "prefix",
                "prefix_",
                "prefix-00000000000000000000000000",
                "prefix_0000000000000000000000000\u0660",
                "prefix_0000000000000000000000000\0",
                "prefix_z0000000000000000000000000",
                "prefix_/0000000000000000000000000",
            })
    void refusesTheInvalidVectors(String text) {
        assertThat(TypeId.parse("prefix", text)).isEmpty();
        assertThat(TypeId.parse(text)).isEmpty();
    }

    @Test
    void refusesNullAndEveryOtherPrefix() {
        String id = TypeId.format("member", new UUID(1, 2));

        assertThat(TypeId.parse("member", null)).isEmpty();
        assertThat(TypeId.parse(null)).isEmpty();
        assertThat(TypeId.parse("booking", id)).isEmpty();
        assertThat(TypeId.parse("membex", id)).isEmpty();
        assertThat(TypeId.parse("membe", id)).isEmpty();
        assertThat(TypeId.parse("", id)).isEmpty();
        assertThatThrownBy(() -> new TypeId("Member", new UUID(1, 2))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyUuidSurvivesTheRoundTripAndSortsAsItsBytes() {
        Random random = new Random(1);
        UUID before = new UUID(0, 0);
        for (int i = 0; i < 50_000; i++) {
            UUID uuid = new UUID(random.nextLong(), random.nextLong());
            String text = TypeId.format("member", uuid);

            assertThat(TypeId.parse("member", text)).contains(uuid);
            assertThat(Integer.signum(text.compareTo(TypeId.format("member", before))))
                    .isEqualTo(Integer.signum(uuid.toString().compareTo(before.toString())));
            before = uuid;
        }
    }

    @Test
    void noTextHasTwoSpellings() {
        Random random = new Random(2);
        for (int i = 0; i < 100_000; i++) {
            StringBuilder text =
                    new StringBuilder(TypeId.format("task", new UUID(random.nextLong(), random.nextLong())));
            text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(random.nextBoolean() ? 128 : 65536));
            String changed = text.toString();

            TypeId.parse("task", changed)
                    .ifPresent(uuid -> assertThat(TypeId.format("task", uuid)).isEqualTo(changed));
        }
    }
}
