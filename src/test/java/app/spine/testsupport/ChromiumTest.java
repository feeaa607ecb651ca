package app.spine.testsupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** That what looks at the portal's pages sees what is wrong with one. */
class ChromiumTest {

    @SuppressWarnings("NullAway.Init") // the browser of all tests, before the first of them
    private static Chromium chromium;

    @BeforeAll
    static void start() {
        chromium = Chromium.start();
    }

    @AfterAll
    static void stop() {
        chromium.close();
    }

    @Test
    void findsNothingOnAPageThatIsWell() {
        try (BrowserContext window = chromium.window(400, 800, ColorScheme.LIGHT)) {
            Page page = show(window, "<p>Words</p><button>Go</button>");
            assertThat(Chromium.seriousFindings(page)).isEmpty();
            assertThat(Chromium.overflow(page)).isZero();
        }
    }

    @Test
    void findsWhatCannotBeReadOrNamed() {
        try (BrowserContext window = chromium.window(400, 800, ColorScheme.LIGHT)) {
            Page page = show(window, """
                    <p style="color: #ccc; background: #fff">Pale words</p>
                    <button></button>
                    <div style="width: 500px">Wide</div>""");
            assertThat(Chromium.seriousFindings(page))
                    .anyMatch(finding -> finding.startsWith("color-contrast: ") && finding.contains("Pale words"))
                    .anyMatch(finding -> finding.startsWith("button-name: "));
            assertThat(Chromium.overflow(page)).isGreaterThan(100);
        }
    }

    @Test
    void refusesToJudgeAPageWithFrames() {
        try (BrowserContext window = chromium.window(400, 800, ColorScheme.LIGHT)) {
            Page page = show(window, "<iframe title=\"Inner\" srcdoc=\"<button></button>\"></iframe>");
            assertThatThrownBy(() -> Chromium.seriousFindings(page)).hasMessageContaining("frames");
        }
    }

    private static Page show(BrowserContext window, String body) {
        Page page = window.newPage();
        page.setContent("""
                <!doctype html><html lang="en"><head><title>A page</title></head>
                <body><main><h1>A page</h1>%s</main></body></html>""".formatted(body));
        return page;
    }
}
