package app.spine.consumers;

import app.spine.http.ProblemKind;
import java.util.Locale;

/** The refusals of the operations on consumers and keys. */
enum ConsumerProblem implements ProblemKind {
    ROTATION_IN_PROGRESS(
            409,
            "The key is in a rotation that has not ended.",
            "Wait until the old key ends, which is when expires_at says, or revoke one of the two keys.");

    private final int status;
    private final String title;
    private final String remedy;

    ConsumerProblem(int status, String title, String remedy) {
        this.status = status;
        this.title = title;
        this.remedy = remedy;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
