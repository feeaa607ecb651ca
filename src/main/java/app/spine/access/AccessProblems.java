package app.spine.access;

import app.spine.http.ProblemCatalogue;
import app.spine.http.ProblemKind;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** What the request pipeline can refuse with. */
@ApplicationScoped
class AccessProblems implements ProblemCatalogue {

    @Override
    public List<? extends ProblemKind> kinds() {
        return List.of(AccessProblem.values());
    }
}
