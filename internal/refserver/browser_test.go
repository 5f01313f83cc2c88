package refserver_test

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/png"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

var screenshot = flag.String("page.screenshot", "", "file to write a picture of the page with examples/secrets to")

// browser finds a Chromium, which CHROMIUM may name.
func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if program, err := exec.LookPath(name); name != "" && err == nil {
			return program
		}
	}
	t.Skip("needs Chromium: install it, or name it in CHROMIUM")
	return ""
}

// browse starts a browser for one page and returns what it prints and logs.
func browse(t *testing.T, url string, flags ...string) (printed, logged string) {
	t.Helper()
	printed, logged = browseUnchecked(t, url, flags...)
	if strings.Contains(logged, "Content Security Policy") {
		t.Errorf("the page breaks its own policy:\n%s", logged)
	}
	return printed, logged
}

// browseUnchecked is browse for a page that may try what its policy forbids.
func browseUnchecked(t *testing.T, url string, flags ...string) (printed, logged string) {
	t.Helper()
	profile, err := os.MkdirTemp("", "page-in-a-browser-") //nolint:usetesting // Helpers of the browser may still write when it has ended; a TempDir has to be gone at once.
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(profile) })
	command := exec.CommandContext(t.Context(), browser(t), append(append([]string{ //nolint:gosec // The browser is chosen by who runs the tests.
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--hide-scrollbars",
		"--force-device-scale-factor=1", "--enable-logging=stderr", "--user-data-dir=" + profile,
	}, flags...), url)...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	command.WaitDelay = 10 * time.Second
	if err := command.Run(); err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	return stdout.String(), stderr.String()
}

// picture is the page as the browser draws it.
func picture(t *testing.T, url string, width, height int, flags ...string) (image.Image, []byte) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "page.png")
	_, logged := browse(t, url, append(flags, "--screenshot="+file, "--window-size="+strconv.Itoa(width)+","+strconv.Itoa(height))...)
	content, err := os.ReadFile(file) //nolint:gosec // The test's own file.
	if err != nil {
		t.Fatalf("%v\n%s", err, logged)
	}
	drawn, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	if got := drawn.Bounds().Dx(); got != width {
		t.Fatalf("the picture is %d wide, not %d", got, width)
	}
	return drawn, content
}

// The colours of the paper in page.css. Where they show, the style was let in.
var (
	paper     = color.RGBA{0xf7, 0xf6, 0xf3, 0xff}
	darkPaper = color.RGBA{0x16, 0x19, 0x1d, 0xff}
)

// The flags for who prefers one of them.
const (
	preferLight = "--blink-settings=preferredColorScheme=1"
	preferDark  = "--blink-settings=preferredColorScheme=0"
)

// staysInside checks that nothing reaches into the right margin, so that nothing is
// wider than the window.
func staysInside(t *testing.T, name string, drawn image.Image, paper color.RGBA) {
	t.Helper()
	edge := drawn.Bounds().Dx() - 4
	for y := range drawn.Bounds().Dy() {
		if got := color.RGBAModel.Convert(drawn.At(edge, y)); got != paper {
			t.Errorf("%s: %v at the right edge in line %d, not %v", name, got, y, paper)
			return
		}
	}
}

func TestPageInABrowser(t *testing.T) {
	t.Parallel()
	browser(t)
	example, err := os.ReadFile(filepath.Join("..", "..", "examples", "secrets", "shop.json"))
	if err != nil {
		t.Fatal(err)
	}
	g := newRig(t, refserver.Config{Secrets: initialSecrets(t, string(example))})
	shop := as("Token root-token", "acme", "shop", "X-Forwarded-For", "10.20.0.7")
	const database = "/v1/secrets/nl-01/secret/shop/production/database/password"
	g.doAs(shop, "POST", database+"/value", "", 200)
	g.Clock().Advance(30 * time.Minute)
	g.doAs(shop, "POST", database+"/versions", `{"generateSecret":{"byteLength":32}}`, 200)
	g.Clock().Advance(90 * time.Minute)
	page := httptest.NewServer(g.Page(false))
	t.Cleanup(page.Close)

	for name, tc := range map[string]struct {
		width, height int
		scheme        string
		paper         color.RGBA
	}{
		"light": {880, 1080, preferLight, paper},
		"dark":  {400, 1500, preferDark, darkPaper}, // As wide as a phone.
	} {
		drawn, content := picture(t, page.URL, tc.width, tc.height, tc.scheme)
		staysInside(t, name, drawn, tc.paper)
		if *screenshot != "" {
			if err := os.WriteFile(strings.TrimSuffix(*screenshot, ".png")+"-"+name+".png", content, 0o600); err != nil {
				t.Error(err)
			}
		}
	}
}

// What callers say stays text in the tree that a browser makes of the page.
func TestHostileTextInABrowser(t *testing.T) {
	t.Parallel()
	browser(t)
	g := newRig(t, refserver.Config{Secrets: []refserver.InitialSecret{{
		Organisation: hostile, Project: hostile, Region: "nl-01", Path: "/app/db", Description: hostile + strings.Repeat("w", 900),
		Labels: map[string]string{hostile: hostile}, Versions: []refserver.InitialVersion{{Generate: 16}},
	}}})
	page := httptest.NewServer(g.Page(false))
	t.Cleanup(page.Close)
	tree, _ := browse(t, page.URL, "--dump-dom")
	if !strings.Contains(tree, "Billable versions") {
		t.Fatalf("no page:\n%s", tree)
	}
	for _, element := range []string{"<script", "<img", "<!--"} {
		if strings.Contains(tree, element) {
			t.Errorf("the browser made %s of text:\n%s", element, tree)
		}
	}
	// Nor does it push anything out of a phone's screen.
	drawn, _ := picture(t, page.URL, 400, 3000, preferLight)
	staysInside(t, "hostile text", drawn, paper)
}
