package app.spine.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.args.AxeRunOptions;
import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.ResultType;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A real browser: the machine's own Chromium, which {@code .ci/run} installs where it is missing. */
public final class Chromium implements AutoCloseable {

    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private static final int ATTEMPTS = 3;

    private static final List<String> FLAGS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    private final Playwright playwright;
    private final com.microsoft.playwright.Browser browser;

    private Chromium(Playwright playwright, com.microsoft.playwright.Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /**
     * Starts it.
     *
     * @throws AssertionError where there is none: a test without a browser would prove nothing
     */
    public static Chromium start() {
        // The one without a window of its own first, which is the same engine and takes half the time for a page.
        Path program = Stream.of(
                        "/usr/bin/chromium-headless-shell",
                        "/usr/bin/chromium",
                        "/usr/bin/chromium-browser",
                        "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no Chromium here: apt-get install chromium"));
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        return new Chromium(
                playwright,
                playwright
                        .chromium()
                        .launch(new BrowserType.LaunchOptions()
                                .setExecutablePath(program)
                                .setHeadless(true)
                                .setArgs(FLAGS)));
    }

    /** Somebody's browser window, with cookies of its own. */
    public BrowserContext window(int width, int height, ColorScheme colours) {
        return browser.newContext(new com.microsoft.playwright.Browser.NewContextOptions()
                .setViewportSize(width, height)
                .setColorScheme(colours)
                .setLocale("en-AU")
                .setTimezoneId("Australia/Sydney"));
    }

    /** The same with a browser that runs no script. */
    public BrowserContext windowWithoutScript(int width, int height) {
        return browser.newContext(new com.microsoft.playwright.Browser.NewContextOptions()
                .setViewportSize(width, height)
                .setJavaScriptEnabled(false));
    }

    /** Keeps what the page looks like, from top to bottom, for people to look at. */
    public static void keep(Page page, String name) {
        for (int attempt = 1; ; attempt++) {
            try {
                page.screenshot(new Page.ScreenshotOptions()
                        .setPath(SCREENSHOTS.resolve(name + ".png"))
                        .setFullPage(true));
                return;
            } catch (PlaywrightException e) {
                // A browser that gets little of the machine's time gives up on a tall page. It is no finding about it.
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** What axe holds to be serious or critical on the page as it is now. The page must have no frames. */
    public static List<String> seriousFindings(Page page) {
        assertThat(page.frames()).as("frames, into which axe would not look").hasSize(1);
        AxeRunOptions violationsAlone = new AxeRunOptions();
        violationsAlone.setResultTypes(List.of(ResultType.Violations.getKey()));
        return new AxeBuilder(page)
                        // In one piece: otherwise a second page is opened only to gather what was found in frames.
                        .setLegacyMode(true)
                        .options(violationsAlone)
                        .analyze()
                        .getViolations()
                        .stream()
                        .filter(rule -> rule.getImpact().equals("serious")
                                || rule.getImpact().equals("critical"))
                        .map(Chromium::describe)
                        .toList();
    }

    /** By how many pixels the page is wider than its window. */
    public static int overflow(Page page) {
        return ((Number) page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .intValue();
    }

    private static String describe(Rule rule) {
        return rule.getId() + ": "
                + rule.getNodes().stream()
                        .map(node -> node.getHtml() + " " + node.getFailureSummary())
                        .toList();
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
