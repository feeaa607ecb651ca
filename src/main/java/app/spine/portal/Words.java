package app.spine.portal;

import io.quarkus.qute.TemplateExtension;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;

/** How templates say numbers. */
@TemplateExtension
final class Words {

    private Words() {}

    /** {@code 114,220}. */
    public static String grouped(Number number) {
        return String.format(Locale.ROOT, "%,d", number.longValue());
    }

    /** {@code 1 key}, {@code 3 keys}. */
    public static String of(Number number, String unit) {
        return grouped(number) + " " + unit + (number.longValue() == 1 ? "" : unit.endsWith("s") ? "es" : "s");
    }

    /** Milliseconds as people read them: {@code 0.4 ms}, {@code 12 ms}. */
    public static String millis(BigDecimal ms) {
        return ms.compareTo(BigDecimal.TEN) < 0
                ? ms.setScale(1, java.math.RoundingMode.HALF_UP)
                                .stripTrailingZeros()
                                .toPlainString() + " ms"
                : grouped(ms.setScale(0, java.math.RoundingMode.HALF_UP)) + " ms";
    }

    /** {@code 412 bytes}, {@code 1.4 kB}. */
    public static String bytes(Number number) {
        long bytes = number.longValue();
        return bytes < 1_000 ? of(bytes, "byte") : String.format(Locale.ROOT, "%,.1f kB", bytes / 1_000.0);
    }

    /** {@code one, two and three}. */
    public static String listed(List<?> items) {
        List<String> texts = items.stream().map(String::valueOf).toList();
        return texts.size() < 2
                ? String.join("", texts)
                : String.join(", ", texts.subList(0, texts.size() - 1)) + " and " + texts.getLast();
    }
}
