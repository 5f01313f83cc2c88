package tfserver

import (
	"os"
	"testing"
)

// Only what Terraform was asked to log is written, and what is said of the parts wins.
func TestLogAsAsked(t *testing.T) {
	for name, test := range map[string]struct {
		given         map[string]string
		provider, sdk string
	}{
		"nothing asked":    {nil, "OFF", "OFF"},
		"everything":       {map[string]string{"TF_LOG": "TRACE"}, "TRACE", "TRACE"},
		"providers only":   {map[string]string{"TF_LOG_PROVIDER": "INFO", "TF_LOG": "TRACE"}, "INFO", "INFO"},
		"this one":         {map[string]string{"TF_LOG_PROVIDER_THALASSASECRETS": "DEBUG"}, "DEBUG", "OFF"},
		"the SDK":          {map[string]string{"TF_LOG_SDK": "TRACE", "TF_LOG": "WARN"}, "WARN", "TRACE"},
		"Terraform's core": {map[string]string{"TF_LOG_CORE": "TRACE"}, "OFF", "OFF"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, variable := range []string{"TF_LOG", "TF_LOG_CORE", "TF_LOG_PROVIDER", "TF_LOG_PROVIDER_THALASSASECRETS", "TF_LOG_SDK"} {
				t.Setenv(variable, test.given[variable])
			}
			logAsAsked()
			if provider, sdk := os.Getenv("TF_LOG_PROVIDER_THALASSASECRETS"), os.Getenv("TF_LOG_SDK"); provider != test.provider || sdk != test.sdk {
				t.Errorf("the provider logs %q and the SDK %q, want %q and %q", provider, sdk, test.provider, test.sdk)
			}
		})
	}
}
