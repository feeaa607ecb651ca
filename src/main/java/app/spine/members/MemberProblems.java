package app.spine.members;

import app.spine.http.ProblemCatalogue;
import app.spine.http.ProblemKind;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** What the member operations can refuse with. */
@ApplicationScoped
class MemberProblems implements ProblemCatalogue {

    @Override
    public List<? extends ProblemKind> kinds() {
        return List.of(MemberProblem.values());
    }
}
