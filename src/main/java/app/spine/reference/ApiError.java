package app.spine.reference;

import app.spine.http.ProblemKind;

/**
 * A code that a refusal may carry.
 *
 * @param title the same short sentence for every occurrence
 * @param remedy what the caller can do about it
 */
public record ApiError(String code, int status, String title, String remedy) {

    static ApiError of(ProblemKind kind) {
        return new ApiError(kind.code(), kind.status(), kind.title(), kind.remedy());
    }
}
