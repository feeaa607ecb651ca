package app.spine.access;

import app.spine.access.ValkeyConnection.ValkeyRefusal;
import app.spine.consumers.EffectiveLimits;
import app.spine.consumers.LiveKey;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Limits that all nodes share in Valkey, exact: one script looks at both policies and takes from both or none, by Valkey's
 * clock, so that the nodes' clocks do not matter. A consumer has one hash there, which is gone when its windows are over.
 *
 * <p>What is lost with Valkey: its counts live in its memory. After a restart windows begin anew, so that a consumer gets at
 * most twice its quota in a window. While it is away each node admits at most a quota in each window of its own, which begins
 * with the first call that went without, beside what Valkey had counted.
 */
final class ValkeyLimits implements LimitStore, AutoCloseable {

    private static final String PREFIX = "spine:limit:";

    // No consumer's id.
    private static final String PROOF = PREFIX + "proof";

    // Fields: length, beginning and use of the burst's window (b…) and of the sustained one's (s…), in milliseconds.
    // A window of another length than before begins now and keeps what was used, as does one that began in the future:
    // the
    // clock was set back. Answers with whether the cost was taken, and for each window what is left and how long it
    // lasts.
    private static final String SCRIPT = """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local cost = tonumber(ARGV[1])
            local kept = redis.call('HMGET', KEYS[1], 'bl', 'bb', 'bu', 'sl', 'sb', 'su')
            local function window(at, length)
              local began, used = tonumber(kept[at + 1]), tonumber(kept[at + 2])
              if not began then
                return now, 0
              end
              local last = tonumber(kept[at])
              local passed = now - began
              if passed >= last then
                began = began + passed - passed % last
                used = 0
              end
              if last ~= length or passed < 0 then
                began = now
              end
              return began, used
            end
            local bq, bl, sq, sl = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
            local bb, bu = window(1, bl)
            local sb, su = window(4, sl)
            local allowed = bu + cost <= bq and su + cost <= sq
            if allowed or cost < 0 then
              bu = math.max(0, bu + cost)
              su = math.max(0, su + cost)
            end
            redis.call('HSET', KEYS[1], 'bl', bl, 'bb', bb, 'bu', bu, 'sl', sl, 'sb', sb, 'su', su)
            redis.call('PEXPIRE', KEYS[1], math.max(bb + bl, sb + sl) - now)
            return {allowed and 1 or 0, bq - bu, bb + bl - now, sq - su, sb + sl - now}
            """;

    private static final String SHA = sha1(SCRIPT);

    private final ValkeyConnection connection;

    ValkeyLimits(Vertx vertx, ValkeyAddress address, Duration patience) {
        this.connection = new ValkeyConnection(
                vertx,
                address,
                patience,
                request(Command.EVAL, SCRIPT, PROOF, 1, new EffectiveLimits(1_000, 1, 1_000, 1, null)));
    }

    /** Connects; limits are kept once that has gone well. */
    void open() {
        connection.open();
    }

    boolean isUp() {
        return connection.isUp();
    }

    @Override
    public Spent spend(LiveKey key, int cost) throws LimitStoreAwayException {
        EffectiveLimits limits = key.limits();
        long fitting = Math.min(cost, Math.min(limits.burstRequests(), limits.sustainedRequests()));
        Response left = run(key, fitting);
        return new Spent(
                left.get(0).toInteger() == 1,
                fitting,
                List.of(
                        policy("burst", limits.burstRequests(), limits.burstSeconds(), left.get(1), left.get(2)),
                        policy(
                                "sustained",
                                limits.sustainedRequests(),
                                limits.sustainedSeconds(),
                                left.get(3),
                                left.get(4))));
    }

    @Override
    public void giveBack(LiveKey key, long cost) {
        try {
            run(key, -cost);
        } catch (LimitStoreAwayException e) {
            // The consumer has a few calls less in this window, and the counts may be gone anyway.
            return;
        }
    }

    @Override
    public boolean blocks() {
        return true;
    }

    private Response run(LiveKey key, long cost) throws LimitStoreAwayException {
        try {
            return byHash(key.consumerId(), cost, key.limits());
        } catch (ValkeyRefusal e) {
            // Somebody else's data in the way: this call goes without, and the others on.
            throw new LimitStoreAwayException(String.valueOf(e.getMessage()));
        }
    }

    private Response byHash(UUID consumer, long cost, EffectiveLimits limits)
            throws LimitStoreAwayException, ValkeyRefusal {
        try {
            return connection.send(request(Command.EVALSHA, SHA, PREFIX + consumer, cost, limits));
        } catch (ValkeyRefusal e) {
            if (!e.isUnknownScript()) {
                throw e;
            }
            // Somebody emptied Valkey's memory of scripts.
            return connection.send(request(Command.EVAL, SCRIPT, PREFIX + consumer, cost, limits));
        }
    }

    private static Request request(Command how, String script, String key, long cost, EffectiveLimits limits) {
        return Request.cmd(how)
                .arg(script)
                .arg(1)
                .arg(key)
                .arg(cost)
                .arg(limits.burstRequests())
                .arg(limits.burstSeconds() * 1_000L)
                .arg(limits.sustainedRequests())
                .arg(limits.sustainedSeconds() * 1_000L);
    }

    private static LimitState.Policy policy(
            String name, long quota, long seconds, @Nullable Response left, @Nullable Response untilResetMillis) {
        if (left == null || untilResetMillis == null) {
            throw new IllegalStateException("the script answers with numbers");
        }
        return new LimitState.Policy(
                name,
                quota,
                seconds,
                Math.max(0, left.toLong()),
                Math.clamp(Math.ceilDiv(untilResetMillis.toLong(), 1_000L), 1, seconds));
    }

    private static String sha1(String script) {
        try {
            // What EVALSHA knows scripts by.
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(script.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Java always has SHA-1", e);
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
