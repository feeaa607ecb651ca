package app.spine.portal;

import app.spine.tenancy.TenantTransaction;
import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import org.jspecify.annotations.Nullable;

/** Opens the transaction around a page's work. */
@InPortalTransaction
@Interceptor
// Inside Bean Validation (4,800), so that an invalid form costs no transaction.
@Priority(Interceptor.Priority.PLATFORM_AFTER + 900)
class RunInPortalTransaction {

    private final TenantTransaction transaction;

    RunInPortalTransaction(TenantTransaction transaction) {
        this.transaction = transaction;
    }

    @AroundInvoke
    @Nullable
    Object around(InvocationContext call) {
        return transaction.call(call::proceed);
    }
}
