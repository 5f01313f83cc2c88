package client

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"
)

// costs are texts that have as many decodings as possible.
func costs() map[string]string {
	nested := "a piece of nothing"
	for range nesting + 2 {
		nested = base64.StdEncoding.EncodeToString([]byte(nested))
	}
	return map[string]string{
		"an id":          "8f14e45f-ceea-467f-a8b5-1c2d3e4f5a6b",
		"words":          strings.Repeat("the KMS key is not operational, says nobody; ", 20),
		"base64, nested": nested,
		"escapes":        strings.Repeat(`%25\\u0026amp;=3D+`, 60),
		"numbers":        strings.Repeat("104, 117, ", 100),
		"entities":       strings.Repeat("&amp;amp;#37;", 80),
		"one digit":      strings.Repeat("A", 1000),
		"all at once":    strings.Repeat(`&#37;25\u003d+68:75 101,102 %41`, 30),
	}
}

// A text is looked through within a moment, however it was made and however long the
// secrets are.
func TestRedactionIsQuick(t *testing.T) {
	t.Parallel()
	value := strings.Repeat("0123456789abcdef&%20\\n+", 64<<10/23)
	for name, text := range costs() {
		decodings, complete := decodingsOf(text, nesting)
		size := 0
		for _, decoding := range decodings {
			size += len(decoding)
		}
		began := time.Now()
		redactEcho(text, maxMessageLength, value, value[1:])
		// It is a hundred times as long as it takes.
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s: %s", name, took)
		}
		if most := 256<<10 + 64*len(text); size > 2*most {
			t.Errorf("%s: %d bytes of readings, complete: %t", name, size, complete)
		}
		t.Logf("%s: %d readings of %d bytes, complete: %t, in %s", name, len(decodings), size, complete, time.Since(began))
	}
}

func BenchmarkRedaction(b *testing.B) {
	token := strings.Repeat("eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9", 40)
	for name, text := range costs() {
		for size, secret := range map[string]string{"token": token, "64 KiB": strings.Repeat(token, 46)} {
			b.Run(fmt.Sprintf("%s, %s", name, size), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					redactEcho(text, maxMessageLength, secret)
				}
			})
		}
	}
}
