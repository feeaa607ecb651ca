package app.spine.members;

import app.spine.http.ProblemKind;
import java.util.Locale;

/** The refusals of the member operations. */
enum MemberProblem implements ProblemKind {
    ILLEGAL_TRANSITION(
            409,
            "The record cannot go from its state to that one.",
            "Read the record: its state says what may follow.");

    private final int status;
    private final String title;
    private final String remedy;

    MemberProblem(int status, String title, String remedy) {
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
