package app.spine.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {

    @Test
    void bringsTheLastIdBack() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            UUID last = new UUID(random.nextLong(), random.nextLong());
            String filters = "status=active&q=" + random.nextInt();
            String cursor = Cursor.encode("members", filters, last);

            assertThat(cursor).hasSize(Cursor.LENGTH).matches("[0-9A-Za-z_-]+");
            assertThat(Cursor.decode(cursor, "members", filters)).contains(last);
        }
    }

    @Test
    void isRefusedByAnotherListAndByOtherFilters() {
        String cursor = Cursor.encode("members", "status=active", new UUID(1, 2));

        assertThat(Cursor.decode(cursor, "members", "status=paused")).isEmpty();
        assertThat(Cursor.decode(cursor, "members", "")).isEmpty();
        assertThat(Cursor.decode(cursor, "bookings", "status=active")).isEmpty();
        assertThat(Cursor.decode(cursor, "membersstatus", "=active")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+",
                "AAAAAAAAAAAAAAAA AAAAAAAAAAAAAAA",
                "\0\0\0\0",
                "\u00e9AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            })
    void refusesWhatItDidNotMake(String text) {
        assertThat(Cursor.decode(text, "members", "")).isEmpty();
        assertThat(Cursor.decode(null, "members", "")).isEmpty();
    }

    @Test
    void noCursorHasTwoSpellings() {
        String cursor = Cursor.encode("members", "", new UUID(1, 2));
        Random random = new Random(2);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder changed = new StringBuilder(cursor);
            changed.setCharAt(random.nextInt(8), (char) random.nextInt(128));
            if (!changed.toString().equals(cursor)) {
                // The first eight characters are hash, so no change to them may pass.
                assertThat(Cursor.decode(changed.toString(), "members", "")).isEmpty();
            }
        }
        assertThat(Cursor.decode(cursor + "=", "members", "")).isEmpty();
        assertThat(Cursor.decode(cursor + "A", "members", "")).isEmpty();
    }
}
