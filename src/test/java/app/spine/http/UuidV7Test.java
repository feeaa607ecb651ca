package app.spine.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class UuidV7Test {

    private static final Instant NOON = Instant.parse("2027-04-03T12:00:00.123456789Z");

    @Test
    void isOfVersion7AndTheVariantOfTheRfc() {
        for (UUID id : List.of(UuidV7.at(NOON), UuidV7.create(Clock.systemUTC()))) {
            assertThat(id.version()).isEqualTo(7);
            assertThat(id.variant()).isEqualTo(2);
        }
    }

    @Test
    void saysItsMillisecond() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            Instant instant = Instant.ofEpochMilli(random.nextLong(1L << 48));
            assertThat(UuidV7.timestamp(UuidV7.at(instant))).isEqualTo(instant);
        }
        for (int i = 0; i < 10_000; i++) {
            assertThat(UuidV7.timestamp(UuidV7.at(NOON))).isEqualTo(Instant.parse("2027-04-03T12:00:00.123Z"));
        }
    }

    @Test
    void risesWhileTheClockStandsStillOrStepsBackALittle() {
        Clock still = Clock.fixed(NOON.plusSeconds(5), ZoneOffset.UTC);
        Clock behind = Clock.offset(still, Duration.ofMillis(-400));
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            ids.add(UuidV7.create(i % 3 == 0 ? behind : still));
        }
        assertRising(ids);
        assertThat(UuidV7.timestamp(ids.getLast())).isBefore(NOON.plusSeconds(5).plusMillis(5));
    }

    @Test
    void followsAClockThatWasSetBack() {
        UuidV7.create(Clock.fixed(NOON.plusSeconds(86_400), ZoneOffset.UTC));

        UUID id = UuidV7.create(Clock.fixed(NOON, ZoneOffset.UTC));

        assertThat(Duration.between(NOON, UuidV7.timestamp(id)).abs()).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void risesWithinAMillisecondOfHistory() {
        Instant instant = Instant.parse("2026-01-01T00:00:00Z");
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < 4096; i++) {
            ids.add(UuidV7.at(instant));
        }
        assertRising(ids);
    }

    @Test
    void orderOfTextIsTheOrderOfTime() {
        Random random = new Random(2);
        for (int i = 0; i < 20_000; i++) {
            Instant earlier = Instant.ofEpochMilli(random.nextLong(1L << 47));
            Instant later = earlier.plusMillis(1 + random.nextLong(1L << (1 + random.nextInt(40))));

            assertThat(UuidV7.at(earlier).toString())
                    .isLessThan(UuidV7.at(later).toString());
            assertThat(UuidV7.at(earlier).toString())
                    .isLessThan(UuidV7.lowerBound(later).toString());
            assertThat(UuidV7.lowerBound(earlier).toString())
                    .isLessThan(UuidV7.at(earlier).toString());
        }
    }

    @Test
    void boundsOfFarInstantsAreTheNearestOnes() {
        assertThat(UuidV7.lowerBound(Instant.MIN)).isEqualTo(new UUID(0, 0));
        assertThat(UuidV7.lowerBound(Instant.parse("1900-01-01T00:00:00Z"))).isEqualTo(new UUID(0, 0));
        assertThat(UuidV7.lowerBound(Instant.MAX)).hasToString("ffffffff-ffff-0000-0000-000000000000");
        assertThat(UuidV7.lowerBound(NOON).getLeastSignificantBits()).isZero();
    }

    @Test
    void isDistinctAndRisingInEachOfManyThreads() throws Exception {
        Set<UUID> all = ConcurrentHashMap.newKeySet();
        Clock clock = Clock.systemUTC();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<UUID>>> runs = new ArrayList<>();
            for (int thread = 0; thread < 16; thread++) {
                runs.add(threads.submit(() -> {
                    List<UUID> ids = new ArrayList<>();
                    for (int i = 0; i < 5_000; i++) {
                        ids.add(UuidV7.create(clock));
                    }
                    return ids;
                }));
            }
            for (Future<List<UUID>> run : runs) {
                assertRising(run.get());
                all.addAll(run.get());
            }
        }
        assertThat(all).hasSize(16 * 5_000);
    }

    private static void assertRising(List<UUID> ids) {
        assertThat(ids.stream().map(UUID::toString).toList()).isSorted().doesNotHaveDuplicates();
    }
}
