package app.spine.reference;

import app.spine.http.ProblemCatalogue;
import app.spine.http.ProblemKind;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every code that a refusal may carry, with what to do about it. */
@ApplicationScoped
public class ApiErrors {

    private final Map<String, ApiError> byCode;

    ApiErrors(Instance<ProblemCatalogue> catalogues) {
        byCode = catalogues.stream()
                .flatMap(catalogue -> catalogue.kinds().stream())
                .collect(Collectors.toMap(ProblemKind::code, ApiError::of, (one, _) -> one, TreeMap::new));
    }

    /** By status, then by name. */
    List<ApiError> all() {
        return byCode.values().stream()
                .sorted(Comparator.comparingInt(ApiError::status).thenComparing(ApiError::code))
                .toList();
    }

    /** The code of that name; empty for null, and for one that is no longer given. */
    public Optional<ApiError> find(@Nullable String code) {
        return code == null ? Optional.empty() : Optional.ofNullable(byCode.get(code));
    }
}
