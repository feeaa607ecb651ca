package app.spine.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where Valkey is, as the settings say it. */
class ValkeyAddressTest {

    @ParameterizedTest
    @CsvSource({
        "valkey://cache, redis://cache",
        "valkey://cache:6380/2, redis://cache:6380/2",
        "valkeys://cache.example.com:6379/, rediss://cache.example.com:6379/",
        "redis://127.0.0.1, redis://127.0.0.1",
        "rediss://cache/0, rediss://cache/0",
    })
    void readsUrls(String url, String connectionString) {
        assertThat(read(url, null)).isEqualTo(connectionString);
    }

    @Test
    void putsTheLoginWhereTheClientLooksForIt() {
        assertThat(read("valkey://cache:6379/0", "p@ss:/ö"))
                .isEqualTo("redis://default:p%40ss%3A%2F%C3%B6@cache:6379/0");
        assertThat(read("valkey://limits@cache", "secret")).isEqualTo("redis://limits:secret@cache");
    }

    @Test
    void showsNoPassword() {
        assertThat(ValkeyAddress.of(Optional.of("valkey://cache"), Optional.of("secret"))
                        .toString())
                .doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cache:6379",
                "valkey:///0",
                "http://cache:6379",
                "valkey://cache/zero",
                "valkey://cache/0?password=hidden",
                "valkey://cache/0#hidden",
                "not a url: hidden",
                "valkey://:hidden@cache",
                "valkey://user:hidden@cache",
                "valkey://user@cache",
                "",
            })
    void refusesEverythingElseWithoutShowingIt(String url) {
        assertThatThrownBy(() -> read(url, null))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("SPINE_LIMITS_VALKEY_")
                .hasMessageNotContaining("hidden");
    }

    @Test
    void refusesAStoreWithoutAnAddress() {
        assertThatThrownBy(() -> read(null, null))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("SPINE_LIMITS_VALKEY_URL is not set");
    }

    private static String read(@Nullable String url, @Nullable String password) {
        return ValkeyAddress.of(Optional.ofNullable(url), Optional.ofNullable(password))
                .connectionString();
    }
}
