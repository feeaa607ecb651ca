package app.spine.portal;

import app.spine.consumers.OperationUse;
import app.spine.consumers.UsageDay;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Use by day as bars, and by operation and status as a table.
 *
 * @param days as many as the chart is wide
 * @param bars from zero up, of a plot that is 100 high
 */
record UsageChart(
        LocalDate from,
        LocalDate to,
        int days,
        long calls,
        long errors,
        long limited,
        long most,
        List<Bar> bars,
        List<Operation> operations,
        List<StatusClass> statuses) {

    // An error among a million calls is to be seen as well.
    private static final double LEAST_ERROR_HEIGHT = 2;

    /**
     * A bar, or the part of one that is errors.
     *
     * @param x and the others are of SVG's own numbers
     */
    record Bar(String x, String y, String height, boolean error) {}

    /** One operation's share. */
    record Operation(@Nullable String id, long calls, long errors, BigDecimal mean, BigDecimal max) {

        /** Errors among a hundred calls, with one digit. */
        public String errorShare() {
            return share(errors, calls);
        }
    }

    /** Answers of one class. */
    record StatusClass(Status status, long calls, String share) {}

    static UsageChart of(LocalDate from, LocalDate to, List<UsageDay> used) {
        int days = (int) (to.toEpochDay() - from.toEpochDay()) + 1;
        long most = used.stream().mapToLong(UsageDay::requests).max().orElse(0);
        List<Bar> bars = new ArrayList<>();
        for (UsageDay day : used) {
            long errors = day.operations().stream()
                    .filter(UsageChart::isError)
                    .mapToLong(OperationUse::requests)
                    .sum();
            double x = day.day().toEpochDay() - from.toEpochDay() + 0.14;
            double height = 100.0 * day.requests() / most;
            double errorHeight = errors == 0 ? 0 : Math.max(LEAST_ERROR_HEIGHT, 100.0 * errors / most);
            bars.add(bar(x, 100 - height, Math.max(0, height - errorHeight), false));
            if (errors > 0) {
                bars.add(bar(x, 100 - errorHeight, errorHeight, true));
            }
        }
        long calls = used.stream().mapToLong(UsageDay::requests).sum();
        return new UsageChart(
                from,
                to,
                days,
                calls,
                used.stream()
                        .flatMap(day -> day.operations().stream())
                        .filter(UsageChart::isError)
                        .mapToLong(OperationUse::requests)
                        .sum(),
                used.stream().mapToLong(UsageDay::limited).sum(),
                most,
                bars,
                operations(used),
                statuses(used, calls));
    }

    /** Errors among a hundred calls, with one digit. */
    public String errorShare() {
        return share(errors, calls);
    }

    private static Bar bar(double x, double y, double height, boolean error) {
        return new Bar(number(x), number(y), number(height), error);
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value)
                .setScale(2, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }

    private static List<Operation> operations(List<UsageDay> used) {
        Map<String, List<OperationUse>> byOperation = new LinkedHashMap<>();
        for (UsageDay day : used) {
            for (OperationUse use : day.operations()) {
                byOperation
                        .computeIfAbsent(use.operation() == null ? "" : use.operation(), id -> new ArrayList<>())
                        .add(use);
            }
        }
        return byOperation.entrySet().stream()
                .map(entry -> operation(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingLong(Operation::calls).reversed())
                .toList();
    }

    private static Operation operation(String id, List<OperationUse> uses) {
        long calls = uses.stream().mapToLong(OperationUse::requests).sum();
        BigDecimal sum = uses.stream()
                .map(use -> use.latencyMsMean().multiply(BigDecimal.valueOf(use.requests())))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        return new Operation(
                id.isEmpty() ? null : id,
                calls,
                uses.stream()
                        .filter(UsageChart::isError)
                        .mapToLong(OperationUse::requests)
                        .sum(),
                sum.divide(BigDecimal.valueOf(calls), 3, RoundingMode.HALF_UP),
                uses.stream().map(OperationUse::latencyMsMax).reduce(BigDecimal.ZERO, BigDecimal::max));
    }

    private static List<StatusClass> statuses(List<UsageDay> used, long calls) {
        Map<String, Long> byClass = new java.util.TreeMap<>();
        used.stream()
                .flatMap(day -> day.operations().stream())
                .forEach(use -> byClass.merge(use.statusClass(), use.requests(), Long::sum));
        return byClass.entrySet().stream()
                .map(entry -> new StatusClass(
                        new Status(
                                switch (entry.getKey().charAt(0)) {
                                    case '5' -> "blocked";
                                    case '4' -> "watch";
                                    default -> "healthy";
                                },
                                entry.getKey()),
                        entry.getValue(),
                        share(entry.getValue(), calls)))
                .toList();
    }

    private static boolean isError(OperationUse use) {
        return use.statusClass().charAt(0) >= '4';
    }

    private static String share(long part, long whole) {
        if (whole == 0) {
            return "none";
        }
        BigDecimal share = BigDecimal.valueOf(100 * part).divide(BigDecimal.valueOf(whole), 1, RoundingMode.HALF_UP);
        return part > 0 && share.signum() == 0 ? "under 0.1%" : share + "%";
    }
}
