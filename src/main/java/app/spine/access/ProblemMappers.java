package app.spine.access;

import app.spine.http.HttpProblem;
import app.spine.http.Problem;
import app.spine.http.Reason;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.quarkus.security.ForbiddenException;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.OptimisticLockException;
import jakarta.validation.ConstraintViolationException;
import jakarta.ws.rs.NotAcceptableException;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns whatever an operation or the framework throws into problem details. */
@ApplicationScoped
class ProblemMappers {

    private final ProblemAnswers answers;
    private final AllowedMethods allowed;

    ProblemMappers(ProblemAnswers answers, AllowedMethods allowed) {
        this.answers = answers;
        this.allowed = allowed;
    }

    @ServerExceptionMapper
    public Uni<RestResponse<Rendered>> problem(Problem problem, RoutingContext context) {
        return answer(problem, context);
    }

    @ServerExceptionMapper
    public Uni<RestResponse<Rendered>> forbidden(ForbiddenException e, RoutingContext context, ResourceInfo resource) {
        Operation operation = Operation.of(resource.getResourceMethod());
        // Forbidden before the operation was entered, and still at its cost.
        Exchange.find(context).ifPresent(exchange -> {
            exchange.operation = operation.id();
            exchange.cost = operation.cost();
        });
        return answer(
                Problem.insufficientScope(
                        operation.scopes(),
                        "This takes the scope " + String.join(" and ", operation.scopes()) + ".",
                        List.of()),
                context);
    }

    @ServerExceptionMapper
    public Uni<RestResponse<Rendered>> notFound(NotFoundException e, RoutingContext context) {
        return answer(Problem.notFound(), context);
    }

    @ServerExceptionMapper
    public Uni<RestResponse<Rendered>> notAllowed(NotAllowedException e, RoutingContext context) {
        return answer(
                allowed.find(context.normalizedPath())
                        .map(RefuseOptions::notAllowed)
                        .orElseGet(Problem::notFound),
                context);
    }

    @ServerExceptionMapper
    public Uni<RestResponse<Rendered>> notAcceptable(NotAcceptableException e, RoutingContext context) {
        return answer(
                new Problem(HttpProblem.NOT_ACCEPTABLE, "Answers are application/json. Send Accept: application/json."),
                context);
    }

    @ServerExceptionMapper
    public Uni<RestResponse<Rendered>> notSupported(NotSupportedException e, RoutingContext context) {
        return answer(
                new Problem(
                        HttpProblem.UNSUPPORTED_MEDIA_TYPE,
                        "Send POST and PUT as application/json and PATCH as application/merge-patch+json, in UTF-8."),
                context);
    }

    @ServerExceptionMapper
    public Uni<RestResponse<Rendered>> json(JsonProcessingException e, RoutingContext context) {
        return answer(JsonProblems.of(e), context);
    }

    /** Named apart from its supertype, for which Quarkus has a mapper of its own. */
    @ServerExceptionMapper
    public Uni<RestResponse<Rendered>> mismatched(MismatchedInputException e, RoutingContext context) {
        return json(e, context);
    }

    @ServerExceptionMapper
    public Uni<RestResponse<Rendered>> invalid(ConstraintViolationException e, RoutingContext context) {
        List<Reason> reasons = e.getConstraintViolations().stream()
                .map(JsonProblems::reason)
                .sorted(java.util.Comparator.comparing(reason -> String.valueOf(reason.pointer())))
                .toList();
        if (reasons.stream().anyMatch(reason -> "".equals(reason.pointer()))) {
            return answer(
                    new Problem(
                            HttpProblem.MALFORMED_JSON,
                            Reason.at(HttpProblem.MALFORMED_JSON, "", "The body is empty. Send one JSON object.")),
                    context);
        }
        return answer(
                new Problem(HttpProblem.INVALID, "Each reason names a member and what it may hold.", reasons), context);
    }

    @ServerExceptionMapper
    public Uni<RestResponse<Rendered>> stale(OptimisticLockException e, RoutingContext context) {
        return answer(
                new Problem(HttpProblem.STALE, "Somebody changed the record meanwhile. Read it again and decide anew."),
                context);
    }

    @ServerExceptionMapper
    public Uni<RestResponse<Rendered>> web(WebApplicationException e, RoutingContext context) {
        if (e.getCause() instanceof JsonProcessingException cause) {
            return answer(JsonProblems.of(cause), context);
        }
        Response response = e.getResponse();
        return switch (response.getStatus()) {
            case 400 ->
                answer(
                        new Problem(HttpProblem.MALFORMED_JSON, "The request cannot be read. Send one JSON object."),
                        context);
            case 404 -> answer(Problem.notFound(), context);
            case 413 -> answer(new Problem(HttpProblem.TOO_LARGE, "A body may have 1 MiB."), context);
            case 415 -> answer(new Problem(HttpProblem.UNSUPPORTED_MEDIA_TYPE, "Send JSON in UTF-8."), context);
            default -> answer(ProblemAnswers.unwrap(e), context);
        };
    }

    @ServerExceptionMapper
    public Uni<RestResponse<Rendered>> anything(Throwable e, RoutingContext context) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof OptimisticLockException stale) {
                return stale(stale, context);
            }
            // A merge patch is bound inside the transaction, which wraps what it does not know.
            if (cause instanceof JsonProcessingException json) {
                return json(json, context);
            }
        }
        return answer(ProblemAnswers.unwrap(e), context);
    }

    private Uni<RestResponse<Rendered>> answer(Problem problem, RoutingContext context) {
        HangUp.afterAnswer(problem, context);
        return answers.record(problem, Exchange.find(context).orElse(null)).map(answer -> {
            RestResponse.ResponseBuilder<Rendered> builder =
                    RestResponse.ResponseBuilder.<Rendered>create(answer.status());
            answer.headers().forEach(builder::header);
            return builder.entity(answer.body()).build();
        });
    }
}
