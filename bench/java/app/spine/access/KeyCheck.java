package app.spine.access;

import app.spine.consumers.EffectiveLimits;
import app.spine.consumers.Environment;
import app.spine.consumers.KeyText;
import app.spine.consumers.LiveKey;
import app.spine.consumers.Peppers;
import app.spine.tenancy.Tenant;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.http.HttpServerRequest;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.ToLongFunction;
import javax.sql.DataSource;

/**
 * CPU time of checking a key and spending its limit, by the program's own classes on one thread: no HTTP, no database,
 * every key known and fresh. Each row of the table holds the steps of the rows above it.
 *
 * <p>Arguments: number of keys, rounds, seconds of a round.
 */
final class KeyCheck {

    private static final int LOOK_AT_CLOCK_EVERY = 1_000;
    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

    private static final UUID ID = new UUID(0x0190_0000_0000_7000L, 0x8000_0000_0000_0001L);
    private static final Instant BEGAN = Instant.EPOCH;
    private static final HttpServerRequest REQUEST = only(HttpServerRequest.class, Map.of());

    private final List<String> keys = new ArrayList<>();
    private final Peppers peppers;
    private final KeyCache cache;
    private final SpendLimit limit;

    private KeyCheck(int count) {
        // A fixed seed: these keys open nothing.
        Random random = new Random(1);
        byte[] pepper = new byte[32];
        random.nextBytes(pepper);
        peppers = Peppers.parse("1:" + Base64.getUrlEncoder().encodeToString(pepper));
        AccessConfig config = only(AccessConfig.class, Map.of("cachedKeys", 2 * count));
        cache = new KeyCache(config);
        NodeLimits limits = new NodeLimits(config);
        limit = new SpendLimit(
                new MonthlyQuota(only(DataSource.class, Map.of()), Clock.systemUTC()),
                limits,
                limits,
                only(LimitsConfig.class, Map.of("refusedWithoutStore", Optional.empty())),
                new SimpleMeterRegistry());
        for (int i = 0; i < count; i++) {
            String key = KeyText.generate(Environment.LIVE, random);
            keys.add(key);
            cache.remember(KeyDigest.of(hash(key)), new ConsumerIdentity(consumer(i)), cache.changes());
        }
    }

    public static void main(String[] arguments) {
        int count = Integer.parseInt(arguments[0]);
        int rounds = Integer.parseInt(arguments[1]);
        double seconds = Double.parseDouble(arguments[2]);
        KeyCheck check = new KeyCheck(count);
        System.out.printf(
                Locale.ROOT, "%-34s %12s   (%,d keys, %d rounds)%n", "up to and with", "ns CPU/call", count, rounds);
        check.measure("format and checksum", rounds, seconds, check::format);
        check.measure("keyed hash", rounds, seconds, check::hashed);
        check.measure("look-up in the cache", rounds, seconds, check::lookedUp);
        check.measure("burst and sustained limit", rounds, seconds, check::spent);
        check.measure("the answer's limit headers", rounds, seconds, check::headers);
    }

    private long format(String key) {
        if (!KeyText.isWellFormed(key)) {
            throw new IllegalStateException("a generated key is well-formed");
        }
        return key.length();
    }

    private long hashed(String key) {
        return format(key) + hash(key)[0];
    }

    private long lookedUp(String key) {
        return identity(key).key().limits().burstSeconds();
    }

    private long spent(String key) {
        return spend(key).cost;
    }

    private long headers(String key) {
        return spend(key).headers().size();
    }

    private byte[] hash(String key) {
        return peppers.hmac(peppers.currentVersion(), key);
    }

    private ConsumerIdentity identity(String key) {
        if (format(key) != KeyText.LENGTH) {
            throw new IllegalStateException("keys are of one length");
        }
        return Objects.requireNonNull(cache.find(KeyDigest.of(hash(key))), "every key is known");
    }

    private Exchange spend(String key) {
        Exchange exchange =
                new Exchange(ID, BEGAN, REQUEST, "/v1/members/member_00000000000000000000000000", "127.0.0.1");
        exchange.key = identity(key).key();
        if (limit.spend(exchange) != null) {
            throw new IllegalStateException("the limit is never reached");
        }
        return exchange;
    }

    private void measure(String step, int rounds, double seconds, ToLongFunction<String> work) {
        run(2 * seconds, work);
        double[] nanos = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            nanos[round] = run(seconds, work);
        }
        Arrays.sort(nanos);
        System.out.printf(
                Locale.ROOT, "%-34s %12.0f   (%.0f to %.0f)%n", step, nanos[rounds / 2], nanos[0], nanos[rounds - 1]);
    }

    private double run(double seconds, ToLongFunction<String> work) {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long began = CPU.getCurrentThreadCpuTime();
        long calls = 0;
        long sum = 0;
        int at = 0;
        do {
            for (int i = 0; i < LOOK_AT_CLOCK_EVERY; i++) {
                at = at + 1 == keys.size() ? 0 : at + 1;
                sum += work.applyAsLong(keys.get(at));
            }
            calls += LOOK_AT_CLOCK_EVERY;
        } while (System.nanoTime() < end);
        long used = CPU.getCurrentThreadCpuTime() - began;
        if (sum == 0) {
            throw new IllegalStateException("nothing was computed");
        }
        return (double) used / calls;
    }

    private static LiveKey consumer(int number) {
        Tenant tenant = new Tenant(new UUID(1, 1 + number % 50), ZoneOffset.UTC);
        return new LiveKey(
                new UUID(2, number),
                tenant,
                tenant,
                new UUID(3, number),
                false,
                Set.of("members:read"),
                null,
                null,
                null,
                List.of(),
                false,
                false,
                new EffectiveLimits(1_000_000, 1, 100_000_000, 60, null));
    }

    /** Answers these methods and refuses all others, which nothing here calls. */
    private static <T> T only(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, values) -> {
                    Object answer = answers.get(method.getName());
                    if (answer == null) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return answer;
                }));
    }
}
