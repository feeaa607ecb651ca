package app.spine.consumers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTextTest {

    private static final String BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    @ParameterizedTest
    @EnumSource
    void aNewKeyIsWellFormedAndFoundByThePattern(Environment environment) {
        Random random = new Random(1);
        Pattern pattern = Pattern.compile(KeyText.PATTERN);
        for (int i = 0; i < 5_000; i++) {
            String key = KeyText.generate(environment, random);

            assertThat(key).hasSize(KeyText.LENGTH).matches(pattern).endsWith(checksum(key.substring(0, 41)));
            assertThat(KeyText.isWellFormed(key)).isTrue();
            assertThat(KeyText.environment(key)).isEqualTo(environment);
            assertThat(key).startsWith("spine_" + environment.wire() + "_" + KeyText.hintStart(key));
            assertThat(key).endsWith(KeyText.hintEnd(key));
        }
    }

    @Test
    void aChangedOrSwappedCharacterIsRefused() {
        Random random = new Random(2);
        for (int i = 0; i < 20_000; i++) {
            String key = KeyText.generate(Environment.LIVE, random);
            StringBuilder changed = new StringBuilder(key);
            int at = random.nextInt(key.length());
            changed.setCharAt(at, BASE62.charAt(random.nextInt(62)));
            assertThat(KeyText.isWellFormed(changed.toString()))
                    .isEqualTo(changed.toString().equals(key));

            at = 11 + random.nextInt(29);
            String swapped = key.substring(0, at) + key.charAt(at + 1) + key.charAt(at) + key.substring(at + 2);
            assertThat(KeyText.isWellFormed(swapped)).isEqualTo(swapped.equals(key));
        }
    }

    @Test
    void smallChecksumsArePaddedOnTheLeft() {
        Random random = new Random(3);
        String key = KeyText.generate(Environment.TEST, random);
        for (int i = 0; i < 200_000 && key.charAt(41) != '0'; i++) {
            key = KeyText.generate(Environment.TEST, random);
        }
        assertThat(key.charAt(41)).isEqualTo('0');
        assertThat(key).endsWith(checksum(key.substring(0, 41)));
        assertThat(KeyText.isWellFormed(key)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "spine_live_",
                "spine_prod_000000000000000000000000000000000000",
                "SPINE_live_000000000000000000000000000000000000",
                "spine_live_00000000000000000000000000000000000\u00e9",
                "spine_live_\ud83e\udd4b0000000000000000000000000000000000",
                "spine_live_-00000000000000000000000000000zzzzzz",
                "spine_live_000000000000000000000000000000zzzzzz",
            })
    void everythingElseIsRefused(String text) {
        assertThat(KeyText.isWellFormed(text)).isFalse();
        assertThat(KeyText.isWellFormed(null)).isFalse();
        assertThatThrownBy(() -> KeyText.hintEnd(text)).hasMessage("not a well-formed key");
    }

    @Test
    void aChecksumAbove32BitsIsNoSecondSpelling() {
        String key = KeyText.generate(Environment.LIVE, new Random(4));
        // 62^6 is 13 times 2^32: the same checksum plus 2^32 would also fit into six characters.
        String body = key.substring(0, 41);
        BigInteger more = crc(body).add(BigInteger.ONE.shiftLeft(32));
        assertThat(KeyText.isWellFormed(body + base62(more))).isFalse();
    }

    @Test
    void everyCharacterIsAsLikelyAsEveryOther() {
        int[] counts = new int[128];
        Random random = new Random(5);
        int keys = 20_000;
        for (int i = 0; i < keys; i++) {
            KeyText.generate(Environment.LIVE, random).substring(11, 41).chars().forEach(c -> counts[c]++);
        }
        double expected = keys * 30 / 62.0;
        double chiSquare = BASE62.chars()
                .mapToDouble(c -> (counts[c] - expected) * (counts[c] - expected) / expected)
                .sum();
        // 61 degrees of freedom: above 101 by chance once in a thousand; folding 64 values onto 62 gives thousands.
        assertThat(chiSquare).isLessThan(101);
    }

    private static String checksum(String body) {
        return base62(crc(body));
    }

    private static BigInteger crc(String body) {
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.US_ASCII));
        return BigInteger.valueOf(crc.getValue());
    }

    private static String base62(BigInteger number) {
        StringBuilder text = new StringBuilder();
        BigInteger rest = number;
        for (int i = 0; i < 6; i++) {
            BigInteger[] parts = rest.divideAndRemainder(BigInteger.valueOf(62));
            text.append(BASE62.charAt(parts[1].intValue()));
            rest = parts[0];
        }
        return text.reverse().toString();
    }
}
