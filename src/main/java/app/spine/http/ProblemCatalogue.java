package app.spine.http;

import java.util.List;

/** The kinds of refusal a feature declares, for the reference. Each feature has one bean of it. */
public interface ProblemCatalogue {

    /** All of them. */
    List<? extends ProblemKind> kinds();
}
