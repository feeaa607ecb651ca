package app.spine.consumers;

import app.spine.http.ProblemCatalogue;
import app.spine.http.ProblemKind;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** What the operations on consumers and keys can refuse with. */
@ApplicationScoped
class ConsumerProblems implements ProblemCatalogue {

    @Override
    public List<? extends ProblemKind> kinds() {
        return List.of(ConsumerProblem.values());
    }
}
