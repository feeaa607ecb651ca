package app.spine.portal;

import app.spine.http.Problem;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import jakarta.persistence.OptimisticLockException;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/**
 * Shows what an operation refused as a page. The operations are those of the API, which answers with problem details.
 */
@InPortalTransaction
@Interceptor
// Around the transaction, so that a refusal has rolled back what came before it.
@Priority(Interceptor.Priority.PLATFORM_AFTER + 800)
class ShowRefusals {

    private final Shells shells;

    ShowRefusals(Shells shells) {
        this.shells = shells;
    }

    @AroundInvoke
    @Nullable
    Object around(InvocationContext call) throws Exception {
        try {
            return call.proceed();
        } catch (Problem problem) {
            return page(problem.kind().status(), problem.kind().title(), problem.detail());
        } catch (OptimisticLockException e) {
            return page(
                    409,
                    "Somebody changed it meanwhile",
                    "Nothing of yours was saved. Look at it as it is now and decide anew.");
        }
    }

    private RestResponse<String> page(int status, String title, String detail) {
        Shell shell = shells.outside();
        String heading = status == 404 ? "There is nothing here" : title;
        String text = status == 404 ? "It does not exist, or it is not yours to see." : detail;
        return Html.page(status, Templates.problem(shell, heading, text));
    }

    @CheckedTemplate(basePath = "portal")
    static class Templates {

        private Templates() {}

        static native TemplateInstance problem(Shell shell, String title, String detail);
    }
}
