package app.spine.consumers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeppersTest {

    private static final byte[] OLD = new byte[32];
    private static final byte[] NEW =
            "a secret of enough bytes, which is not a real one".getBytes(StandardCharsets.US_ASCII);
    private static final String OLD_TEXT = Base64.getUrlEncoder().encodeToString(OLD);
    private static final String NEW_TEXT =
            Base64.getUrlEncoder().withoutPadding().encodeToString(NEW);

    @Test
    void theFirstIsCurrentAndAllVerify() throws Exception {
        Peppers peppers = Peppers.parse("12:" + NEW_TEXT + ", 3:" + OLD_TEXT);

        assertThat(peppers.currentVersion()).isEqualTo(12);
        assertThat(peppers.versions()).containsExactly(12, 3);
        Random random = new Random(1);
        for (int i = 0; i < 1_000; i++) {
            String key = KeyText.generate(Environment.LIVE, random);
            assertThat(peppers.hmac(12, key)).isEqualTo(plainHmac(NEW, key)).hasSize(32);
            assertThat(peppers.hmac(3, key)).isEqualTo(plainHmac(OLD, key));
        }
        assertThatThrownBy(() -> peppers.hmac(4, "x")).hasMessage("no pepper of version 4 is configured");
    }

    /** RFC 4231, test case 6. */
    @Test
    void isTheHmacOfTheRfc() {
        byte[] secret = new byte[131];
        Arrays.fill(secret, (byte) 0xaa);
        Peppers peppers = Peppers.parse("1:" + Base64.getUrlEncoder().encodeToString(secret));

        assertThat(HexFormat.of().formatHex(peppers.hmac(1, "Test Using Larger Than Block-Size Key - Hash Key First")))
                .isEqualTo("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }

    @Test
    void givesEachOfManyThreadsItsOwnAnswer() throws Exception {
        Peppers peppers = Peppers.parse("1:" + NEW_TEXT);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> answers = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                String key = KeyText.generate(Environment.TEST, new Random(i));
                Callable<Boolean> check = () -> Arrays.equals(peppers.hmac(1, key), plainHmac(NEW, key));
                answers.add(threads.submit(check));
            }
            for (Future<Boolean> answer : answers) {
                assertThat(answer.get()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "SECRETSECRETSECRETSECRETSECRETSECRETSECRETSECRET",
                ":SECRETSECRETSECRETSECRETSECRETSECRETSECRETSECRET",
                "0:SECRETSECRETSECRETSECRETSECRETSECRETSECRETSECRET",
                "-1:SECRETSECRETSECRETSECRETSECRETSECRETSECRETSECRET",
                "32768:SECRETSECRETSECRETSECRETSECRETSECRETSECRETSECRET",
                "99999999999:SECRETSECRETSECRETSECRETSECRETSECRETSECRET",
                "1:SECRET",
                "1:",
                "1:SECRETSECRETSECRETSECRETSECRETSECRETSECRETSECRE!",
                "1:SECRETSECRETSECRETSECRETSECRETSECRETSECRET+/",
                "1:SECRETSECRETSECRETSECRETSECRETSECRETSECRETSECRET,",
                "1:SECRETSECRETSECRETSECRETSECRETSECRETSECRETSECRET,1:SECRETSECRETSECRETSECRETSECRETSECRETSECRETSECRET",
            })
    void namesTheWrongEntryAndNeverItsSecret(String configured) {
        assertThatThrownBy(() -> Peppers.parse(configured))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .hasMessageMatching("pepper [12] of [12] .+")
                .hasMessageNotContainingAny("SECRE", "!", "+", "99999");
    }

    @Test
    void showsVersionsOnly() {
        assertThat(Peppers.parse("2:" + NEW_TEXT + ",1:" + OLD_TEXT)).hasToString("Peppers[2, 1]");
    }

    private static byte[] plainHmac(byte[] secret, String key) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        return mac.doFinal(key.getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(strings = {"operate!", "0", "ab", "1234"})
    void takesNoSecretAtTheStartThatCouldBeGuessed(String pattern) {
        String repeated = Base64.getUrlEncoder()
                .encodeToString(pattern.repeat(32 / pattern.length()).getBytes(StandardCharsets.US_ASCII));

        assertThatThrownBy(() -> Peppers.require(Optional.of("2:" + NEW_TEXT + ",1:" + repeated)))
                .hasMessageContainingAll(
                        "spine.peppers cannot be used: pepper 2 of 2 has a secret that repeats", "openssl")
                .hasMessageNotContaining(repeated);
    }
}
