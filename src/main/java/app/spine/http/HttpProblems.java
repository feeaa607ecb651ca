package app.spine.http;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** What any operation can refuse with. */
@ApplicationScoped
class HttpProblems implements ProblemCatalogue {

    @Override
    public List<? extends ProblemKind> kinds() {
        return List.of(HttpProblem.values());
    }
}
