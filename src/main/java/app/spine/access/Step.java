package app.spine.access;

/** The order of the steps that are JAX-RS filters: lower comes first. Authentication and scope come before all of them. */
final class Step {

    static final int ENTER_TENANT = 1_000;
    static final int SPEND_LIMIT = 2_000;
    static final int CHECK_PARAMETERS = 3_000;

    private Step() {}
}
