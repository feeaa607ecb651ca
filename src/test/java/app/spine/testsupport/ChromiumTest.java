package app.spine.testsupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** That what looks at the portal's pages sees what is wrong with one. */
class ChromiumTest {

    @Test
    void findsNothingOnAPageThatIsWell() {
        judge("<p>Words</p><button>Go</button>", page -> {
            assertThat(Chromium.seriousFindings(page)).isEmpty();
            assertThat(Chromium.overflow(page)).isZero();
        });
    }

    @Test
    void findsWhatCannotBeReadOrNamed() {
        judge("""
                <p style="color: #ccc; background: #fff">Pale words</p>
                <button></button>
                <div style="width: 500px">Wide</div>""", page -> {
            assertThat(Chromium.seriousFindings(page))
                    .anyMatch(finding -> finding.startsWith("color-contrast: ") && finding.contains("Pale words"))
                    .anyMatch(finding -> finding.startsWith("button-name: "));
            assertThat(Chromium.overflow(page)).isGreaterThan(100);
        });
    }

    @Test
    void refusesToJudgeAPageWithFrames() {
        judge(
                "<iframe title=\"Inner\" srcdoc=\"<button></button>\"></iframe>",
                page -> assertThatThrownBy(() -> Chromium.seriousFindings(page)).hasMessageContaining("frames"));
    }

    private static void judge(String body, Consumer<Page> judgement) {
        try (Chromium chromium = Chromium.start();
                BrowserContext window = chromium.window(400, 800, ColorScheme.LIGHT)) {
            Page page = window.newPage();
            page.setContent("""
                    <!doctype html><html lang="en"><head><title>A page</title></head>
                    <body><main><h1>A page</h1>%s</main></body></html>""".formatted(body));
            judgement.accept(page);
        }
    }
}
