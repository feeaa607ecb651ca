package app.spine.portal;

import io.quarkus.qute.TemplateGlobal;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What the pages load beside themselves: style sheets, script, font and icons, read and compressed once, a native program's
 * as it is built. Their address names their content, so that a browser keeps them for ever and never mixes two releases.
 */
final class Assets {

    private static final String HTMX = "META-INF/resources/webjars/htmx.org/2.0.10/dist/htmx.min.js";

    /** By the path under {@link #base()}. */
    static final Map<String, Asset> ALL = load();

    private static final String BASE = "/assets/" + fingerprint();

    private Assets() {}

    /** One file. */
    static final class Asset {

        final String type;

        // Arrays and no buffers: a native image is built with them inside.
        private final byte[] bytes;
        private final byte @Nullable [] gzipped;

        private Asset(String type, byte[] bytes, byte @Nullable [] gzipped) {
            this.type = type;
            this.bytes = bytes;
            this.gzipped = gzipped;
        }

        /** It as it is. */
        Buffer bytes() {
            return Buffer.buffer(bytes);
        }

        /** It compressed; null for what is compressed already. */
        @Nullable
        Buffer gzipped() {
            return gzipped == null ? null : Buffer.buffer(gzipped);
        }
    }

    /** Where they stand; {@code {assets}} in every template. */
    @TemplateGlobal(name = "assets")
    static String base() {
        return BASE;
    }

    private static Map<String, Asset> load() {
        Map<String, Asset> assets = new LinkedHashMap<>();
        assets.put("css/tokens.css", text("text/css; charset=utf-8", "portal/css/tokens.css"));
        assets.put("css/components.css", text("text/css; charset=utf-8", "portal/css/components.css"));
        assets.put("css/portal.css", text("text/css; charset=utf-8", "portal/css/portal.css"));
        assets.put("js/htmx.js", text("text/javascript; charset=utf-8", HTMX));
        assets.put("js/portal.js", text("text/javascript; charset=utf-8", "portal/js/portal.js"));
        assets.put("sprite.svg", text("image/svg+xml", "portal/sprite.svg"));
        assets.put("favicon.svg", text("image/svg+xml", "portal/favicon.svg"));
        assets.put("fonts/inter.woff2", new Asset("font/woff2", read("portal/fonts/inter.woff2"), null));
        assets.put("fonts/OFL.txt", text("text/plain; charset=utf-8", "portal/fonts/OFL.txt"));
        return Map.copyOf(assets);
    }

    private static Asset text(String type, String resource) {
        byte[] bytes = read(resource);
        return new Asset(type, bytes, gzip(bytes));
    }

    private static byte[] read(String resource) {
        try (InputStream file = Assets.class.getClassLoader().getResourceAsStream(resource)) {
            return Objects.requireNonNull(file, resource).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }

    private static String fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            ALL.keySet().stream().sorted().forEach(path -> digest.update(Objects.requireNonNull(ALL.get(path)).bytes));
            return HexFormat.of().formatHex(digest.digest(), 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
